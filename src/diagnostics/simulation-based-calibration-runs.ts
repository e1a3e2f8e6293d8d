import { DomainError, NotConvergedError, ShapeError } from "../errors.js";
import { columnOf, isList, type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { toTheta } from "../numerics/parameters.js";
import { quantileOf } from "../numerics/quantiles.js";
import { fold, type Key, stream } from "../numerics/random.js";
import { notebook } from "../platform/notebook.js";
import { progress } from "../platform/progress.js";
import { turn } from "../platform/turn.js";
import { oneEvent, type ToySimulator } from "./simulated-events.js";
import { densityRank, distanceRank, rankOf, thinned } from "./simulation-based-calibration-ranks.js";
import { type ExpectedTheta, expectedTheta } from "./tarp-reference.js";
import { assertCounts, assertSampler, assertTried, type DrawnPrior, type VerifiablePosterior } from "./verifiable-posterior.js";

/** How many data sets a posterior is tried on, and from where. */
export interface CalibrationOptions {
  /** Where the true parameters are drawn from: the prior that the posterior was trained with. */
  readonly prior: DrawnPrior;
  /** All randomness; the same seed gives the same data sets. An integer in [0, 2^53). */
  readonly seed: number;
  /** Number of simulated data sets; default 300. */
  readonly n?: number;
  /** Points drawn from the posterior of each, L; default 200. Ranks lie in 0, ..., L. */
  readonly draws?: number;
  /** Keeps every so many-th point of a posterior whose points depend on each other, such as those of a Markov chain; default 1. */
  readonly thin?: number;
  /** Probability that an exact posterior leaves the bands anywhere; default 0.01. */
  readonly alpha?: number;
  /** Ends the run and judges by the data sets that were done; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** Where the distances of TARP are measured from, given x `[L]`: a point `[D]`. It may depend on x, never on the true theta. */
export type Reference = (x: ArrayLike<number>, key: Key) => ArrayLike<number>;

/** Which ranks are taken. */
export interface Ranks {
  /** Function that asks, for messages. */
  readonly where: string;
  /** Whether ranks by density are taken. */
  readonly density: "needed" | "no" | "where there is one";
  /** Ranks by the distance from these points; default the theta to expect from the data sets before. */
  readonly reference?: Reference | undefined;
}

/** Ranks of the truth among L draws, for the data sets that were done. */
export interface CalibrationRuns {
  readonly names: readonly string[];
  /** L. */
  readonly draws: number;
  /** Draws below the truth in each parameter `[n, D]`. */
  readonly parameterRanks: Matrix;
  /** Draws of higher density than the truth `[n]`; empty when not asked for. */
  readonly densityRanks: Float64Array;
  /** Draws nearer to the reference point than the truth `[n]`. */
  readonly distanceRanks: Float64Array;
  /** Data sets without ranks, and why the first has none. */
  readonly broken: { readonly count: number; readonly reason: string };
  /** Observations `[n, L]`. */
  readonly x: Matrix;
}

/** What is drawn for each data set, as children of its key. */
const [THETA, EVENT, SAMPLE, TIES, REFERENCE] = [0, 1, 2, 3, 4];
/** Points of the prior that give the parameters' scales. */
const SCALE_POINTS = 1000;

/** Draws theta from the prior and x given theta, again and again, and ranks theta among draws from the posterior given x. */
export async function calibrationRuns(
  posterior: VerifiablePosterior,
  simulator: ToySimulator,
  { options, key, ranks }: { readonly options: CalibrationOptions; readonly key: Key; readonly ranks: Ranks },
): Promise<CalibrationRuns> {
  const { prior, n = 300, draws = 200, thin = 1, signal = notebook()?.interrupt } = options;
  assertTried(ranks.where, { posterior, simulator, prior });
  assertCounts(ranks.where, { n, draws, thin });
  const scale = scaleOf(prior, fold(key, 1));
  const shown = progress(ranks.where, n, "data sets");
  const expected = expectedTheta();
  const done: Outcome[] = [];
  try {
    for (let i = 0; i < n && !signal?.aborted; i++) {
      done.push(await oneDataSet(posterior, simulator, { key: fold(fold(key, 0), i), prior, draws, thin, scale, expected, ranks }));
      shown.update(i + 1);
      await turn();
    }
  } finally {
    shown.end();
  }
  return gathered(posterior, done, draws);
}

/** Refuses runs that cannot be judged, where there is no verdict to say so. */
export function assertRanked(where: string, { broken, parameterRanks }: CalibrationRuns): void {
  if (broken.count > 0) {
    const what = `without ranks for ${broken.count} data sets (${broken.reason})`;
    throw new DomainError(where, "posterior", what, "points and densities that are numbers", "train it again, with a lower learning rate");
  }
  if (parameterRanks.rows === 0) throw new DomainError(where, "signal", "aborted before a data set was done", "at least one data set");
}

interface Trial {
  readonly key: Key;
  readonly prior: DrawnPrior;
  readonly draws: number;
  readonly thin: number;
  readonly scale: Float64Array;
  readonly expected: ExpectedTheta;
  readonly ranks: Ranks;
}

type Outcome = { readonly x: ArrayLike<number> } & (
  | { readonly broken: string }
  | { readonly broken?: never; readonly parameters: Float64Array; readonly density: number | undefined; readonly distance: number }
);

async function oneDataSet(posterior: VerifiablePosterior, simulator: ToySimulator, trial: Trial): Promise<Outcome> {
  const { key, prior, draws, thin, ranks } = trial;
  const truth = prior.sample(fold(key, THETA), 1);
  const x = oneEvent(simulator, toTheta(truth.values, posterior.parameters), fold(key, EVENT));
  try {
    const given = posterior.at(x);
    assertSampler(ranks.where, given);
    const sample = thinned(await given.sample(fold(key, SAMPLE), draws * thin), {
      thin,
      draws,
      where: ranks.where,
      columns: truth.columns,
    });
    const ties = stream(fold(key, TIES));
    const wanted = ranks.density === "needed" || (ranks.density === "where there is one" && given.logProb);
    const density = wanted ? await densityRank(given, truth, { sample, ties, where: ranks.where }) : undefined;
    const reference = ranks.reference?.(x, fold(key, REFERENCE)) ?? trial.expected.at(x) ?? prior.sample(fold(key, REFERENCE), 1).values;
    assertReference(ranks.where, reference, truth.columns);
    trial.expected.learn(truth.values, x);
    const distance = distanceRank(truth.values, sample, { reference, scale: trial.scale, ties });
    const parameters = truth.values.map((value, j) => rankOf(value, columnOf(sample, j), ties));
    const broken = !sample.values.every(Number.isFinite)
      ? "points that are not finite"
      : Number.isNaN(density)
        ? "densities that are NaN"
        : "";
    return broken ? { x, broken } : { x, parameters, density, distance };
  } catch (error) {
    if (!(error instanceof NotConvergedError)) throw error;
    return { x, broken: error.message };
  }
}

function assertReference(where: string, point: ArrayLike<number>, columns: number): void {
  if (!isList(point)) throw new DomainError(where, "reference(x, key)", point, `a point [${columns}]`, "return it, not a promise of it");
  if (point.length !== columns) throw new ShapeError(where, "reference(x, key)", `[${point.length}]`, `[${columns}]`);
  const bad = Array.from(point).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DomainError(where, `reference(x, key)[${bad}]`, point[bad], "a finite number");
}

/** Interquartile range of each parameter of the prior, 1 for one that is fixed. */
function scaleOf(prior: DrawnPrior, key: Key): Float64Array {
  const points = prior.sample(key, SCALE_POINTS);
  return Float64Array.from(prior.names, (_, j) => {
    const column = columnOf(points, j);
    return quantileOf(column, 0.75) - quantileOf(column, 0.25) || 1;
  });
}

function gathered({ parameters, observables }: VerifiablePosterior, outcomes: readonly Outcome[], draws: number): CalibrationRuns {
  const names = Object.keys(parameters);
  const ranked = outcomes.filter((outcome) => outcome.broken === undefined);
  const parameterRanks = zeros(ranked.length, names.length);
  for (const [i, outcome] of ranked.entries()) rowOf(parameterRanks, i).set(outcome.parameters);
  const x = zeros(outcomes.length, observables.length);
  for (const [i, outcome] of outcomes.entries()) rowOf(x, i).set(outcome.x);
  const hasDensity = ranked.some(({ density }) => density !== undefined);
  const broken = outcomes.flatMap((outcome) => (outcome.broken === undefined ? [] : [outcome.broken]));
  return {
    names,
    draws,
    parameterRanks,
    densityRanks: hasDensity ? Float64Array.from(ranked, ({ density }) => density!) : new Float64Array(0),
    distanceRanks: Float64Array.from(ranked, ({ distance }) => distance),
    broken: { count: broken.length, reason: broken[0] ?? "" },
    x,
  };
}
