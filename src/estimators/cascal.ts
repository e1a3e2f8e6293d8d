/**
 * CASCAL, CARL and score approximate likelihood: the objective of CARL and the squared error of the network's own score, with weight alpha,
 *
 *   L = L_CARL + alpha mean (1 - y) |t(x, z) - grad_theta log r_hat(x given theta)|^2
 *
 * Only events of theta0 enter the second term: for them alone x, z are drawn at the theta of the score, so that the mean of t(x, z) at
 * given x is the score of x. Where theta1 varies too, the same is added for the events of theta1 and their score.
 *
 * @module
 * @source Brehmer, Cranmer, Louppe, Pavez 2018, arXiv:1805.00020, eq. 32
 */
import { CARL } from "./carl.js";
import { fitRatio } from "./ratio/fit-ratio.js";
import type { RatioObjective, ScoreGoldMethod, ScoreRatioOptions } from "./ratio/ratio-method.js";

/** The objective, without the score's term. */
export const CASCAL: RatioObjective = { ...CARL, name: "cascal", usesScore: true };

/**
 * Likelihood ratio from a classifier and the joint score; the joint ratio is not used.
 *
 * @param options - The network, and the weight alpha of the score.
 * @returns A method with `fit`.
 * @throws {DomainError} From `fit`, when an option is out of range or the activation has corners.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: uniform({ slope: [-1, -0.4] }), denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * const ratio = await cascal({ hidden: [20] }).fit(mined, { epochs: 5, seed: 2, verdict: false });
 * ratio.score([15, 16], { slope: -0.8 });
 */
export function cascal(options: ScoreRatioOptions = {}): ScoreGoldMethod {
  return { name: CASCAL.name, fit: (sample, fit) => fitRatio(CASCAL, options, { sample, fit }) };
}
