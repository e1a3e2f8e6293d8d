import { FormatError } from "../errors.js";

/** What the head of an SVG document says about it. */
export interface SvgHead {
  /** Size in SVG pixels, 1/96 inch each. */
  readonly width: number;
  readonly height: number;
  /** Text of its first `title` and `desc`, empty when it has none. */
  readonly title: string;
  readonly description: string;
}

const PIXELS: Readonly<Record<string, number>> = { "": 1, px: 1, pt: 96 / 72, pc: 16, in: 96, cm: 96 / 2.54, mm: 96 / 25.4 };
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Reads size, title and description of an SVG document.
 *
 * @param svg - The document.
 * @returns Its head; the size from `width` and `height`, else from the `viewBox`.
 * @throws {FormatError} When there is no `svg` element or it has no size.
 */
export function readSvgHead(svg: string): SvgHead {
  const tag = /<svg\b[^>]*>/.exec(svg)?.[0];
  if (tag === undefined) throw new FormatError("renderSvg", "svg", "has no <svg> element", "pass the text of an SVG document");
  const viewBox = attribute(tag, "viewBox")
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  const width = pixels(attribute(tag, "width")) ?? viewBox?.[2];
  const height = pixels(attribute(tag, "height")) ?? viewBox?.[3];
  if (!(width !== undefined && height !== undefined && width > 0 && height > 0)) {
    throw new FormatError("renderSvg", "svg", "has no size", "give it width and height, or a viewBox");
  }
  return { width, height, title: element(svg, "title"), description: element(svg, "desc") };
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1];
}

function pixels(length: string | undefined): number | undefined {
  const [, value, unit] = /^\s*([\d.eE+-]+)\s*([a-z]*)\s*$/.exec(length ?? "") ?? [];
  const factor = PIXELS[unit ?? "none"];
  return value === undefined || factor === undefined ? undefined : Number(value) * factor;
}

function element(svg: string, name: string): string {
  const text = new RegExp(`<${name}\\b[^>]*>([^<]*)</${name}>`).exec(svg)?.[1] ?? "";
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => ENTITIES[entity]!);
}
