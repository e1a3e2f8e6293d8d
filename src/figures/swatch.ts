/**
 * The legend's swatches: outlines in Vega's path language, so that a dash, a marker and a fill can stand in one symbol.
 *
 * @module
 */
import type { Series, Swatch } from "./drawing.js";
import { type Tone, tint } from "./house.js";

/** Side of Vega's box for a symbol and width of a swatch that starts there, in pixels. */
export const BOX = 11;
export const SWATCH = 22;

/** Colour inside the outline. */
export function swatchFill({ swatch, fill = 0.25 }: Pick<Series, "swatch" | "fill">, { color }: Tone): string {
  if (swatch === "points" || swatch === "marked") return color;
  return swatch === "line" ? "transparent" : tint(color, fill);
}

const UNIT = BOX / 2;
const MIDDLE = SWATCH / 2 - UNIT;

/** Outline in units of half the box, y down, from the box's left edge at -1 to the swatch's right edge. */
export function swatchOutline(swatch: Swatch, tone: Tone): string {
  const marker = outline(POINTS[tone.shape] ?? POINTS.circle!, [MIDDLE, 0]);
  if (swatch === "points") return marker;
  if (swatch === "marked") return `${dashes(tone.dash)}${marker}`;
  const box = outline([-10, -4.5, 10, -4.5, 10, 4.5, -10, 4.5], [MIDDLE, 0]);
  if (swatch === "area") return box;
  return swatch === "band" ? `${box}${dashes(tone.dash)}` : dashes(tone.dash);
}

function dashes(pattern: readonly number[]): string {
  const dash = pattern.length > 0 ? pattern : [SWATCH];
  let path = "";
  for (let at = 0, i = 0; at < SWATCH; at += dash[i % dash.length]!, i++) {
    if (i % 2 === 0) path += `M${units(at - UNIT)},0L${units(Math.min(SWATCH, at + dash[i % dash.length]!) - UNIT)},0`;
  }
  return path;
}

/** A closed path through corners given in pixels; closed by a line, as what follows a Z is lost in Vega 5. */
function outline(corners: readonly number[], [dx, dy]: readonly [number, number]): string {
  let path = "";
  for (let i = 0; i < corners.length; i += 2) path += `${i === 0 ? "M" : "L"}${units(corners[i]! + dx)},${units(corners[i + 1]! + dy)}`;
  return `${path}L${path.slice(1, path.indexOf("L"))}`;
}

function units(pixels: number): number {
  return Number((pixels / UNIT).toFixed(3));
}

function polygon(corners: number, radius: number, turn = 0, inner = radius): number[] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = turn - Math.PI / 2 + (2 * Math.PI * i) / corners;
    const r = i % 2 === 0 ? radius : inner;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  }).flat();
}

/** Corners of the point shapes in pixels. */
const POINTS: Readonly<Record<string, readonly number[]>> = {
  circle: polygon(24, 3.4),
  square: polygon(4, 4.4, Math.PI / 4),
  "triangle-up": polygon(3, 4.6),
  "triangle-down": polygon(3, 4.6, Math.PI),
  "triangle-right": polygon(3, 4.6, Math.PI / 2),
  diamond: polygon(4, 4.6),
  cross: [-1.4, -4, 1.4, -4, 1.4, -1.4, 4, -1.4, 4, 1.4, 1.4, 1.4, 1.4, 4, -1.4, 4, -1.4, 1.4, -4, 1.4, -4, -1.4, -1.4, -1.4],
  star: polygon(10, 6, 0, 2.3),
};
