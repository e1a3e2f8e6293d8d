import { ShapeError } from "../../errors.js";
import { standardNormalQuantile } from "../../numerics/normal-quantile.js";

/** Draws of one quantity, chain by chain; all chains of one length. */
export type ChainDraws = readonly ArrayLike<number>[];

/** The fewest draws of a chain of which halves can be compared. */
export const FEWEST = 4;

/** Refuses chains that are too few, too short or of different lengths. */
export function checkChains(where: string, chains: ChainDraws): void {
  const lengths = [...new Set(chains.map(({ length }) => length))];
  if (lengths.length !== 1 || lengths[0]! < FEWEST) {
    throw new ShapeError(
      where,
      "chains",
      `[${chains.length}] of lengths ${lengths.join(", ")}`,
      `chains of one length, at least ${FEWEST}`,
    );
  }
}

/** Halves of the chains, without the middle draw of an odd number. */
export function splitChains(chains: ChainDraws): Float64Array[] {
  return chains.flatMap((chain) => {
    const half = Math.floor(chain.length / 2);
    const draws = Float64Array.from(chain);
    return [draws.slice(0, half), draws.slice(draws.length - half)];
  });
}

/** Each draw replaced by the normal quantile of its rank among all, ( rank - 3/8 ) / ( S + 1/4 ); equal draws share their mean rank. */
export function rankNormalised(chains: ChainDraws): Float64Array[] {
  const length = chains[0]!.length;
  const all = Float64Array.from({ length: chains.length * length }, (_, i) => chains[Math.floor(i / length)]![i % length]!);
  const order = Uint32Array.from(all.keys()).sort((a, b) => all[a]! - all[b]!);
  const scores = new Float64Array(all.length);
  for (let first = 0, last = 0; first < order.length; first = last) {
    while (last < order.length && all[order[last]!] === all[order[first]!]) last++;
    const score = standardNormalQuantile(((first + 1 + last) / 2 - 3 / 8) / (all.length + 1 / 4));
    for (let place = first; place < last; place++) scores[order[place]!] = score;
  }
  return chains.map((_, m) => scores.slice(m * length, (m + 1) * length));
}

/** Mean of `[N]`. */
export function meanOf(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total / values.length;
}

/** Variance of `[N]`, divisor N - 1. */
export function varianceOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += (values[i]! - mean) ** 2;
  return total / (values.length - 1);
}
