import type { Weights } from "./corner-cosines.js";

/** One parameter's samples in their order. */
export interface Ranks {
  readonly values: Float64Array;
  readonly distinct: number;
  readonly sorted: Float64Array;
  /** Weight of all samples before this one and half of its own. */
  readonly below: Float64Array;
}

/** Sorts one parameter's samples `[N]`. */
export function rank(values: Float64Array, weights: Weights): Ranks {
  const { of } = weights;
  const order = of && Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const sorted = order ? Float64Array.from(order, (i) => values[i]!) : values.slice().sort();
  const below = new Float64Array(sorted.length);
  let distinct = 0;
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
    const own = of && order ? of[order[i]!]! : weights.each;
    below[i] = sum + own / 2;
    sum += own;
  }
  return { values, distinct, sorted, below };
}

/** Weighted quantile, linear between the samples, whose own weight stands half below and half above them. */
export function quantileOfRanks({ sorted, below }: Ranks, p: number): number {
  let [low, high] = [0, sorted.length - 1];
  if (p <= below[low]!) return sorted[low]!;
  if (p >= below[high]!) return sorted[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (below[middle]! <= p) low = middle;
    else high = middle;
  }
  const part = (p - below[low]!) / (below[high]! - below[low]! || 1);
  return sorted[low]! + part * (sorted[high]! - sorted[low]!);
}

export type Range = readonly [low: number, high: number];

/** Ends that no sample can pass: the prior's, or those of a range shown beyond which none lies. */
export function boundsOf({ sorted }: Ranks, prior: Range = [-Infinity, Infinity], shown: Range = [-Infinity, Infinity]): Range {
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  const low = Math.max(...[prior[0], shown[0]].filter((end) => end <= least), -Infinity);
  return [low, Math.min(...[prior[1], shown[1]].filter((end) => end >= most), Infinity)];
}

/** Nearly all of the samples with a margin in which the smoothed density falls to nothing, within the bounds. */
export function gridRange(ranks: Ranks, [least, most]: Range): { low: number; high: number } {
  const [low, high] = [0.001, 0.999].map((p) => quantileOfRanks(ranks, p)) as [number, number];
  const gap = low === high ? 0.5 * Math.abs(low) || 0.5 : 0.3 * (high - low);
  const ends = { low: Math.max(least, low - gap), high: Math.min(most, high + gap) };
  return ends.low < ends.high ? ends : { low: low - gap, high: high + gap };
}
