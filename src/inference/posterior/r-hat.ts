import { quantileOf } from "../../numerics/quantiles.js";
import { type ChainDraws, checkChains, meanOf, rankNormalised, splitChains, varianceOf } from "./rank-normalised.js";

/**
 * Rank-normalised split R-hat: how much wider all chains are together than each by itself; 1 for chains that agree.
 *
 * R-hat = sqrt( ( (N - 1) / N W + B / N ) / W ),   B / N the variance of the halves' means, W the mean of their variances
 *
 * The larger of the values for z(x) and z(|x - median|), z by ranks: it sees chains of different place and of different width, and needs no moments.
 * Chains in one mode of several agree with each other all the same: start them far apart.
 *
 * @param chains - Draws of one quantity, `[C]` chains of N draws in their order.
 * @returns R-hat; Infinity where no chain has moved. Below 1.01 is well.
 * @throws {ShapeError} When chains are missing, shorter than 4 draws or of different lengths.
 * @source Vehtari, Gelman, Simpson, Carpenter, Buerkner 2021 (arXiv 1903.08008), section 4
 * @example
 * rHat([[1, 2, 3, 4, 2, 3], [11, 12, 13, 14, 12, 13]]) > 2; // true: the chains are elsewhere
 */
export function rHat(chains: ChainDraws): number {
  checkChains("rHat", chains);
  const halves = splitChains(chains);
  const all = Float64Array.from(halves.flatMap((half) => Array.from(half)));
  const median = quantileOf(all, 0.5);
  const folded = halves.map((half) => half.map((value) => Math.abs(value - median)));
  return Math.max(plainRHat(rankNormalised(halves)), plainRHat(rankNormalised(folded)));
}

function plainRHat(chains: readonly Float64Array[]): number {
  const n = chains[0]!.length;
  const within = meanOf(chains.map(varianceOf));
  const between = varianceOf(chains.map(meanOf));
  return within > 0 ? Math.sqrt((n - 1) / n + between / within) : Infinity;
}
