/**
 * ALICES, ALICE and score: the objective of ALICE and the squared error of the network's own score, with weight alpha,
 *
 *   L = L_ALICE + alpha mean (1 - y) |t(x, z) - grad_theta log r_hat(x given theta)|^2
 *
 * Only events of theta0 enter the second term: for them alone x, z are drawn at the theta of the score, so that the mean of t(x, z) at
 * given x is the score of x. Where theta1 varies too, the same is added for the events of theta1 and their score.
 *
 * @module
 * @source Stoye, Brehmer, Louppe, Pavez, Cranmer 2018, arXiv:1808.00973, eq. 11
 */
import { ALICE } from "./alice.js";
import { fitRatio } from "./ratio/fit-ratio.js";
import type { RatioObjective, ScoreGoldMethod, ScoreRatioOptions } from "./ratio/ratio-method.js";

/** The objective, without the score's term. */
export const ALICES: RatioObjective = { ...ALICE, name: "alices", usesScore: true };

/**
 * Likelihood ratio from the joint ratio, by cross-entropy, and the joint score: where both can be mined, the method to begin with.
 *
 * @param options - The network, and the weight alpha of the score.
 * @returns A method with `fit`.
 * @throws {DomainError} From `fit`, when an option is out of range or the activation has corners.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: uniform({ slope: [-1, -0.4] }), denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * const ratio = await alices({ hidden: [20] }).fit(mined, { epochs: 5, seed: 2, verdict: false });
 * ratio.score([15, 16], { slope: -0.8 });
 */
export function alices(options: ScoreRatioOptions = {}): ScoreGoldMethod {
  return { name: ALICES.name, fit: (sample, fit) => fitRatio(ALICES, options, { sample, fit }) };
}
