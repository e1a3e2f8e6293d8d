import { type EcdfBand, ecdfBand, ecdfPValue } from "./ecdf-bands.js";

/** Most points at which ranks are compared with the uniform distribution. */
const MOST_POINTS = 100;

/** Ranks against the uniform distribution on 0, ..., draws. */
export interface RankUniformity {
  /** To draw, with its simultaneous band. */
  readonly ecdf: EcdfBand;
  /** Exact probability that uniform ranks are as far off at any of the points. */
  readonly pValue: number;
  /** Mean of (rank + 1/2) / (draws + 1), 1/2 when uniform. */
  readonly mean: number;
  /** Variance of the same about 1/2, 1/12 when uniform (for many draws). */
  readonly variance: number;
}

/**
 * How ranks among draws compare with uniform ones, at (j + 1) / (L + 1) for up to a hundred j in 0, ..., L - 1.
 *
 * @param ranks - Whole numbers in 0, ..., L `[n]`.
 * @param options - `draws`: L; `alpha`: probability that uniform ranks leave the band anywhere.
 */
export function rankUniformity(
  ranks: ArrayLike<number>,
  { draws, alpha }: { readonly draws: number; readonly alpha: number },
): RankUniformity {
  const n = ranks.length;
  const places = placesOf(draws);
  const z = Float64Array.from(places, (j) => (j + 1) / (draws + 1));
  const counts = countsUpTo(ranks, places, draws);
  const { fewest, most } = ecdfBand(n, z, { alpha });
  const difference = (values: Float64Array) => values.map((count, i) => count / n - z[i]!);
  const u = Float64Array.from(ranks, (rank) => (rank + 0.5) / (draws + 1));
  return {
    ecdf: { z, difference: difference(counts), low: difference(fewest), high: difference(most) },
    pValue: ecdfPValue(n, z, counts),
    mean: u.reduce((total, value) => total + value, 0) / n,
    variance: u.reduce((total, value) => total + (value - 0.5) ** 2, 0) / n,
  };
}

/** Whether a curve stays within its band. */
export function isInside({ difference, low, high }: EcdfBand): boolean {
  return difference.every((value, i) => value >= low[i]! && value <= high[i]!);
}

function placesOf(draws: number): number[] {
  const points = Math.min(draws, MOST_POINTS);
  return Array.from({ length: points }, (_, i) => Math.round(((i + 1) * (draws + 1)) / (points + 1)) - 1);
}

function countsUpTo(ranks: ArrayLike<number>, places: readonly number[], draws: number): Float64Array {
  const cumulative = new Float64Array(draws + 1);
  for (let i = 0; i < ranks.length; i++) cumulative[ranks[i]!]!++;
  for (let j = 1; j <= draws; j++) cumulative[j]! += cumulative[j - 1]!;
  return Float64Array.from(places, (j) => cumulative[j]!);
}
