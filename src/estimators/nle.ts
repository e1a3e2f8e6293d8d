/**
 * NLE, neural likelihood estimation: a conditional density of x given theta, learned from simulations at any thetas,
 *
 *   L = - mean log q(x given theta)
 *
 * At the minimum q(x given theta) = p(x given theta), whatever the thetas were drawn from; where there were few it is poor.
 *
 * @module
 * @source Papamakarios, Sterratt, Murray 2019, arXiv:1805.07226, section 3
 */
import type { LabelledSample } from "../data/mined-sample.js";
import type { Simulations } from "../data/simulations.js";
import { maf } from "../flows/maf.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { type DensityOptions, densitySettings } from "./density/density-options.js";
import { fitLikelihood } from "./density/fit-likelihood.js";
import type { LikelihoodEstimator } from "./density/likelihood-estimator.js";
import type { FitOptions } from "./fit-options.js";

/** A method that learns the likelihood. */
export interface LikelihoodMethod {
  readonly name: string;
  /**
   * Trains an estimator.
   *
   * @param simulations - At several thetas; of a mined sample the events of theta0 are used.
   * @throws {ShapeError} When there are fewer than 10 simulations.
   * @throws {DomainError} When theta or an observable is the same for all events, a value is NaN or infinite, or an option is out of range.
   * @throws {NotConvergedError} When the training diverges.
   */
  fit<Ranges extends ParameterRanges>(
    simulations: Simulations<Ranges> | LabelledSample<Ranges>,
    options: FitOptions,
  ): Promise<LikelihoodEstimator<Ranges>>;
}

/**
 * Neural likelihood estimation. The observables must be continuous: of counts, a density is as high as it is fine.
 *
 * @param options - Family of densities, embedding of theta, members.
 * @returns A method with `fit`.
 * @throws {DomainError} When an option is out of range.
 * @example
 * const noisy = simulator({ name: "noisy", parameters: { mu: [-2, 2] }, observables: ["x"] }, ({ mu }, sample) => [sample("x", normal(mu, 1))]);
 * const simulations = await simulate(noisy, { prior: uniform({ mu: [-2, 2] }), n: 500, seed: 1 });
 * const likelihood = await nle({ flow: maf({ transforms: 2 }) }).fit(simulations, { epochs: 5, seed: 2 });
 * logLikelihood(likelihood, [0.3, 0.7])({ mu: 0.5 });
 */
export function nle(options: DensityOptions = {}): LikelihoodMethod {
  const settings = densitySettings("nle", options, { flow: maf(), members: 1 });
  return { name: "nle", fit: (simulations, fit) => fitLikelihood({ name: "nle", settings }, simulations, fit) };
}
