/**
 * SALLINO, score approximates likelihood locally in one dimension: SALLY's network, whose D scores are then summed up in the one number
 *
 *   h(x; theta, theta1) = t_hat(x) . (theta - theta1)
 *
 * In the local model exp(t . (theta - theta_ref)) / Z this number is sufficient for the ratio of theta and theta1. `sallinoDensity` makes a
 * likelihood of it: one-dimensional histograms for any number of parameters, where `scoreDensity` needs D dimensions.
 *
 * @module
 * @source Brehmer, Cranmer, Louppe, Pavez 2018, arXiv:1805.00020, eq. 31 and section III.D.3
 */
import type { NetworkOptions } from "./network-options.js";
import type { ScoreMethod } from "./sally.js";
import { fitScore } from "./score/fit-score.js";

/**
 * The score at a reference point, to be summed up along theta - theta1.
 *
 * @param options - The network.
 * @returns A method with `fit`.
 * @throws {DomainError} From `fit`, when an option is out of range.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * const local = await sallino({ hidden: [20] }).fit(mined, { epochs: 5, seed: 2 });
 * local.score([15, 16]); // [2, 1]
 */
export function sallino(options: NetworkOptions = {}): ScoreMethod {
  return { name: "sallino", fit: (sample, fit) => fitScore("sallino", options, { sample, fit }) };
}
