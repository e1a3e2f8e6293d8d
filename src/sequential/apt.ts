/**
 * APT in rounds: each draws from the posterior that the round before gave, and learns from all by the loss of the atoms.
 *
 * @module
 * @source Greenberg, Nonnenmacher, Macke 2019, arXiv:1905.07488, algorithm 1
 */
import { type AptOptions, atomicPosterior } from "../estimators/apt.js";
import type { PosteriorEstimator } from "../estimators/density/posterior-estimator.js";
import { assertFitArguments } from "../estimators/density/simulation-checks.js";
import { assertDensity } from "./density-of.js";
import type { EnsembleMethod } from "./method.js";
import { trainedPosterior } from "./trained-posterior.js";

/**
 * Automatic posterior transformation with atoms (also called SNPE-C): the first round is NPE; later ones learn which of M thetas gave x.
 *
 * The density is learned up to a factor wherever there are atoms: after rounds at one observation it says little at others, and where the proposals did not
 * draw it may be anything. With draws of the prior alone its `fit` is that of `npe`.
 *
 * @param options - Family of densities, embedding of x, members, atoms.
 * @returns A method for `rounds`; its `fit` takes simulations of any proposal together with the prior.
 * @throws {DomainError} When an option is out of range, and from `rounds` when the prior has no density.
 * @example
 * const noisy = simulator({ name: "noisy", parameters: { mu: [-2, 2] }, observables: ["x"] }, ({ mu }, sample) => [sample("x", normal(mu, 0.1))]);
 * const prior = uniform({ mu: [-2, 2] });
 * const options = { prior, x: [0.5], n: 200, rounds: 2, seed: 1, fit: { epochs: 20 } };
 * for await (const { posterior } of rounds(apt({ flow: maf({ transforms: 1 }) }), noisy, options)) {
 *   (await posterior.sample(key(2), 100)).rows; // 100
 * }
 */
export function apt(options: AptOptions = {}): EnsembleMethod<PosteriorEstimator> {
  const method = atomicPosterior(options);
  return {
    name: "apt",
    fit: async (simulations, fit) => {
      assertFitArguments("apt.fit", simulations, fit);
      assertDensity("apt.fit", fit.prior);
      return method.fit(simulations, fit) as unknown as Promise<PosteriorEstimator>;
    },
    posterior: (estimator, given) => trainedPosterior(estimator.at(given.x), given),
    propose: (estimator, given) => {
      const source = trainedPosterior(estimator.at(given.x), given);
      return {
        name: `posterior after round ${given.round} of apt`,
        kind: "other",
        sample: async (key, n, limits) => {
          const theta = await source.sample(key, n, limits);
          const logInside = Math.log(1 - source.leakage);
          return { ...theta, logProb: source.logProb(theta).map((value) => value - logInside), notes: [] };
        },
      };
    },
    members: (estimator, { x }, theta) => estimator.members(theta, { rows: 1, columns: x.length, values: x }),
  };
}
