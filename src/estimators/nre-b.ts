/**
 * NRE-B: which of K + 1 thetas did x come from?
 *
 *   L = - mean log [ r_hat(x, theta_0) / sum_k r_hat(x, theta_k) ],   theta_0 the event's own, theta_1 ... theta_K those of others
 *
 * The minimum leaves r_hat free up to a factor that depends on x: good for posteriors, and wrong as a ratio to evidence (NRE-C is not).
 *
 * @module
 * @source Durkan, Murray, Papamakarios 2020, arXiv:2002.03712, eq. 8
 */
import { concatenate, logSumExp, mean, reshape, sub } from "../compute/index.js";
import { DomainError } from "../errors.js";
import { type EvidenceMethod, type EvidenceObjective, fitEvidence } from "./evidence/fit-evidence.js";
import type { NetworkOptions } from "./network-options.js";

/** A network, and how many other thetas each x is shown with. */
export interface ContrastOptions extends NetworkOptions {
  /** K, the contrasts of each x; default 9. More learn more from an event and take as many times longer. */
  readonly contrasts?: number;
}

/** The objective. */
export function nreBObjective(contrasts: number): EvidenceObjective {
  return {
    name: "nre-b",
    contrasts,
    upToFactor: true,
    loss: ({ joint, contrasts: others }) =>
      mean(sub(logSumExp(concatenate([reshape(joint, [1, joint.shape[0]!]), others], 0), { axis: 0 }), joint)),
  };
}

/**
 * Ratio to evidence, up to a factor that depends on x, by multi-class classification.
 *
 * @param options - The network and the number of contrasts.
 * @returns A method with `fit`.
 * @throws {DomainError} When `contrasts` is no whole number from 1; from `fit` when another option is out of range.
 * @example
 * const simulations = await simulate(galtonBoard(), { prior: uniform({ slope: [-1, 0] }), n: 500, seed: 1 });
 * const ratio = await nreB({ contrasts: 4, hidden: [20] }).fit(simulations, { epochs: 5, seed: 2, verdict: false });
 * ratio.logRatio([15, 16], { slope: -0.8 }, { slope: -0.6 }); // in a difference the factor is gone
 */
export function nreB({ contrasts = 9, ...options }: ContrastOptions = {}): EvidenceMethod {
  assertContrasts("nreB", contrasts);
  const objective = nreBObjective(contrasts);
  return { name: objective.name, fit: (given, fit) => fitEvidence(objective, options, { given, fit }) };
}

export function assertContrasts(where: string, contrasts: number): void {
  if (!(Number.isSafeInteger(contrasts) && contrasts >= 1)) throw new DomainError(where, "contrasts", contrasts, "a whole number from 1");
}
