/**
 * NRE-A: a classifier that tells joint pairs (x, theta) from pairs whose theta belongs to another x,
 *
 *   L = - mean log sigma(log r_hat(x, theta)) - mean log(1 - sigma(log r_hat(x, theta')))
 *
 * At the minimum log r_hat = log p(x given theta) - log p(x). (Its label for the joint is 1 in that literature, and 0 here.)
 *
 * @module
 * @source Hermans, Begy, Louppe 2020, arXiv:1903.04057, algorithm 1
 */
import { add, mean, neg, softplus, type Tensor } from "../compute/index.js";
import type { ContrastBatch } from "./evidence/contrast.js";
import { type EvidenceMethod, type EvidenceObjective, fitEvidence } from "./evidence/fit-evidence.js";
import type { NetworkOptions } from "./network-options.js";

/** Cross-entropy of the classifier between joint pairs and contrasts. */
export function pairCrossEntropy({ joint, contrasts }: ContrastBatch): Tensor {
  return add(mean(softplus(neg(joint))), mean(softplus(contrasts)));
}

/** The objective. */
export const NRE_A: EvidenceObjective = { name: "nre-a", contrasts: 1, loss: pairCrossEntropy };

/**
 * Ratio to evidence from a classifier between joint and mismatched pairs.
 *
 * @param options - The network.
 * @returns A method with `fit`.
 * @throws {DomainError} From `fit`, when an option is out of range.
 * @example
 * const simulations = await simulate(galtonBoard(), { prior: uniform({ slope: [-1, 0] }), n: 500, seed: 1 });
 * const ratio = await nreA({ hidden: [20] }).fit(simulations, { epochs: 5, seed: 2, verdict: false });
 * ratio.logEvidenceRatio([15, 16], { slope: -0.8 });
 */
export function nreA(options: NetworkOptions = {}): EvidenceMethod {
  return { name: NRE_A.name, fit: (given, fit) => fitEvidence(NRE_A, options, { given, fit }) };
}
