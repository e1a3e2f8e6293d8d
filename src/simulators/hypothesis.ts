import { DomainError } from "../errors.js";
import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../numerics/parameters.js";
import { fold, type Key, type Stream, stream } from "../numerics/random.js";
import type { Prior } from "../probability/independent.js";

/** A point for all events, points in turn, a prior or a sampler from which each event draws its own. */
export type Hypothesis<Ranges extends ParameterRanges> =
  | Theta<Ranges>
  | readonly Theta<Ranges>[]
  | Prior<keyof Ranges & string>
  | Sampler<Ranges>;

/** Draws the parameters of an event from random numbers that no other event has. */
export type Sampler<Ranges extends ParameterRanges> = (source: Stream) => Theta<Ranges>;

/** Where a hypothesis stands among those of an event. */
export interface Place {
  /** Function and argument, for messages. */
  readonly where: string;
  readonly argument: string;
  /** Child of an event's key from which its parameters are drawn, default 0; the key's own numbers are the simulator's. */
  readonly child?: number;
  /** Which of several points an event has; default its number. The remainder is taken. */
  readonly pointOf?: (event: number) => number;
}

/** Fills rows `[n, D]` with the parameters of the events from `start` on. */
export type RowFiller = (key: Key, start: number, rows: Matrix) => Matrix;

/**
 * The parameters of events: event i of a prior is drawn with `fold(fold(key, i), child)`.
 *
 * @param place - Where the hypothesis stands.
 * @param hypothesis - A point, points, a prior or a sampler.
 * @param ranges - The simulator's ranges.
 * @returns A function that fills the rows from `start` of `[n, D]`.
 * @throws {DomainError} When a name is missing or unknown or a value outside its range; from the function when a drawn value is.
 */
export function hypothesisRows<Ranges extends ParameterRanges>(place: Place, hypothesis: Hypothesis<Ranges>, ranges: Ranges): RowFiller {
  const { where, argument, pointOf = (event) => event } = place;
  if (typeof hypothesis === "function") return drawnRows(place, samplerDraw(place, hypothesis, ranges));
  if (typeof hypothesis !== "object" || hypothesis === null) {
    throw new DomainError(where, argument, hypothesis, "a record of parameters, a list of them, a prior or a sampler");
  }
  if (isPrior(hypothesis)) return drawnRows(place, priorDraw(place, hypothesis, ranges));
  if (!Array.isArray(hypothesis)) {
    const row = toRow(where, argument, hypothesis as Theta, ranges);
    return (_key, _start, rows) => repeat(row, rows);
  }
  if (hypothesis.length === 0) throw new DomainError(where, argument, hypothesis, "at least one point");
  const points = hypothesis.map((theta: Theta, i) => toRow(where, `${argument}[${i}]`, theta, ranges));
  return (_key, start, rows) => {
    for (let i = 0; i < rows.rows; i++) rowOf(rows, i).set(points[pointOf(start + i) % points.length]!);
    return rows;
  };
}

type DrawRow = (source: Stream, row: Float64Array) => void;

function drawnRows({ child = 0 }: Place, draw: DrawRow): RowFiller {
  return (key, start, rows) => {
    const source = stream(key);
    for (let i = 0; i < rows.rows; i++) {
      source.restart(fold(fold(key, start + i), child));
      draw(source, rowOf(rows, i));
    }
    return rows;
  };
}

/** Draws of a prior in the order of the simulator's names, each within its range. */
export function priorDraw<Ranges extends ParameterRanges>(place: Place, prior: Prior<keyof Ranges & string>, ranges: Ranges): DrawRow {
  const order = columnsOf(place, prior, ranges);
  const limits = Object.entries(ranges);
  const drawn = new Float64Array(order.length);
  return (source, row) => {
    prior.draw(source, drawn);
    for (let j = 0; j < order.length; j++) row[j] = within(place, drawn[order[j]!]!, limits[j]!);
  };
}

function samplerDraw<Ranges extends ParameterRanges>({ where, argument }: Place, sampler: Sampler<Ranges>, ranges: Ranges): DrawRow {
  return (source, row) => row.set(toRow(where, argument, sampler(source) as Theta, ranges));
}

/** Zeros `[n, D]` to be filled by `hypothesisRows`. */
export function emptyRows(n: number, ranges: ParameterRanges): Matrix {
  return zeros(n, Object.keys(ranges).length);
}

/** Whether a hypothesis is a prior. */
export function isPrior<Ranges extends ParameterRanges>(hypothesis: object): hypothesis is Prior<keyof Ranges & string> {
  return "draw" in hypothesis && typeof hypothesis.draw === "function";
}

function repeat(row: Float64Array, rows: Matrix): Matrix {
  for (let i = 0; i < rows.rows; i++) rowOf(rows, i).set(row);
  return rows;
}

/** For each parameter of the simulator its column in the prior's draws. */
function columnsOf(
  { where, argument }: { readonly where: string; readonly argument: string },
  prior: Prior,
  ranges: ParameterRanges,
): number[] {
  const names = Object.keys(ranges);
  const unknown = prior.names.find((name) => !names.includes(name));
  const expected = `a prior over the parameters ${names.join(", ")}`;
  if (unknown !== undefined) throw new DomainError(where, `${argument}.${unknown}`, "a parameter of the prior", expected, "check the name");
  const missing = names.find((name) => !prior.names.includes(name));
  if (missing !== undefined)
    throw new DomainError(where, `${argument}.${missing}`, undefined, expected, "give every parameter a distribution");
  return names.map((name) => prior.names.indexOf(name));
}

function within(
  { where, argument }: { readonly where: string; readonly argument: string },
  value: number,
  [name, [low, high]]: readonly [string, readonly [number, number]],
): number {
  if (value >= low && value <= high) return value;
  throw new DomainError(
    where,
    `${argument}.${name}`,
    value,
    `draws in [${low}, ${high}]`,
    "take a prior within the range that the simulator declares",
  );
}
