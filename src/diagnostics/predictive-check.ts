import { stacked } from "../data/sample-rows.js";
import { DomainError } from "../errors.js";
import { columnOf, type Matrix, type MatrixLike, rowOf, toMatrix, zeros } from "../numerics/matrix.js";
import { toTheta } from "../numerics/parameters.js";
import { quantileOf } from "../numerics/quantiles.js";
import { fold, integers, type Key, key as makeKey } from "../numerics/random.js";
import { notebook } from "../platform/notebook.js";
import { progress } from "../platform/progress.js";
import { turn } from "../platform/turn.js";
import { assertLevels, assertOptions } from "./given-options.js";
import { mahalanobis, robustlyScaled, robustPrecision } from "./misspecification-distance.js";
import { oneEvent, type ToySimulator } from "./simulated-events.js";
import { assertObservation, assertSimulator } from "./verifiable-posterior.js";

/** How an observation is replicated. */
export interface PosteriorPredictiveOptions {
  /** The observation `[L]` that the posterior was conditioned on. */
  readonly x: ArrayLike<number>;
  /** All randomness; an integer in [0, 2^53). */
  readonly seed: number;
  /** Number of replicated observations; default 500, each from a theta of the samples. */
  readonly n?: number;
  /** Central parts of the replicated observations that bands show, rising; default 0.5, 0.9, 0.95. */
  readonly levels?: readonly number[];
  /** Ends the simulations and goes on with those that were done; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** An observation among its replications. */
export interface PosteriorPredictive {
  /** Simulated from the posterior's thetas `[n, L]`. */
  readonly replicated: Matrix;
  /** Each observable. */
  readonly observables: readonly ReplicatedObservable[];
  /** Probability of a replication as far from the middle of all, correlations taken into account. */
  readonly pValue: number;
  /** The middle and the bands over the observables, to draw. */
  readonly curve: PredictiveCurve;
}

/** One observable of the observation among the replicated ones. */
export interface ReplicatedObservable {
  readonly name: string;
  readonly value: number;
  /** Mean of the replicated values. */
  readonly mean: number;
  /** Two-sided probability of a replicated value as far out; ties count half on either side. */
  readonly pValue: number;
}

/** What to draw over the observables `[L]`. */
export interface PredictiveCurve {
  readonly observed: Float64Array;
  readonly median: Float64Array;
  /** For each level the central part of the replicated values. */
  readonly bands: readonly { readonly level: number; readonly low: Float64Array; readonly high: Float64Array }[];
}

/** Fewest replications that a p-value can come from. */
const FEWEST = 20;

/**
 * Posterior predictive check: observations simulated at thetas from the posterior, beside the one that the posterior came from. Where the model and
 * the posterior are right, x looks like one of them.
 *
 * The posterior has seen x, so p-values lie nearer to 1/2 than uniform ones: a small one says that something is wrong, a large one that nothing was found.
 * A sharp but wrong posterior shows here; one that is too wide may not (`simulationBasedCalibration`).
 *
 * @param samples - Thetas from the posterior given x `[N, D]`, in the order of the simulator's parameters.
 * @param simulator - Draws x given theta.
 * @param options - See `PosteriorPredictiveOptions`.
 * @returns Replicated observations, p-values, and curves to draw.
 * @throws {ShapeError} When the samples or x have another number of columns than the simulator has parameters or observables.
 * @throws {DomainError} When a value is not finite, an option is out of range, or the signal aborts before 20 replications.
 * @source Gelman, Meng, Stern 1996, Statistica Sinica 6, 733, section 2
 * @example
 * const line = simulator({ name: "line", parameters: { mu: [-9, 9] }, observables: ["x"] }, (theta, sample) => [sample("x", normal(theta.mu, 1))]);
 * const samples = { rows: 500, columns: 1, values: standardNormals(key(1), 500).map((z) => 2 + z / 2) };
 * const { pValue } = await posteriorPredictive(samples, line, { x: [2.1], seed: 2 }); // large: 2.1 is usual
 */
export async function posteriorPredictive(
  samples: MatrixLike,
  simulator: ToySimulator,
  options: PosteriorPredictiveOptions,
): Promise<PosteriorPredictive> {
  const where = "posteriorPredictive";
  assertOptions(where, options, "x and seed");
  assertSimulator(where, simulator);
  const { x, seed, n = 500, levels = [0.5, 0.9, 0.95] } = options;
  const theta = toMatrix(where, "samples", samples, Object.keys(simulator.parameters).length);
  const names = simulator.observables;
  assertObservation(where, { x }, names);
  const observed = { rows: 1, columns: names.length, values: Float64Array.from(x) };
  if (!(Number.isSafeInteger(n) && n >= FEWEST)) throw new DomainError(where, "n", n, `a whole number from ${FEWEST}`);
  assertLevels(where, levels);
  const replicated = await replicate(theta, simulator, { n, key: makeKey(seed), signal: options.signal ?? notebook()?.interrupt });
  const columns = names.map((_, j) => columnOf(replicated, j));
  return {
    replicated,
    observables: names.map((name, j) => placed(name, observed.values[j]!, columns[j]!)),
    pValue: jointPValue(stacked(replicated, observed)),
    curve: curveOf(observed.values, columns, levels),
  };
}

async function replicate(
  theta: Matrix,
  simulator: ToySimulator,
  { n, key, signal }: { readonly n: number; readonly key: Key; readonly signal: AbortSignal | undefined },
): Promise<Matrix> {
  const rows = integers(fold(key, 0), n, theta.rows);
  const replicated = zeros(n, simulator.observables.length);
  const shown = progress("replications", n, "events");
  let done = 0;
  try {
    for (; done < n && !signal?.aborted; done++) {
      // With as many samples as replications or more each is used once at most, in their own order.
      const row = theta.rows >= n ? Math.floor((done * theta.rows) / n) : rows[done]!;
      rowOf(replicated, done).set(oneEvent(simulator, toTheta(rowOf(theta, row), simulator.parameters), fold(fold(key, 1), done)));
      shown.update(done + 1);
      if (done % 64 === 0) await turn();
    }
  } finally {
    shown.end();
  }
  if (done < FEWEST) throw new DomainError("posteriorPredictive", "signal", `aborted after ${done} replications`, `at least ${FEWEST}`);
  return { ...replicated, rows: done, values: replicated.values.subarray(0, done * replicated.columns) };
}

function placed(name: string, value: number, replicated: Float64Array): ReplicatedObservable {
  const n = replicated.length;
  const below = replicated.filter((other) => other < value).length;
  const equal = replicated.filter((other) => other === value).length;
  // x counts as one of its ties.
  const lower = (below + (equal + 1) / 2) / (n + 1);
  return { name, value, mean: replicated.reduce((total, other) => total + other / n, 0), pValue: 2 * Math.min(lower, 1 - lower) };
}

/** The last row's place among all by the distance from the middle. */
function jointPValue(rows: Matrix): number {
  const scaled = robustlyScaled(rows).rows;
  const distances = mahalanobis(scaled, robustPrecision(scaled));
  return distances.filter((distance) => distance >= distances.at(-1)!).length / distances.length;
}

function curveOf(observed: Float64Array, columns: readonly Float64Array[], levels: readonly number[]): PredictiveCurve {
  const at = (p: number) => Float64Array.from(columns, (column) => quantileOf(column, p));
  const bands = levels.map((level) => ({ level, low: at((1 - level) / 2), high: at((1 + level) / 2) }));
  return { observed, median: at(0.5), bands };
}
