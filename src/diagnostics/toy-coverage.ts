import { DomainError, NotConvergedError } from "../errors.js";
import { logLikelihood } from "../inference/log-likelihood.js";
import { maximumLikelihood } from "../inference/maximum-likelihood.js";
import type { Matrix } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { fold, type Key } from "../numerics/random.js";
import { notebook } from "../platform/notebook.js";
import { progress } from "../platform/progress.js";
import { turn } from "../platform/turn.js";
import type { Check } from "./check.js";
import { coverageChecks, type Toy } from "./coverage-checks.js";
import { eventsAt, type ToySimulator, thetaWithin } from "./simulated-events.js";

/** A ratio to one denominator, over the ranges that it was trained in. */
export interface ToyRatio {
  readonly parameters: ParameterRanges;
  readonly observables: readonly string[];
  /** log r `[N]` of x at theta. */
  readonly logRatio: (x: Matrix, theta: Theta) => Float64Array;
}

/** How many toys. */
export interface ToyOptions {
  /** Number of toy data sets. */
  readonly toys: number;
  /** Events of each. */
  readonly eventsPerToy: number;
  readonly key: Key;
  /** Ends the toys and keeps what was done; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** Toys stay this part of the range away from its ends, where Wilks' theorem does not hold. */
const MARGIN = 0.2;

/**
 * How often intervals by Wilks' theorem hold the theta that the events were simulated at: toys at thetas over the trained range, fitted within it.
 *
 * The events of a toy should be many enough that the intervals are narrower than the range: best fits at its ends make intervals hold more.
 *
 * @param ratio - The estimated ratio.
 * @param simulator - What it stands for.
 * @param options - How many, and which.
 * @returns Checks of the coverage at two levels and of the mean of the test statistic; none when theta was a single point.
 * @source Wilks 1938; Cowan, Cranmer, Gross, Vitells 2011, arXiv:1007.1727, section 3.8 for the thresholds
 */
export async function toyCoverage(ratio: ToyRatio, simulator: ToySimulator, options: ToyOptions): Promise<Check[]> {
  const degreesOfFreedom = Object.values(ratio.parameters).filter(([low, high]) => high > low).length;
  if (degreesOfFreedom === 0) return [];
  return coverageChecks(await runToys(ratio, simulator, options), { degreesOfFreedom, asked: options.toys });
}

async function runToys(ratio: ToyRatio, simulator: ToySimulator, { toys, eventsPerToy, key, signal }: ToyOptions): Promise<Toy[]> {
  const interrupt = signal ?? notebook()?.interrupt;
  const shown = progress("toys", toys, "toys");
  const done: Toy[] = [];
  try {
    for (let i = 0; i < toys && !interrupt?.aborted; i++) {
      const own = fold(key, i);
      const truth = thetaWithin(ratio.parameters, fold(own, 0), MARGIN);
      done.push(fitted(ratio, eventsAt(simulator, truth, { n: eventsPerToy, key: fold(own, 1) }), truth));
      shown.update(i + 1);
      await turn();
    }
  } finally {
    shown.end();
  }
  return done;
}

/** A bad estimator's likelihood may be NaN, zero or the same everywhere: that is a finding and no error. */
function fitted({ parameters, observables, logRatio }: ToyRatio, x: Matrix, truth: Theta): Toy {
  try {
    const logL = logLikelihood({ parameters, observables, logRatio }, x);
    const { logLikelihood: largest, atRange } = maximumLikelihood(logL);
    const varying = atRange.filter((name) => parameters[name]![0] < parameters[name]![1]);
    return { truth, testStatistic: 2 * (largest - logL(truth)), atRange: varying.length > 0, reason: undefined };
  } catch (error) {
    if (!(error instanceof DomainError || error instanceof NotConvergedError)) throw error;
    return { truth, testStatistic: Number.NaN, atRange: false, reason: error.message };
  }
}
