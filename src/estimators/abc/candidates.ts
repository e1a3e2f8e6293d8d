import type { Simulations } from "../../data/simulations.js";
import { DomainError, ShapeError } from "../../errors.js";
import { isMatrix, type Matrix, type MatrixLike, rowOf, toMatrix } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { fold, key, type Stream, stream } from "../../numerics/random.js";
import { distanceTo } from "../distance.js";
import { dataSummary, stackRows } from "../summary.js";
import { assertCount, assertNumbers, type Comparison, dataSetsLike, type SimulatorRequest } from "./data-sets.js";
import type { Candidate } from "./posterior.js";

/** Where data sets come from and how many. */
export interface AbcSampleOptions<Ranges extends ParameterRanges = ParameterRanges> extends SimulatorRequest<Ranges> {
  /** Prior over the parameters; it needs no density. */
  readonly prior: {
    readonly parameters: Ranges;
    /** Writes one draw of the parameters into the row `[D]`. */
    draw(source: Stream, row: Float64Array): void;
  };
  /** Number of accepted parameters after which to stop; default: use the whole budget. */
  readonly n?: number;
  /** Most data sets to simulate. */
  readonly budget: number;
  /** Seed, a whole number. */
  readonly seed: number;
}

/** Candidates, and the summaries `[K]` of what was observed. */
export interface Candidates {
  readonly target: Float64Array;
  readonly all: readonly Candidate[];
}

/** Data sets looked at before the distance's scales are set. */
const PILOT = 200;
const WHERE = "rejectionAbc";

/** Candidates from simulations at hand: each run of as many rows as were observed is one data set. */
export function candidatesFrom(simulations: Simulations, observed: MatrixLike, { distance, summary }: Comparison): Candidates {
  assertNumbers(WHERE, "observed", observed);
  const events = toMatrix(WHERE, "observed", oneEvent(observed, simulations.observables.length), simulations.observables.length);
  const summarise = dataSummary(WHERE, summary, simulations.observables);
  const sets = dataSets(simulations, events.rows);
  const summaries = stackRows(sets.map((set, i) => summarise(set.x, `simulations' data set ${i}`)));
  const target = summarise(events, "observed");
  const measure = distanceTo(WHERE, target, { distance, summaries });
  const all = sets.map(({ theta }, i) => ({ theta, summary: rowOf(summaries, i), distance: measure(rowOf(summaries, i)) }));
  return { target, all };
}

/** Simulates candidates until n are within the tolerance or the budget is used. */
export async function simulateCandidates<Ranges extends ParameterRanges>(
  observed: MatrixLike,
  request: AbcSampleOptions<Ranges> & Comparison & { readonly tolerance: number },
): Promise<Candidates> {
  const { budget, n = Infinity, tolerance, seed, distance, prior } = request;
  assertCount(WHERE, "budget", budget);
  if (n !== Infinity) assertCount(WHERE, "n", n);
  const like = dataSetsLike(WHERE, observed, request);
  const root = key(seed);
  const simulateOne = async (index: number) => {
    const source = stream(fold(root, index));
    const theta = new Float64Array(Object.keys(prior.parameters).length);
    prior.draw(source, theta);
    return { theta, summary: await like.simulate(theta, source) };
  };
  const pilot: { readonly theta: Float64Array; readonly summary: Float64Array }[] = [];
  while (pilot.length < Math.min(PILOT, budget)) pilot.push(await simulateOne(pilot.length));
  const measure = distanceTo(WHERE, like.target, { distance, summaries: stackRows(pilot.map(({ summary }) => summary)) });
  const all = pilot.map((one) => ({ ...one, distance: measure(one.summary) }));
  let within = all.filter((candidate) => candidate.distance <= tolerance).length;
  while (all.length < budget && within < n) {
    const one = await simulateOne(all.length);
    all.push({ ...one, distance: measure(one.summary) });
    if (all.at(-1)!.distance <= tolerance) within++;
  }
  return { target: like.target, all };
}

/** Plain numbers as one event, where an event has several observables. */
function oneEvent(observed: MatrixLike, columns: number): MatrixLike {
  if (isMatrix(observed) || columns === 1 || typeof observed[0] !== "number") return observed;
  return [Array.from(observed as ArrayLike<number>)];
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
