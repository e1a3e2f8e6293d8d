import { DomainError } from "../../errors.js";
import { fold, stream } from "../../numerics/random.js";
import { checkCount } from "./chain-options.js";
import { normalisedWeights, resampled } from "./resampling.js";
import type { Outcome, Sampler, SamplerSettings } from "./sampler.js";
import { missingNotes, type Proposal, WeightedDraws, weightNotes } from "./weighted-draws.js";

/** Options of `importance`. */
export interface ImportanceOptions {
  /** What to draw from; default the prior. */
  readonly proposal?: Proposal;
  /** Weighted draws among which the posterior's are chosen; default ten times as many as asked for. */
  readonly draws?: number;
}

/**
 * Importance resampling: draws of the prior or of another proposal q, chosen by weight. For posteriors not much narrower than q.
 *
 * w = L(theta) p(theta) / q(theta);   Z ~ mean w;   efficiency = ( sum w )^2 / ( N sum w^2 )
 *
 * Draws are repeated where weights are large; `ess` says what they are worth. A tail shape k above 0.7 is reported: then q misses something.
 *
 * @param options - Proposal, number of weighted draws.
 * @returns A sampler for `posterior(...).sample`.
 * @throws {DomainError} When `draws` is not a number of draws or `proposal` has no `sample` and `logProb`.
 * @source Rubin 1987 (sampling importance resampling); k: arXiv 1507.02646
 * @example
 * importance({ draws: 100_000 }).name; // "importance"
 */
export function importance({ proposal, draws }: ImportanceOptions = {}): Sampler {
  if (draws !== undefined) checkCount("importance", "draws", draws);
  if (proposal !== undefined) checkProposal("importance", "proposal", proposal);
  return {
    name: "importance",
    start(target, settings) {
      const weighted = new WeightedDraws(target, proposal);
      const wanted = draws ?? 10 * settings.n;
      return {
        run: () => weighted.draw(wanted, fold(settings.key, 0), settings.progress),
        outcome: () => outcomeOf(weighted, settings, { wanted, from: proposal ? "the proposal" : "the prior" }),
      };
    },
  };
}

/** Refuses what cannot propose. */
export function checkProposal(where: string, argument: string, proposal: Proposal): void {
  for (const name of ["sample", "logProb"] as const) {
    if (typeof proposal?.[name] !== "function") throw new DomainError(where, `${argument}.${name}`, proposal?.[name], "a function");
  }
}

function outcomeOf(weighted: WeightedDraws, { n, key }: SamplerSettings, { wanted, from }: { wanted: number; from: string }): Outcome {
  const summary = weighted.summary();
  const source = stream(fold(key, 1));
  const rows =
    summary.size > 0 ? resampled(normalisedWeights(weighted.logWeights), Math.min(n, weighted.drawn), source) : new Uint32Array(0);
  const theta = weighted.rows(rows);
  const logProb = weighted.logProb;
  // Resampling adds its own variance to that of the weights.
  const ess = rows.length > 0 ? 1 / (1 / summary.size + 1 / rows.length) : 0;
  return {
    theta,
    logProb: Float64Array.from(rows, (row) => logProb[row]!),
    chains: 1,
    ess: new Float64Array(theta.columns).fill(ess),
    ...(summary.size > 0 ? { logEvidence: summary.logEvidence, logEvidenceError: summary.logEvidenceError } : {}),
    notes: [...missingNotes(weighted.drawn, wanted, from), ...weightNotes(summary, weighted.drawn, from)],
  };
}
