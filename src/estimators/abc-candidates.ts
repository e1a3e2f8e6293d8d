import type { Simulations } from "../data/simulations.js";
import { DomainError, ShapeError } from "../errors.js";
import { isMatrix, type Matrix, type MatrixLike, rowOf, toMatrix } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toTheta } from "../numerics/parameters.js";
import { fold, type Key, key, type Stream, stream } from "../numerics/random.js";
import type { Candidate } from "./abc-posterior.js";
import { type Distance, distanceTo } from "./distance.js";
import { type DataSummary, dataSummary, stackRows } from "./summary.js";

/** Events `[n, L]`, or something that has them, as what `simulate` returns. */
export type SimulatedData = MatrixLike | { readonly x: MatrixLike };

/** How data sets are compared with the observed one. */
export interface Comparison {
  readonly distance: Distance;
  readonly summary?: DataSummary;
}

/** Where data sets come from and how many. */
export interface AbcSampleOptions<Ranges extends ParameterRanges = ParameterRanges> {
  /** Prior over the parameters. */
  readonly prior: {
    readonly parameters: Ranges;
    /** Writes one draw of the parameters into the row `[D]`. */
    draw(source: Stream, row: Float64Array): void;
  };
  /** Simulates a data set of as many events as were observed at theta; the same seed must give the same events. */
  simulate(theta: Theta<Ranges>, seed: number): SimulatedData | Promise<SimulatedData>;
  /** Number of accepted parameters after which to stop; default: use the whole budget. */
  readonly n?: number;
  /** Most data sets to simulate. */
  readonly budget: number;
  /** Seed, a whole number. */
  readonly seed: number;
  /** Names of the observables, for a summary that is given by names. */
  readonly observables?: readonly string[];
}

/** Data sets looked at before the distance's scales are set. */
const PILOT = 200;
const WHERE = "rejectionAbc";

/** Candidates from simulations at hand: each run of as many rows as were observed is one data set. */
export function candidatesFrom(simulations: Simulations, observed: MatrixLike, { distance, summary }: Comparison): Candidate[] {
  const events = toMatrix(WHERE, "observed", observed, simulations.observables.length);
  const summarise = dataSummary(WHERE, summary, simulations.observables);
  const sets = dataSets(simulations, events.rows);
  const summaries = stackRows(sets.map((set, i) => summarise(set.x, `simulations' data set ${i}`)));
  const measure = distanceTo(WHERE, summarise(events, "observed"), { distance, summaries });
  return sets.map(({ theta }, i) => ({ theta, distance: measure(rowOf(summaries, i)) }));
}

/** Simulates candidates until n are within the tolerance or the budget is used. */
export async function simulateCandidates<Ranges extends ParameterRanges>(
  observed: MatrixLike,
  request: AbcSampleOptions<Ranges> & Comparison & { readonly tolerance: number },
): Promise<Candidate[]> {
  const { budget, n = Infinity, tolerance, seed, distance } = request;
  assertPositive("budget", budget);
  if (n !== Infinity) assertPositive("n", n);
  const columns = isMatrix(observed) ? observed.columns : typeof observed[0] === "object" ? observed[0].length : 1;
  const events = toMatrix(WHERE, "observed", observed, columns);
  const summarise = dataSummary(WHERE, request.summary, request.observables ?? Array.from({ length: columns }, (_, j) => `x${j}`));
  const target = summarise(events, "observed");
  const root = key(seed);
  const pilot: { theta: Float64Array; summary: Float64Array }[] = [];
  const simulateOne = async (index: number) => {
    const { theta, x } = await simulateSet(request, fold(root, index), events);
    return { theta, summary: summarise(x, "simulate's events") };
  };
  while (pilot.length < Math.min(PILOT, budget)) pilot.push(await simulateOne(pilot.length));
  const measure = distanceTo(WHERE, target, { distance, summaries: stackRows(pilot.map(({ summary }) => summary)) });
  const candidates = pilot.map(({ theta, summary }) => ({ theta, distance: measure(summary) }));
  let accepted = candidates.filter((candidate) => candidate.distance <= tolerance).length;
  while (candidates.length < budget && accepted < n) {
    const { theta, summary } = await simulateOne(candidates.length);
    candidates.push({ theta, distance: measure(summary) });
    if (candidates.at(-1)!.distance <= tolerance) accepted++;
  }
  return candidates;
}

async function simulateSet<Ranges extends ParameterRanges>(
  { prior, simulate }: AbcSampleOptions<Ranges>,
  key: Key,
  like: Matrix,
): Promise<{ theta: Float64Array; x: Matrix }> {
  const source = stream(key);
  const theta = new Float64Array(Object.keys(prior.parameters).length);
  prior.draw(source, theta);
  const data = await simulate(toTheta(theta, prior.parameters) as Theta<Ranges>, seedFrom(source));
  const x = toMatrix(WHERE, "simulate's events", "x" in data ? data.x : data, like.columns);
  if (x.rows !== like.rows) {
    const [got, wanted] = [x, like].map(({ rows, columns }) => `[${rows}, ${columns}]`) as [string, string];
    throw new ShapeError(WHERE, "simulate's events", got, wanted, "simulate as many events as were observed");
  }
  return { theta, x };
}

/** A whole number below 2^53 from 21 and 32 random bits. */
function seedFrom(source: Stream): number {
  return source.integer(2 ** 21) * 2 ** 32 + source.integer(2 ** 32);
}

/** Each run of `events` rows as a data set; the rows of one must have one theta. */
function dataSets({ theta, x }: Simulations, events: number): { theta: Float64Array; x: Matrix }[] {
  const advice = `simulate ${events} events, as many as were observed, at each theta`;
  if (x.rows === 0 || x.rows % events !== 0) {
    throw new ShapeError(WHERE, "simulations.x", `[${x.rows}, ${x.columns}]`, `[M * ${events}, ${x.columns}]`, advice);
  }
  return Array.from({ length: x.rows / events }, (_, set) => {
    const start = set * events;
    const first = rowOf(theta, start);
    for (let i = start; i < start + events; i++) {
      const d = rowOf(theta, i).findIndex((value, column) => value !== first[column]);
      if (d >= 0)
        throw new DomainError(WHERE, `simulations.theta[${i}][${d}]`, rowOf(theta, i)[d], `${first[d]} as in row ${start}`, advice);
    }
    const values = x.values.subarray(start * x.columns, (start + events) * x.columns);
    return { theta: first, x: { rows: events, columns: x.columns, values } };
  });
}

function assertPositive(argument: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) throw new DomainError(WHERE, argument, value, "a whole number from 1");
}
