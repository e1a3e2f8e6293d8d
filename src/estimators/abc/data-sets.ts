import { DomainError, ShapeError } from "../../errors.js";
import { isMatrix, type Matrix, type MatrixLike, toMatrix } from "../../numerics/matrix.js";
import { type ParameterRanges, type Theta, toTheta } from "../../numerics/parameters.js";
import type { Stream } from "../../numerics/random.js";
import type { Distance } from "../distance.js";
import { type DataSummary, dataSummary } from "../summary.js";

/** Events `[n, L]`, or something that has them, as what `simulate` returns. */
export type SimulatedData = MatrixLike | { readonly x: MatrixLike };

/** How data sets are compared with the observed one. */
export interface Comparison {
  readonly distance: Distance;
  readonly summary?: DataSummary;
}

/** Where data sets come from. */
export interface SimulatorRequest<Ranges extends ParameterRanges> {
  /** Prior over the parameters. */
  readonly prior: { readonly parameters: Ranges };
  /** Simulates a data set of as many events as were observed at theta; the same seed must give the same events. */
  simulate(theta: Theta<Ranges>, seed: number): SimulatedData | Promise<SimulatedData>;
  /** Names of the observables, for a summary that is given by names. */
  readonly observables?: readonly string[];
}

/** The observed summaries, and how to get those of a simulated data set. */
export interface DataSets {
  /** `[K]`. */
  readonly target: Float64Array;
  /** Simulates a data set at theta `[D]`, with a seed from the stream, and summarises it `[K]`. */
  simulate(theta: Float64Array, source: Stream): Promise<Float64Array>;
}

/** Checks the observation and makes data sets like it. */
export function dataSetsLike<Ranges extends ParameterRanges>(
  where: string,
  observed: MatrixLike,
  request: SimulatorRequest<Ranges> & Pick<Comparison, "summary">,
): DataSets {
  assertNumbers(where, "observed", observed);
  const events = toMatrix(where, "observed", observed, columnsOf(observed));
  const observables = request.observables ?? Array.from({ length: events.columns }, (_, j) => `x${j}`);
  const summarise = dataSummary(where, request.summary, observables);
  const target = summarise(events, "observed");
  return {
    target,
    async simulate(theta, source) {
      const data = await request.simulate(toTheta(theta, request.prior.parameters) as Theta<Ranges>, seedFrom(source));
      const x = typeof data === "object" && data !== null && "x" in data ? data.x : data;
      assertNumbers(where, "simulate's events", x);
      const summary = summarise(eventsLike(where, x, events), "simulate's events");
      return sameLength(where, summary, target);
    },
  };
}

function eventsLike(where: string, simulated: MatrixLike, observed: Matrix): Matrix {
  const x = toMatrix(where, "simulate's events", simulated, columnsOf(simulated));
  if (x.columns !== observed.columns) {
    const [got, wanted] = [`[${observed.rows}, ${observed.columns}]`, `[${observed.rows}, ${x.columns}] as simulate's events have`];
    throw new ShapeError(where, "observed", got, wanted, "observe what is simulated");
  }
  if (x.rows !== observed.rows) {
    const [got, wanted] = [x, observed].map(({ rows, columns }) => `[${rows}, ${columns}]`) as [string, string];
    throw new ShapeError(where, "simulate's events", got, wanted, "simulate as many events as were observed");
  }
  return x;
}

function sameLength(where: string, summary: Float64Array, target: Float64Array): Float64Array {
  if (summary.length === target.length) return summary;
  const advice = "return as many numbers for each data set";
  throw new ShapeError(where, "summary of simulate's events", `[${summary.length}]`, `[${target.length}] as of observed`, advice);
}

/** Number of columns of what may be a matrix, rows, or one column of numbers. */
export function columnsOf(value: MatrixLike): number {
  if (isMatrix(value)) return value.columns;
  return typeof value[0] === "object" ? value[0].length : 1;
}

/** A whole number below 2^53 from 21 and 32 random bits. */
function seedFrom(source: Stream): number {
  return source.integer(2 ** 21) * 2 ** 32 + source.integer(2 ** 32);
}

/** Refuses what is neither a matrix nor a list. */
export function assertNumbers(where: string, argument: string, value: unknown): asserts value is MatrixLike {
  if (isMatrix(value) || Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value)) return;
  throw new DomainError(where, argument, value, "events, as numbers or rows of numbers");
}

/** Refuses options without a distance. */
export function assertDistance(where: string, options: { readonly distance: Distance }): void {
  const distance = options?.distance;
  if (typeof distance === "function" || typeof distance?.fit === "function") return;
  throw new DomainError(where, "distance", distance, "a distance between rows", "give euclidean, manhattan or scaled()");
}

/** Refuses a request without a prior or a simulator. */
export function assertRequest(
  where: string,
  request: SimulatorRequest<ParameterRanges> & { readonly prior: { draw?: unknown }; readonly seed: number },
): void {
  if (typeof request !== "object" || request === null)
    throw new DomainError(where, "options", request, "options with prior, simulate, budget and seed");
  const { prior, simulate, seed } = request;
  if (typeof prior?.draw !== "function" || !prior.parameters)
    throw new DomainError(where, "prior", prior, "a prior that can be drawn from", "make one, as uniform({ mu: [-2, 2] })");
  if (typeof simulate !== "function") throw new DomainError(where, "simulate", simulate, "a function (theta, seed) that returns events");
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new DomainError(where, "seed", seed, "an integer from 0 to 2^53 - 1");
}

/** Refuses what is no whole number from a least one. */
export function assertCount(where: string, argument: string, value: number, least = 1): void {
  if (!(Number.isSafeInteger(value) && value >= least)) throw new DomainError(where, argument, value, `a whole number from ${least}`);
}
