import type { Matrix } from "../numerics/matrix.js";

/** Parameters among which the next round's are chosen, and what the members of an ensemble say of them. */
export interface Candidates {
  readonly names: readonly string[];
  /** `[M, D]`, draws of the prior. */
  readonly theta: Matrix;
  /** Logarithm of each member's posterior density `[members][M]`, up to one constant for all. */
  readonly logPosterior: readonly Float64Array[];
}

/** How much a simulation at each candidate is wanted: the logarithm `[M]` of its weight in the choice, -Infinity for none. */
export type Acquisition = (candidates: Candidates) => Float64Array;

/**
 * The variance of the posterior over the members of an ensemble: large where the posterior may be high and the members disagree.
 *
 * log Var_m [ pi_m(theta) ],   pi_m(theta) ~ q_m(x_o given theta) p(theta)
 *
 * @returns An acquisition for `activeLearning`.
 * @source Järvenpää, Gutmann, Vehtari, Marttinen 2019, arXiv:1704.00520, section 3.2 (chosen by chance, as their rand_maxvar); Lueckmann et al. 2019, arXiv:1805.09294, section 3.2
 * @example
 * posteriorVariance()({ names: ["a"], theta: [[0]], logPosterior: [[Math.log(1)], [Math.log(4)]] }); // 0.81093...
 */
export function posteriorVariance(): Acquisition {
  return function posteriorVariance({ logPosterior }) {
    return Float64Array.from({ length: logPosterior[0]?.length ?? 0 }, (_, i) => logVariance(logPosterior.map((values) => values[i]!)));
  };
}

/** log of the variance of exp(values), without overflow. */
function logVariance(values: readonly number[]): number {
  const top = Math.max(...values);
  if (!(top > -Infinity)) return top;
  const parts = values.map((value) => Math.exp(value - top));
  const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  return 2 * top + Math.log(parts.reduce((sum, part) => sum + (part - mean) ** 2, 0) / parts.length);
}
