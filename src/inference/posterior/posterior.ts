import { DomainError } from "../../errors.js";
import type { ParameterRanges, Theta } from "../../numerics/parameters.js";
import { key } from "../../numerics/random.js";
import { progress } from "../../platform/progress.js";
import type { Prior } from "../../probability/independent.js";
import type { LogLikelihoodFunction } from "../log-likelihood-function.js";
import type { Sampler } from "../samplers/sampler.js";
import { slice } from "../samplers/slice.js";
import { Budget, Stopped } from "./budget.js";
import { checkedParameters } from "./parameters.js";
import { PosteriorSamples } from "./posterior-samples.js";
import { Target } from "./target.js";

/** Options of `posterior(...).sample`. */
export interface PosteriorSampleOptions {
  /** Number of draws. */
  readonly n: number;
  /** Seed of all random numbers: the same seed gives the same draws, unless time cut the run short. */
  readonly seed: number;
  /** Budget of time in seconds; default 60. */
  readonly seconds?: number;
  /** Budget of evaluations of the log-likelihood; default no limit. */
  readonly evaluations?: number;
  /** How to sample; default `slice()`. */
  readonly sampler?: Sampler;
  /** Interrupts the run, which then returns what it has; default the interrupt of the notebook's cell. */
  readonly signal?: AbortSignal;
}

/** A posterior that can be sampled; what `posterior` returns. */
export interface Posterior<Ranges extends ParameterRanges = ParameterRanges> {
  /** Range of each parameter: the likelihood's, cut to the prior's support. */
  readonly parameters: Ranges;
  /**
   * log L(theta) + log p(theta), not normalised; -Infinity outside the ranges.
   *
   * @throws {DomainError} When a parameter is missing, NaN or of unknown name.
   */
  logProb(theta: Theta<Ranges>): number;
  /**
   * Draws from the posterior, within a budget.
   *
   * @param options - How many, seed, budget, sampler.
   * @returns Draws and their diagnosis. A budget that is used up is no error: what there is comes back, with why.
   * @throws {DomainError} When an option is not what its documentation says.
   */
  sample(options: PosteriorSampleOptions): Promise<PosteriorSamples<Ranges>>;
}

/**
 * The posterior of a log-likelihood, or of a log-ratio, and a prior.
 *
 * p(theta | x) ~ L(theta) p(theta)
 *
 * A log-ratio with a denominator that does not depend on theta gives the same posterior. Points at which the log-likelihood is NaN count as impossible, and the
 * diagnosis names the first.
 *
 * @param logL - Log-likelihood with its parameters' ranges; `batch` and `gradient` are used where they are there.
 * @param prior - Prior over the same parameters, e.g. `uniform(ranges)`.
 * @returns An object to sample from.
 * @throws {DomainError} When prior and likelihood disagree on the names, their ranges have nothing in common, or the prior has no density.
 * @example
 * const logL = Object.assign(({ a }: { a: number }) => -0.5 * (a - 1) ** 2, { parameters: { a: [-9, 9] } as const });
 * const samples = await posterior(logL, uniform(logL.parameters)).sample({ n: 1000, seed: 1 });
 * Math.abs(samples.mean.a - 1) < 0.2; // true
 */
export function posterior<Ranges extends ParameterRanges>(logL: LogLikelihoodFunction<Ranges>, prior: Prior): Posterior<Ranges> {
  const parameters = checkedParameters("posterior", logL, prior);
  const function_ = logL as unknown as LogLikelihoodFunction;
  return {
    parameters: parameters as Ranges,
    logProb(theta) {
      const row = rowAt(theta, Object.keys(parameters));
      const inside = Object.values(parameters).every(([low, high], d) => row[d]! >= low && row[d]! <= high);
      return inside ? logL(theta) + prior.logProb(theta) : -Infinity;
    },
    async sample(options) {
      const budget = Budget.checked("sample", options);
      checkSampler(options.sampler);
      const { n, seed, sampler = slice() } = options;
      const target = new Target(function_, prior, parameters, budget);
      const shown = progress(`sample by ${sampler.name}`, n, "draws");
      const run = sampler.start(target, { n, key: key(seed), progress: (part) => shown.update(Math.round(part * n)) });
      const stopped = await Stopped.reasonOf(() => run.run()).finally(() => shown.end());
      const outcome = run.outcome();
      const { evaluations, seconds } = budget;
      const diagnosis = [...target.faults.sentences(evaluations), ...outcome.notes];
      return new PosteriorSamples(parameters as Ranges, outcome, { sampler: sampler.name, evaluations, seconds, stopped, diagnosis });
    },
  };
}

function rowAt(theta: Theta, names: readonly string[]): number[] {
  const expected = `{ ${names.join(", ")} }, numbers by name`;
  if (typeof theta !== "object" || theta === null) throw new DomainError("logProb", "theta", theta, expected);
  const unknown = Object.keys(theta).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new DomainError("logProb", `theta.${unknown}`, theta[unknown], expected, "check the name");
  return names.map((name) => {
    const value = theta[name];
    if (typeof value === "number" && !Number.isNaN(value)) return value;
    throw new DomainError("logProb", `theta.${name}`, value, "a number", "give every parameter");
  });
}

function checkSampler(sampler: Sampler | undefined): void {
  if (sampler === undefined || typeof sampler?.start === "function") return;
  throw new DomainError("sample", "sampler", sampler, "a sampler", "make one, as slice() or nuts()");
}
