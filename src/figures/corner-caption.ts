import { superscript } from "./ticks.js";

/**
 * A median with its distances to two quantiles, as `0.42 +0.03 −0.02`: two digits of the smaller distance, one power of ten for all.
 *
 * @param quantiles - Low, middle, high.
 * @returns Pieces that may stand in one line or below each other.
 */
export function captionOf([low, middle, high]: readonly [number, number, number]): string[] {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const power = largest === 0 || (largest >= 0.01 && largest < 1e5) ? 0 : Math.floor(Math.log10(largest));
  const [plus, minus] = [high - middle, middle - low].map((distance) => distance / 10 ** power) as [number, number];
  const smaller = Math.min(...[plus, minus].filter((distance) => distance > 0));
  const decimals = Number.isFinite(smaller) ? Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(smaller)))) : 2;
  const pieces = [(middle / 10 ** power).toFixed(decimals), `+${plus.toFixed(decimals)}`, `−${minus.toFixed(decimals)}`];
  const written = pieces.map((piece) => piece.replace(/^-(?=[0.]*$)/, "").replace("-", "−"));
  return power === 0 ? written : [...written, `×10${superscript(power)}`];
}
