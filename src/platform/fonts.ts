import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Advance, readAdvances } from "./font-metrics.js";
import type { TextWidth } from "./platform.js";

/** Name by which figures ask for the library's font. */
export const FONT_FAMILY = "DejaVu Sans";

/** One face of the family that is shipped. */
export type Face = "regular" | "bold" | "oblique";

const require = createRequire(import.meta.url);

const FILES: Readonly<Record<Face, () => string>> = {
  regular: () => require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  bold: () => require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
  oblique: () => require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Oblique.ttf"),
};

/** File of a face. */
export function fontFile(face: Face): string {
  return FILES[face]();
}

/** Files of all faces. */
export function fontFiles(): string[] {
  return (Object.keys(FILES) as Face[]).map(fontFile);
}

/** Measures lines of text by the advance widths of the regular and the bold face. */
export function makeTextWidth(): TextWidth {
  const regular = readAdvances(readFileSync(fontFile("regular")));
  const bold = readAdvances(readFileSync(fontFile("bold")));
  return (text, fontSize, isBold) => fontSize * width(text, isBold ? bold : regular);
}

function width(text: string, advance: Advance): number {
  return Array.from(text).reduce((sum, character) => sum + advance(character.codePointAt(0)!), 0);
}
