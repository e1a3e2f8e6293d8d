/**
 * NPE, neural posterior estimation: a conditional density of theta given x, learned from simulations with theta drawn from the prior,
 *
 *   L = - mean log q(theta given x)
 *
 * At the minimum q(theta given x) = p(theta given x): the prior of the posterior is the one that the simulations were drawn from.
 *
 * @module
 * @source Papamakarios, Murray 2016, arXiv:1605.06376, proposition 1
 */
import type { LabelledSample } from "../data/mined-sample.js";
import type { Simulations } from "../data/simulations.js";
import { nsf } from "../flows/nsf.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { PosteriorFitOptions } from "./density/density-model.js";
import { type DensityOptions, densitySettings } from "./density/density-options.js";
import { fitPosterior } from "./density/fit-posterior.js";
import type { PosteriorEstimator } from "./density/posterior-estimator.js";

/** A method that learns the posterior of any observation. */
export interface PosteriorMethod {
  readonly name: string;
  /**
   * Trains an estimator.
   *
   * @param simulations - With theta drawn from the prior; of a mined sample the events of theta0 are used.
   * @throws {ShapeError} When there are fewer than 10 simulations.
   * @throws {DomainError} When a parameter is the same for all events or outside the prior's support, a value is NaN or infinite, or an option is out of range.
   * @throws {NotConvergedError} When the training diverges.
   */
  fit<Ranges extends ParameterRanges>(
    simulations: Simulations<Ranges> | LabelledSample<Ranges>,
    options: PosteriorFitOptions<Ranges>,
  ): Promise<PosteriorEstimator<Ranges>>;
}

/**
 * Neural posterior estimation.
 *
 * @param options - Family of densities, embedding of x, members.
 * @returns A method with `fit`.
 * @throws {DomainError} When an option is out of range.
 * @example
 * const simulations = await simulate(galtonBoard(), { prior: uniform({ slope: [-1, 0] }), n: 500, seed: 1 });
 * const estimator = await npe({ flow: maf({ transforms: 2 }) }).fit(simulations, { epochs: 5, seed: 2, verdict: false });
 * estimator.at([12]).sample(key(3), 1000).rows; // 1000
 */
export function npe(options: DensityOptions = {}): PosteriorMethod {
  const settings = densitySettings("npe", options, { flow: nsf(), members: 3 });
  return { name: "npe", fit: (simulations, fit) => fitPosterior({ name: "npe", settings }, simulations, fit) };
}
