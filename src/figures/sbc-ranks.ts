import type { Matrix } from "../numerics/matrix.js";
import { BAND, UNIFORM } from "./coverage.js";
import type { Layer, Row, Series } from "./drawing.js";

const RANKS: Series = { swatch: "area" };
/** Probability that an exact posterior leaves the band of any bin of one panel, at most. */
const ALPHA = 0.05;

/**
 * Counts of one parameter's ranks in bins of as equal a number of ranks as can be, relative to what uniform ranks give; with a band that holds all bins
 * together with a probability of 95 % and more (binomial quantiles at 5 % shared among the bins).
 *
 * @param ranks - Ranks `[n, D]` in 0, ..., L.
 * @param d - The parameter.
 * @param options - L, and the number of bins.
 */
export function rankLayers(ranks: Matrix, d: number, { draws, bins }: { readonly draws: number; readonly bins: number }): Layer[] {
  const edges = Array.from({ length: bins + 1 }, (_, bin) => Math.ceil((bin * (draws + 1)) / bins));
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < ranks.rows; i++) counts[Math.floor((ranks.values[i * ranks.columns + d]! * bins) / (draws + 1))]!++;
  const parts = counts.map((_, bin) => (edges[bin + 1]! - edges[bin]!) / (draws + 1));
  const box = (bin: number, y: number, y2: number): Row => ({ x: edges[bin]!, x2: edges[bin + 1]!, y, y2 });
  const expected = parts.map((part) => part * ranks.rows);
  const heights = counts.map((count, bin) => box(bin, 0, count / expected[bin]!));
  const intervals = parts.map((part) => binomialInterval(ranks.rows, part, ALPHA / bins));
  const band = joined(intervals.map(([low, high], bin) => box(bin, low / expected[bin]!, high / expected[bin]!)));
  return [
    { series: RANKS, mark: "bins", rows: heights },
    { series: BAND, mark: "boxes", rows: band, opacity: 0.12 },
    { series: RANKS, mark: "steps", rows: heights },
    { series: UNIFORM, mark: "segments", rows: [{ x: 0, x2: draws + 1, y: 1, y2: 1 }], size: 1 },
  ];
}

/** Boxes side by side of the same height as one, for boxes show seams. */
function joined(boxes: readonly Row[]): Row[] {
  const rows: Row[] = [];
  for (const box of boxes) {
    const last = rows.at(-1);
    if (last && last.y === box.y && last.y2 === box.y2) rows[rows.length - 1] = { ...last, x2: box.x2! };
    else rows.push(box);
  }
  return rows;
}

/**
 * Counts outside of which a binomial variable lies with probability at most `alpha`, at most half of it at either side.
 *
 * @param n - Trials.
 * @param p - Probability of each, between 0 and 1.
 * @param alpha - Probability outside.
 * @returns Least and most count inside.
 */
export function binomialInterval(n: number, p: number, alpha: number): readonly [low: number, high: number] {
  let logMass = n * Math.log1p(-p);
  let below = 0;
  let low = -1;
  for (let count = 0; count <= n; count++) {
    below += Math.exp(logMass);
    if (low < 0 && below > alpha / 2) low = count;
    if (below >= 1 - alpha / 2) return [low, count];
    logMass += Math.log((n - count) / (count + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return [Math.max(low, 0), n];
}
