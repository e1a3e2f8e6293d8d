/**
 * NRE-C: did x come from one of K thetas, and from which? With odds gamma that it came from one at all,
 *
 *   L = - 1/(1 + gamma) mean log [ K / (K + gamma sum_k r_hat(x, theta_k)) ]                        all thetas of other events
 *       - gamma/(1 + gamma) mean log [ gamma r_hat(x, theta_0) / (K + gamma sum_k r_hat(x, theta_k)) ]   the first its own
 *
 * The minimum is the ratio to evidence itself, without the free factor of NRE-B. K = 1, gamma = 1 is NRE-A.
 *
 * @module
 * @source Miller, Weniger, Forre 2022, arXiv:2210.06170, eqs. 7 to 9
 */
import { add, concatenate, logSumExp, mean, mul, neg, reshape, sliceAxis, softplus, sub, type Tensor } from "../compute/index.js";
import { DomainError } from "../errors.js";
import { type EvidenceMethod, type EvidenceObjective, fitEvidence } from "./evidence/fit-evidence.js";
import { assertContrasts, type ContrastOptions } from "./nre-b.js";

/** Contrasts and odds. */
export interface NreCOptions extends ContrastOptions {
  /** gamma, the odds that x came from one of the thetas against none; default 1. */
  readonly gamma?: number;
}

/** The objective. */
export function nreCObjective(contrasts: number, gamma: number): EvidenceObjective {
  // log of gamma / K times the sum of the ratios: the odds that x came from any of the thetas.
  const logOdds = (ratios: Tensor) => add(logSumExp(ratios, { axis: 0 }), Math.log(gamma / contrasts));
  return {
    name: "nre-c",
    contrasts,
    loss({ joint, contrasts: others }) {
      const own = concatenate([reshape(joint, [1, joint.shape[0]!]), sliceAxis(others, 0, { start: 0, end: contrasts - 1 })], 0);
      const none = mean(softplus(logOdds(others)));
      const first = mean(sub(add(joint, Math.log(gamma / contrasts)), softplus(logOdds(own))));
      return add(mul(1 / (1 + gamma), none), mul(gamma / (1 + gamma), neg(first)));
    },
  };
}

/**
 * Ratio to evidence by multi-class classification with a class for none.
 *
 * @param options - The network, the number of contrasts and the odds.
 * @returns A method with `fit`.
 * @throws {DomainError} When `contrasts` is no whole number from 1 or gamma not above 0; from `fit` when another option is out of range.
 * @example
 * const simulations = await simulate(galtonBoard(), { prior: uniform({ slope: [-1, 0] }), n: 500, seed: 1 });
 * const ratio = await nreC({ contrasts: 4, hidden: [20] }).fit(simulations, { epochs: 5, seed: 2, verdict: false });
 * ratio.logEvidenceRatio([15, 16], { slope: -0.8 });
 */
export function nreC({ contrasts = 9, gamma = 1, ...options }: NreCOptions = {}): EvidenceMethod {
  assertContrasts("nreC", contrasts);
  if (!(gamma > 0 && gamma < Infinity)) throw new DomainError("nreC", "gamma", gamma, "a finite number above 0");
  const objective = nreCObjective(contrasts, gamma);
  return { name: objective.name, fit: (given, fit) => fitEvidence(objective, options, { given, fit }) };
}
