/**
 * SNL, sequential neural likelihood: a conditional density of x given theta, learned on simulations at draws of the posterior that it gave before,
 *
 *   theta ~ p^(theta given x_o) ~ q(x_o given theta) p(theta)
 *
 * The loss is that of NLE, which holds for thetas of any proposal: nothing is to be corrected.
 *
 * @module
 * @source Papamakarios, Sterratt, Murray 2019, arXiv:1805.07226, algorithm 1
 */
import { DomainError } from "../errors.js";
import { type DensityOptions, densitySettings } from "../estimators/density/density-options.js";
import type { LikelihoodEstimator } from "../estimators/density/likelihood-estimator.js";
import { nle } from "../estimators/nle.js";
import { maf } from "../flows/maf.js";
import type { Sampler } from "../inference/samplers/sampler.js";
import type { Matrix } from "../numerics/matrix.js";
import { assertDensity } from "./density-of.js";
import { likelihoodPosterior } from "./likelihood-posterior.js";
import type { EnsembleMethod, RoundFitOptions, RoundGiven } from "./method.js";

/** What SNL learns with; by default `maf()` and one member. */
export interface SnlOptions extends DensityOptions {
  /** How the posterior is sampled; default `slice()`. */
  readonly sampler?: Sampler;
}

/**
 * Sequential neural likelihood. For few continuous observables; each round samples a posterior by Markov chains.
 *
 * @param options - Family of densities, embedding of theta, members, sampler.
 * @returns A method for `rounds`; its `fit` alone is that of `nle`.
 * @throws {DomainError} When an option is out of range, and from `rounds` when the prior has no density.
 * @example
 * const noisy = simulator({ name: "noisy", parameters: { mu: [-2, 2] }, observables: ["x"] }, ({ mu }, sample) => [sample("x", normal(mu, 0.1))]);
 * const prior = uniform({ mu: [-2, 2] });
 * const options = { prior, x: [0.5], n: 200, rounds: 2, seed: 1, fit: { epochs: 20 } };
 * for await (const { posterior } of rounds(snl({ flow: maf({ transforms: 1 }) }), noisy, options)) {
 *   (await posterior.sample(key(2), 100)).rows; // 100
 * }
 */
export function snl({ sampler, ...options }: SnlOptions = {}): EnsembleMethod<LikelihoodEstimator> {
  densitySettings("snl", options, { flow: maf(), members: 1 });
  if (sampler !== undefined && typeof sampler?.start !== "function")
    throw new DomainError("snl", "sampler", sampler, "a sampler", "make one, as slice() or nuts()");
  const method = nle(options);
  return {
    name: "snl",
    fit: async (simulations, { prior: _, ...fit } = {} as RoundFitOptions) =>
      method.fit(simulations, fit) as unknown as Promise<LikelihoodEstimator>,
    posterior: (estimator, given) => likelihoodPosterior(estimator, given, sampler),
    propose: (estimator, given) => {
      const source = likelihoodPosterior(estimator, given, sampler);
      return {
        name: `posterior after round ${given.round} of snl`,
        kind: "other",
        sample: async (key, n, limits) => {
          const { theta, diagnosis } = await source.draws(key, n, limits);
          return { ...theta, notes: diagnosis };
        },
      };
    },
    members: (estimator, given, theta) => memberPosteriors(estimator, given, theta),
  };
}

/** log q_m(x_o given theta) + log p(theta). */
function memberPosteriors(estimator: LikelihoodEstimator, { prior, x }: RoundGiven, theta: Matrix): Float64Array[] {
  const logPrior = assertDensity("snl", prior)(theta);
  const observed = { rows: 1, columns: x.length, values: x };
  return estimator.members(observed, theta).map(({ values }) => values.map((value, i) => value + logPrior[i]!));
}
