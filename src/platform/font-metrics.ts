/**
 * Advance widths out of a TrueType file, so that text is laid out by the font it is drawn in.
 *
 * @module
 * @source Apple TrueType Reference Manual; OpenType 1.9, tables head, hhea, hmtx and cmap (format 4)
 */
import { FormatError } from "../errors.js";

/** Advance of a Unicode code point in units of the font size. */
export type Advance = (codePoint: number) => number;

/**
 * Reads the advance widths of a font.
 *
 * @param font - Bytes of a TrueType file.
 * @returns Advance per code point; that of the missing glyph where the font has none.
 * @throws {FormatError} When the font has no Unicode table of the basic plane.
 */
export function readAdvances(font: Uint8Array): Advance {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = tableOffsets(view);
  const unitsPerEm = view.getUint16(tables.head! + 18);
  const metrics = view.getUint16(tables.hhea! + 34);
  const glyphOf = characterMap(view, tables.cmap!);
  return (codePoint) => view.getUint16(tables.hmtx! + 4 * Math.min(glyphOf(codePoint), metrics - 1)) / unitsPerEm;
}

function tableOffsets(view: DataView): Readonly<Record<string, number>> {
  const count = view.getUint16(4);
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [tag(view, 12 + 16 * i), view.getUint32(12 + 16 * i + 8)]));
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

function characterMap(view: DataView, cmap: number): (codePoint: number) => number {
  const table = basicPlane(view, cmap);
  const segments = view.getUint16(table + 6) / 2;
  const ends = table + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const ranges = deltas + 2 * segments;
  return (codePoint) => {
    for (let i = 0; i < segments; i++) {
      if (codePoint > view.getUint16(ends + 2 * i)) continue;
      const start = view.getUint16(starts + 2 * i);
      if (codePoint < start) return 0;
      const range = view.getUint16(ranges + 2 * i);
      const delta = view.getUint16(deltas + 2 * i);
      if (range === 0) return (codePoint + delta) & 0xffff;
      const glyph = view.getUint16(ranges + 2 * i + range + 2 * (codePoint - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}

function basicPlane(view: DataView, cmap: number): number {
  const count = view.getUint16(cmap + 2);
  for (let i = 0; i < count; i++) {
    const table = cmap + view.getUint32(cmap + 4 + 8 * i + 4);
    if (view.getUint16(table) === 4) return table;
  }
  throw new FormatError("readAdvances", "the font", "has no character map of format 4", "use another TrueType font");
}
