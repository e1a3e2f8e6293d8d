import { DomainError } from "../../errors.js";
import type { Matrix } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { type Key, key, stream } from "../../numerics/random.js";
import type { Prior } from "../../probability/independent.js";
import type { LogLikelihoodFunction } from "../log-likelihood-function.js";
import { checkProposal } from "../samplers/importance.js";
import { normalisedWeights, resampled } from "../samplers/resampling.js";
import { missingNotes, type Proposal, WeightedDraws, weightNotes } from "../samplers/weighted-draws.js";
import { Budget, Stopped, type StopReason } from "./budget.js";
import { checkedParameters } from "./parameters.js";
import { Target } from "./target.js";

/** Options of `importanceCorrection`. */
export interface ImportanceCorrectionOptions {
  /** Number of weighted draws. */
  readonly n: number;
  /** Seed of the draws. */
  readonly seed: number;
  /** Budget of time in seconds; default 60. */
  readonly seconds?: number;
  /** Budget of evaluations of the log-likelihood; default no limit. */
  readonly evaluations?: number;
  /** Interrupts the run, which then returns what it has. */
  readonly signal?: AbortSignal;
}

/** Weighted draws of an approximate posterior; what `importanceCorrection` returns. */
export interface CorrectedPosterior {
  /** Draws of q `[N, D]`. */
  readonly theta: Matrix;
  /** Weights `[N]` that add up to one; all zero where no draw is possible. */
  readonly weights: Float64Array;
  /** log L + log p of each draw `[N]`; -Infinity where it is impossible. */
  readonly logProb: Float64Array;
  /** Effective number of draws over their number: 1 for a perfect q. */
  readonly efficiency: number;
  /** log of the integral of likelihood times prior. */
  readonly logEvidence: number;
  /** Its standard error. */
  readonly logEvidenceError: number;
  /** Shape of the weights' tail; above 0.7 q misses part of the posterior. Undefined for too few draws. */
  readonly kHat: number | undefined;
  readonly stopped: StopReason;
  /** Sentences on what is not well. */
  readonly diagnosis: readonly string[];
  /**
   * Draws of the corrected posterior, by weight, with replacement.
   *
   * @param key - Which.
   * @param n - How many.
   * @returns `[n, D]`.
   * @throws {DomainError} When n is not a whole number, or no draw has a weight.
   */
  sample(key: Key, n: number): Matrix;
}

/**
 * Corrects an approximate posterior, such as a trained one, with the exact likelihood.
 *
 * theta_i ~ q;   w_i = L(theta_i) p(theta_i) / q(theta_i);   Z ~ mean w;   efficiency = ( sum w )^2 / ( N sum w^2 )
 *
 * It cannot put back what q leaves out: a q narrower than the posterior shows in a low efficiency and in k above 0.7.
 *
 * @param q - Anything that draws and has a normalised density, e.g. an NPE posterior at an observation.
 * @param logL - Exact log-likelihood, or log-ratio, with its parameters' ranges.
 * @param prior - Prior over the same parameters.
 * @param options - Number of draws, seed, budget.
 * @returns Weighted draws, efficiency, evidence, diagnosis.
 * @throws {DomainError} When an option is not what its documentation says, q cannot draw, or prior and likelihood disagree.
 * @throws {ShapeError} When q's draws have the wrong shape.
 * @source Dax et al. 2023 (arXiv 2210.05686), equations 3 to 5
 * @example
 * const logL = Object.assign(({ a }: { a: number }) => -0.5 * a * a, { parameters: { a: [-9, 9] } as const });
 * const exact = normal(0, 1);
 * const q = { sample: (key: Key, n: number) => ({ rows: n, columns: 1, values: exact.sample(key, n) }), logProb: (theta: Matrix) => theta.values.map((a) => exact.logProb(a)) };
 * (await importanceCorrection(q, logL, uniform(logL.parameters), { n: 1000, seed: 1 })).efficiency; // 1.000000
 */
export async function importanceCorrection<Ranges extends ParameterRanges>(
  q: Proposal,
  logL: LogLikelihoodFunction<Ranges>,
  prior: Prior,
  options: ImportanceCorrectionOptions,
): Promise<CorrectedPosterior> {
  const where = "importanceCorrection";
  checkProposal(where, "q", q);
  const parameters = checkedParameters(where, logL, prior);
  const budget = Budget.checked(where, options);
  const target = new Target(logL as unknown as LogLikelihoodFunction, prior, parameters, budget);
  const weighted = new WeightedDraws(target, q);
  const stopped = await Stopped.reasonOf(() => weighted.draw(options.n, key(options.seed), () => undefined));
  const { efficiency, logEvidence, logEvidenceError, kHat, size } = weighted.summary();
  const weights = size > 0 ? normalisedWeights(weighted.logWeights) : new Float64Array(weighted.drawn);
  const missing = missingNotes(weighted.drawn, options.n, "q");
  return {
    theta: weighted.theta,
    weights,
    logProb: weighted.logProb,
    efficiency,
    logEvidence,
    logEvidenceError,
    kHat,
    stopped,
    diagnosis: [...target.faults.sentences(budget.evaluations), ...missing, ...weightNotes(weighted.summary(), weighted.drawn, "q")],
    sample(sampleKey, n) {
      if (!(Number.isSafeInteger(n) && n >= 0)) throw new DomainError("sample", "n", n, "a whole number");
      if (size === 0) throw new DomainError("sample", "number of possible draws", 0, "at least one", "use another q");
      return weighted.rows(resampled(weights, n, stream(sampleKey)));
    },
  };
}
