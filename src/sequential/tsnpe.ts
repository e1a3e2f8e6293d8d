/**
 * TSNPE, truncated sequential neural posterior estimation: later rounds draw from the prior within the region that holds nearly all of the posterior.
 *
 * Within the region the proposal is the prior up to a constant, so the loss of NPE needs no correction for the posterior at this observation.
 *
 * @module
 * @source Deistler, Goncalves, Macke 2022, arXiv:2210.04815, algorithm 1
 */

import { DomainError } from "../errors.js";
import type { PosteriorFitOptions } from "../estimators/density/density-model.js";
import type { DensityOptions } from "../estimators/density/density-options.js";
import { densitySettings } from "../estimators/density/density-options.js";
import { fitPosterior } from "../estimators/density/fit-posterior.js";
import type { PosteriorEstimator } from "../estimators/density/posterior-estimator.js";
import { nsf } from "../flows/nsf.js";
import { fold } from "../numerics/random.js";
import type { RoundMethod } from "./method.js";
import { trainedPosterior } from "./trained-posterior.js";
import { TruncatedPrior } from "./truncation.js";

/** What TSNPE learns with. */
export interface TsnpeOptions extends DensityOptions {
  /** Part of the posterior's mass that the region may leave out, in (0, 1); default 1e-4. Larger cuts closer, and cuts more off. */
  readonly epsilon?: number;
}

/** Child of the method's key for the draws that fix the threshold. */
const THRESHOLD = 2;
const KINDS = ["prior", "truncated"] as const;

/**
 * Truncated proposals. The steadiest of the sequential methods: plain NPE on every round, and several observations may share what was simulated where their
 * regions overlap. Where the prior is very wide against the posterior, rejection gives way to importance.
 *
 * After the first round the estimator holds at the observation of the rounds alone.
 *
 * @param options - Family of densities, embedding of x, members, epsilon.
 * @returns A method for `rounds`; its `fit` takes simulations of the prior and of truncated priors.
 * @throws {DomainError} When an option is out of range.
 * @example
 * const noisy = simulator({ name: "noisy", parameters: { mu: [-2, 2] }, observables: ["x"] }, ({ mu }, sample) => [sample("x", normal(mu, 0.1))]);
 * const prior = uniform({ mu: [-2, 2] });
 * const options = { prior, x: [0.5], n: 200, rounds: 2, seed: 1, fit: { epochs: 20 } };
 * for await (const { simulations } of rounds(tsnpe({ flow: maf({ transforms: 1 }) }), noisy, options)) {
 *   simulations.proposals.length; // 1, then 2
 * }
 */
export function tsnpe({ epsilon = 1e-4, ...options }: TsnpeOptions = {}): RoundMethod<PosteriorEstimator> {
  const settings = densitySettings("tsnpe", options, { flow: nsf(), members: 1 });
  if (!(typeof epsilon === "number" && epsilon > 0 && epsilon < 1))
    throw new DomainError("tsnpe", "epsilon", epsilon, "a part between 0 and 1");
  return {
    name: "tsnpe",
    fit: async (simulations, fit) =>
      fitPosterior(
        { name: "tsnpe", settings, proposals: KINDS },
        simulations,
        fit as PosteriorFitOptions<typeof simulations.parameters>,
      ) as unknown as Promise<PosteriorEstimator>,
    posterior: (estimator, given) => trainedPosterior(estimator.at(given.x), given),
    propose: (estimator, { prior, x, round, key }) => {
      const truncated = new TruncatedPrior({ prior, density: estimator.at(x), epsilon, key: fold(key, THRESHOLD) });
      return {
        name: `prior within the region of ${1 - epsilon} of the posterior after round ${round} of tsnpe`,
        kind: "truncated",
        sample: (drawKey, n, limits) => truncated.sample(drawKey, n, limits),
      };
    },
  };
}
