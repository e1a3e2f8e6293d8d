/**
 * ALICE, approximate likelihood with improved cross-entropy estimator: the classifier of CARL with the label of an event replaced by its
 * expectation, which the joint ratio gives,
 *
 *   L = - mean [ s(x, z) log s_hat(x) + (1 - s(x, z)) log(1 - s_hat(x)) ],   s(x, z) = 1 / (1 + r(x, z)),   s_hat = 1 / (1 + r_hat)
 *
 * The mean of s(x, z) over the equal mixture at given x is p1 / (p0 + p1): the minimum is CARL's, with less variance. It needs events of
 * both hypotheses; from one alone it is biased.
 *
 * @module
 * @source Stoye, Brehmer, Louppe, Pavez, Cranmer 2018, arXiv:1808.00973, eq. 9
 */
import { neg, sigmoid } from "../compute/index.js";
import { fitRatio } from "./ratio/fit-ratio.js";
import { crossEntropy } from "./ratio/objective.js";
import type { RatioGoldMethod, RatioObjective, RatioOptions } from "./ratio/ratio-method.js";

/** The objective. */
export const ALICE: RatioObjective = {
  name: "alice",
  usesRatio: true,
  usesScore: false,
  loss: ({ logRatio, jointLogRatio }) => crossEntropy(logRatio, sigmoid(neg(jointLogRatio))),
  ignorant: () => Math.LN2,
};

/**
 * Likelihood ratio from the joint ratio, by cross-entropy.
 *
 * @param options - The network.
 * @returns A method with `fit`.
 * @throws {DomainError} From `fit`, when an option is out of range.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * const ratio = await alice({ hidden: [20] }).fit(mined, { epochs: 5, seed: 2, verdict: false });
 * ratio.logRatio([15, 16], { slope: -0.8 });
 */
export function alice(options: RatioOptions = {}): RatioGoldMethod {
  return { name: ALICE.name, fit: (sample, fit) => fitRatio(ALICE, options, { sample, fit }) };
}
