/**
 * Balanced NRE: NRE-A with a penalty that keeps the classifier from being overconfident,
 *
 *   L = L_NRE-A + lambda (E_joint[d] + E_contrast[d] - 1)^2,   d = sigma(log r_hat)
 *
 * The exact classifier is balanced, so the minimum stays; on the way there its posteriors are wider rather than narrower than the truth.
 *
 * @module
 * @source Delaunoy, Hermans, Rozet, Wehenkel, Louppe 2022, arXiv:2208.13624, algorithm 1 (lambda = 100)
 */
import { add, mean, mul, sigmoid, square, sub } from "../compute/index.js";
import { DomainError } from "../errors.js";
import { type EvidenceMethod, type EvidenceObjective, fitEvidence } from "./evidence/fit-evidence.js";
import type { NetworkOptions } from "./network-options.js";
import { pairCrossEntropy } from "./nre-a.js";

/** The network, and the weight of the balance. */
export interface BalancedNreOptions extends NetworkOptions {
  /** Weight of the penalty; default 100. Larger is more cautious. */
  readonly lambda?: number;
}

/** The objective. */
export function balancedNreObjective(lambda: number): EvidenceObjective {
  return {
    name: "balanced-nre",
    contrasts: 1,
    loss(batch) {
      const balance = sub(add(mean(sigmoid(batch.joint)), mean(sigmoid(batch.contrasts))), 1);
      return add(pairCrossEntropy(batch), mul(lambda, square(balance)));
    },
  };
}

/**
 * Ratio to evidence from a balanced classifier.
 *
 * @param options - The network and the weight of the balance.
 * @returns A method with `fit`.
 * @throws {DomainError} When lambda is negative; from `fit` when another option is out of range.
 * @example
 * const simulations = await simulate(galtonBoard(), { prior: uniform({ slope: [-1, 0] }), n: 500, seed: 1 });
 * const ratio = await balancedNre({ hidden: [20] }).fit(simulations, { epochs: 5, seed: 2, verdict: false });
 * ratio.logEvidenceRatio([15, 16], { slope: -0.8 });
 */
export function balancedNre({ lambda = 100, ...options }: BalancedNreOptions = {}): EvidenceMethod {
  if (!(lambda >= 0 && lambda < Infinity)) throw new DomainError("balancedNre", "lambda", lambda, "a finite number of at least 0");
  const objective = balancedNreObjective(lambda);
  return { name: objective.name, fit: (given, fit) => fitEvidence(objective, options, { given, fit }) };
}
