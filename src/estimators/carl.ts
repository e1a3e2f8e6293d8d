/**
 * CARL, a calibrated approximate ratio of likelihoods: a classifier that tells the two hypotheses' events apart,
 *
 *   L = - mean [ y log s_hat(x) + (1 - y) log(1 - s_hat(x)) ],   s_hat = 1 / (1 + r_hat)
 *
 * At the minimum s_hat(x) = p1 / (p0 + p1), so that r_hat = (1 - s_hat) / s_hat = r. It needs labels alone, and so the most simulations.
 *
 * @module
 * @source Cranmer, Pavez, Louppe 2015, arXiv:1506.02169, section 2; with theta as an input Brehmer et al. 2018, arXiv:1805.00020, eq. 26
 */
import { fitRatio } from "./ratio/fit-ratio.js";
import { crossEntropy } from "./ratio/objective.js";
import type { LabelMethod, RatioObjective, RatioOptions } from "./ratio/ratio-method.js";

/** The objective. */
export const CARL: RatioObjective = {
  name: "carl",
  usesRatio: false,
  usesScore: false,
  loss: ({ logRatio, label }) => crossEntropy(logRatio, label),
  ignorant: () => Math.LN2,
};

/**
 * Likelihood ratio from a classifier between events of theta0 and theta1.
 *
 * @param options - The network.
 * @returns A method with `fit`.
 * @throws {DomainError} From `fit`, when an option is out of range.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * const ratio = await carl({ hidden: [20] }).fit(mined, { epochs: 5, seed: 2, verdict: false });
 * ratio.logRatio([15, 16], { slope: -0.8 });
 */
export function carl(options: RatioOptions = {}): LabelMethod {
  return { name: CARL.name, fit: (sample, fit) => fitRatio(CARL, options, { sample, fit }) };
}
