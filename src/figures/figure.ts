import { DomainError } from "../errors.js";
import { platform } from "../platform/index.js";
import { DISPLAY, type MimeBundle } from "../platform/notebook.js";
import { toCsv } from "./csv.js";
import type { Drawing } from "./drawing.js";
import { PIXELS_PER_MM } from "./house.js";
import { renderSpec } from "./render.js";
import { makeSpec, type VegaLiteSpec } from "./spec.js";
import { finishSvg } from "./svg-finish.js";

/** Resolution of the picture inside a notebook, dots per inch: sharp enough, and small in the file. */
const NOTEBOOK_DPI = 144;

/**
 * A figure: plain numbers and labels, drawn when asked for.
 *
 * The last expression of a notebook cell shows it. Save it for a paper as PDF (vector, fonts embedded), SVG or PNG, and its numbers as CSV.
 * The same figure gives the same bytes each time.
 *
 * @example
 * const figure = plotCurve({ x: [0, 1, 2], y: [0, 1, 4] }, { x: "time (s)", y: "height (m)" });
 * await figure.save("height.pdf");
 */
export class Figure {
  /** Vega-Lite 5 document with the data inside, for any tool that reads it. */
  readonly spec: VegaLiteSpec;

  /**
   * Figures are made by the functions that are named after them.
   *
   * @internal
   */
  constructor(readonly drawing: Drawing) {
    this.spec = makeSpec(drawing);
  }

  /** @returns The figure as an SVG document with its title, description and metadata inside. */
  async toSvg(): Promise<string> {
    const { svg } = await renderSpec(this.spec);
    const { description, panels, triangle, width } = this.drawing;
    const labels = { title: triangle?.title ?? panels[0]?.title ?? description, description: `${description}. ${this.#provenance()}` };
    return finishSvg(svg, labels, width * PIXELS_PER_MM);
  }

  /**
   * @param dpi - Dots per inch, 1 to 2400; default 300, what journals ask for.
   * @returns Bytes of a PNG file.
   * @throws {DomainError} When `dpi` is out of its range.
   */
  async toPng(dpi = 300): Promise<Uint8Array> {
    return renderSvg(await this.toSvg(), "png", dpi);
  }

  /** @returns Bytes of a PDF file: one page of the figure's size, vector, fonts embedded. */
  async toPdf(): Promise<Uint8Array> {
    return renderSvg(await this.toSvg(), "pdf");
  }

  /** @returns The numbers drawn as comma-separated values: columns panel, series, mark, part, x, y, x2, y2. */
  toCsv(): string {
    return toCsv(this.drawing);
  }

  /**
   * Writes the figure; the ending of the name chooses how.
   *
   * @param path - Ends in .pdf, .svg, .png (300 dots per inch), .csv (the numbers) or .json (the Vega-Lite document).
   * @throws {DomainError} When it ends in something else.
   */
  async save(path: string): Promise<void> {
    const extension = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
    if (!isSaved(extension)) {
      throw new DomainError(
        "save",
        "path",
        path,
        `a name that ends in ${SAVED.map((name) => `.${name}`).join(", ")}`,
        "choose one of them",
      );
    }
    await platform.writeFile(path, await this.#contentAs(extension));
  }

  /** What a notebook shows: the Vega-Lite document where it is drawn, else the SVG or the PNG, else the text. */
  async [DISPLAY](): Promise<MimeBundle> {
    const svg = await this.toSvg();
    return {
      "application/vnd.vegalite.v5+json": this.spec,
      "image/svg+xml": svg,
      "image/png": toBase64(await renderSvg(svg, "png", NOTEBOOK_DPI)),
      "text/plain": this.toString(),
    };
  }

  /** @returns One line that says what the figure shows. */
  toString(): string {
    return `Figure: ${this.drawing.description}`;
  }

  async #contentAs(extension: Saved): Promise<string | Uint8Array> {
    if (extension === "csv") return this.toCsv();
    if (extension === "json") return `${JSON.stringify(this.spec, undefined, 1)}\n`;
    return renderSvg(await this.toSvg(), extension);
  }

  #provenance(): string {
    const facts = Object.entries({ ...this.drawing.metadata, software: `Galton ${platform.version}`.trim() });
    return `${facts.map(([name, value]) => `${name}: ${value}`).join("; ")}.`;
  }
}

const SAVED = ["pdf", "svg", "png", "csv", "json"] as const;
type Saved = (typeof SAVED)[number];

function isSaved(extension: string): extension is Saved {
  return (SAVED as readonly string[]).includes(extension);
}

/**
 * Converts an SVG document into the bytes of a file, as `Figure.save` does: for drawings that are found in a notebook's outputs.
 *
 * @param svg - The document; an SVG pixel is 1/96 inch.
 * @param format - Kind of file.
 * @param dpi - Dots per inch of a PNG; default 300.
 * @returns The file's bytes, the same each time.
 * @throws {DomainError} When `format` is unknown or `dpi` is not from 1 to 2400.
 * @throws {FormatError} When the document is malformed or has no size.
 * @example
 * await renderSvg('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>', "png");
 */
export async function renderSvg(svg: string, format: "svg" | "png" | "pdf", dpi = 300): Promise<Uint8Array> {
  if (!(dpi >= 1 && dpi <= 2400)) throw new DomainError("renderSvg", "dpi", dpi, "1 to 2400 dots per inch", "300 suits print");
  if (format === "svg") return new TextEncoder().encode(svg);
  if (format === "png") return platform.svgToPng(svg, dpi);
  if (format === "pdf") return platform.svgToPdf(svg);
  throw new DomainError("renderSvg", "format", format, '"svg", "png" or "pdf"');
}

function toBase64(bytes: Uint8Array): string {
  const pieces = Array.from({ length: Math.ceil(bytes.length / 0x8000) }, (_, i) =>
    String.fromCharCode(...bytes.subarray(i * 0x8000, (i + 1) * 0x8000)),
  );
  return btoa(pieces.join(""));
}
