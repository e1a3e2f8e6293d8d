import { quantileOf } from "../../numerics/quantiles.js";
import { type ChainDraws, checkChains, meanOf, rankNormalised, splitChains, varianceOf } from "./rank-normalised.js";

/**
 * Effective sample size of the bulk: how many independent draws would tell the middle of a distribution as well.
 *
 * ESS = C N / tau,   tau = 1 + 2 sum_t rho_t, over Geyer's initial monotone sequence
 *
 * Of rank-normalised halves of the chains. The standard error of a mean is about std / sqrt(ESS). Fewer than 400 tell little of R-hat.
 *
 * @param chains - Draws of one quantity, `[C]` chains of N draws in their order.
 * @returns The number; more than C N for chains that alternate, 1 where no chain has moved.
 * @throws {ShapeError} When chains are missing, shorter than 4 draws or of different lengths.
 * @source Vehtari, Gelman, Simpson, Carpenter, Buerkner 2021 (arXiv 1903.08008), equations 10 to 13; Geyer 1992
 * @example
 * effectiveSampleSize([standardNormals(key(1), 1000), standardNormals(key(2), 1000)]) > 1500; // true: independent draws
 */
export function effectiveSampleSize(chains: ChainDraws): number {
  checkChains("effectiveSampleSize", chains);
  return plainSize(rankNormalised(splitChains(chains)));
}

/**
 * Effective sample size of the tails: the smaller of those of the 5% and the 95% quantile.
 *
 * @param chains - Draws of one quantity, `[C]` chains of N draws in their order.
 * @returns The number.
 * @throws {ShapeError} When chains are missing, shorter than 4 draws or of different lengths.
 * @source Vehtari, Gelman, Simpson, Carpenter, Buerkner 2021 (arXiv 1903.08008), section 4
 */
export function tailSampleSize(chains: ChainDraws): number {
  checkChains("tailSampleSize", chains);
  const halves = splitChains(chains);
  const all = Float64Array.from(halves.flatMap((half) => Array.from(half)));
  const sizes = [0.05, 0.95].map((p) => {
    const quantile = quantileOf(all, p);
    return plainSize(halves.map((half) => half.map((value) => (value <= quantile ? 1 : 0))));
  });
  return Math.min(...sizes);
}

function plainSize(chains: readonly Float64Array[]): number {
  const draws = chains.length * chains[0]!.length;
  const rho = autocorrelations(chains);
  if (!rho) return 1;
  const tau = Math.max(1 / Math.log10(draws), -1 + 2 * rho.sum + rho.last);
  return draws / tau;
}

/** Sum over the initial monotone sequence of the autocorrelations, and half a term after it; undefined for chains that never move. */
function autocorrelations(chains: readonly Float64Array[]): { readonly sum: number; readonly last: number } | undefined {
  const n = chains[0]!.length;
  const means = chains.map(meanOf);
  const within = meanOf(chains.map(varianceOf));
  const total = (within * (n - 1)) / n + varianceOf(means);
  if (!(total > 0)) return undefined;
  const rho = (lag: number) => 1 - (within - meanOf(chains.map((chain, m) => autocovariance(chain, means[m]!, lag)))) / total;
  let sum = 0;
  let pair = 1 + rho(1);
  for (let lag = 0; lag < n - 5 && pair > 0; lag += 2) {
    sum += pair;
    const [even, odd] = [rho(lag + 2), rho(lag + 3)];
    if (even + odd <= 0 || lag + 2 >= n - 5) return { sum, last: Math.max(0, even) };
    pair = Math.min(pair, even + odd);
  }
  return { sum: Math.max(sum, pair), last: 0 };
}

function autocovariance(chain: Float64Array, mean: number, lag: number): number {
  let total = 0;
  for (let i = 0; i + lag < chain.length; i++) total += (chain[i]! - mean) * (chain[i + lag]! - mean);
  return total / chain.length;
}
