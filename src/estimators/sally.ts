/**
 * SALLY, score approximates likelihood locally: a network that learns the score at one reference point,
 *
 *   L = mean |t(x, z) - t_hat(x)|^2   over events of theta_ref,   t(x, z) = grad_theta log p(x, z given theta) at theta_ref
 *
 * The mean of t(x, z) at given x is the score t(x), which near theta_ref is a sufficient statistic. Further away it still is a good set of
 * D observables: `scoreDensity` makes a likelihood of them.
 *
 * @module
 * @source Brehmer, Cranmer, Louppe, Pavez 2018, arXiv:1805.00020, eq. 30 and section III.D.3
 */
import type { MinedSampleWithScore } from "../data/mined-sample.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { FitOptions } from "./fit-options.js";
import type { NetworkOptions } from "./network-options.js";
import { fitScore } from "./score/fit-score.js";
import type { ScoreEstimator } from "./score/score-estimator.js";

/** A method that learns the score at one reference point. */
export interface ScoreMethod {
  readonly name: string;
  /**
   * Trains an estimator on the events of theta0, which is the reference.
   *
   * @throws {MissingGoldError} When the sample has no joint score.
   * @throws {DomainError} When theta0 is not the same for all events, a value is NaN or infinite, or an option is out of range.
   * @throws {NotConvergedError} When the training diverges.
   */
  fit<Ranges extends ParameterRanges>(sample: MinedSampleWithScore<Ranges>, options: FitOptions): Promise<ScoreEstimator<Ranges>>;
}

/**
 * The score at a reference point, learned from the joint score.
 *
 * @param options - The network.
 * @returns A method with `fit`.
 * @throws {DomainError} From `fit`, when an option is out of range.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * const local = await sally({ hidden: [20] }).fit(mined, { epochs: 5, seed: 2 });
 * local.score([15, 16]); // [2, 1]
 */
export function sally(options: NetworkOptions = {}): ScoreMethod {
  return { name: "sally", fit: (sample, fit) => fitScore("sally", options, { sample, fit }) };
}
