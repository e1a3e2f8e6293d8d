/**
 * ROLR, regression on the likelihood ratio: squared error of the ratio, on the side where it is small,
 *
 *   L = mean [ y |r(x, z) - r_hat(x)|^2 + (1 - y) |1 / r(x, z) - 1 / r_hat(x)|^2 ]
 *
 * The mean of r(x, z) over events of theta1 at given x is r(x), that of 1 / r(x, z) over events of theta0 is 1 / r(x). Both logarithms are
 * clipped to [-10, 10]. Squares of ratios have heavy tails: where ratios are large ALICE has less variance.
 *
 * @module
 * @source Brehmer, Cranmer, Louppe, Pavez 2018, arXiv:1805.00020, eq. 28
 */
import { fitRatio } from "./ratio/fit-ratio.js";
import { ratioError } from "./ratio/objective.js";
import type { RatioGoldMethod, RatioObjective, RatioOptions } from "./ratio/ratio-method.js";

/** The objective. */
export const ROLR: RatioObjective = {
  name: "rolr",
  usesRatio: true,
  usesScore: false,
  loss: ratioError,
  ignorant: (label, jointLogRatio) => (Math.exp(label === 1 ? jointLogRatio : -jointLogRatio) - 1) ** 2,
};

/**
 * Likelihood ratio by regression on the joint ratio.
 *
 * @param options - The network.
 * @returns A method with `fit`.
 * @throws {DomainError} From `fit`, when an option is out of range.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * const ratio = await rolr({ hidden: [20] }).fit(mined, { epochs: 5, seed: 2, verdict: false });
 * ratio.logRatio([15, 16], { slope: -0.8 });
 */
export function rolr(options: RatioOptions = {}): RatioGoldMethod {
  return { name: ROLR.name, fit: (sample, fit) => fitRatio(ROLR, options, { sample, fit }) };
}
