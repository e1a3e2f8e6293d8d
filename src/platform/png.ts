import { FormatError } from "../errors.js";
import { FONT_FAMILY, fontFiles } from "./fonts.js";
import { describePng } from "./png-chunks.js";
import { readSvgHead } from "./svg-head.js";

/**
 * Draws an SVG as a PNG with the shipped fonts only, so that every machine draws the same.
 *
 * @param svg - The drawing.
 * @param dpi - Dots per inch; an SVG pixel is 1/96 inch.
 * @returns The file's bytes.
 * @throws {FormatError} When the SVG is malformed.
 */
export async function svgToPng(svg: string, dpi: number): Promise<Uint8Array> {
  const { title, description } = readSvgHead(svg);
  const { Resvg } = await import("@resvg/resvg-js");
  const font = { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: FONT_FAMILY, sansSerifFamily: FONT_FAMILY };
  const drawing = wellFormed(() => new Resvg(svg, { font, fitTo: { mode: "zoom", value: dpi / 96 } }));
  return describePng(drawing.render().asPng(), dpi, { Title: title, Description: description });
}

function wellFormed<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new FormatError("renderSvg", "svg", `cannot be drawn: ${error.message}`, "repair the SVG document");
  }
}
