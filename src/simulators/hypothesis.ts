import { DomainError } from "../errors.js";
import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../numerics/parameters.js";
import { fold, type Key, stream } from "../numerics/random.js";
import type { Prior } from "../probability/independent.js";

/** Parameters for all events, or a prior from which each event draws its own. */
export type Hypothesis<Ranges extends ParameterRanges> = Theta<Ranges> | Prior<keyof Ranges & string>;

/** Child of an event's key from which its parameters are drawn; the key's own numbers are the simulator's. */
const PARAMETERS = 0;

/**
 * The parameters of events 0, ..., n - 1: event i of a prior is drawn with `fold(fold(key, i), 0)`.
 *
 * @param place - Function and argument, for messages.
 * @param hypothesis - A point or a prior.
 * @param ranges - The simulator's ranges.
 * @returns A function that fills the rows from `start` of `[n, D]`.
 * @throws {DomainError} When a name is missing or unknown or a value outside its range; from the function when a drawn value is.
 */
export function hypothesisRows<Ranges extends ParameterRanges>(
  place: { readonly where: string; readonly argument: string },
  hypothesis: Hypothesis<Ranges>,
  ranges: Ranges,
): (key: Key, start: number, rows: Matrix) => Matrix {
  if (typeof hypothesis !== "object" || hypothesis === null) {
    throw new DomainError(place.where, place.argument, hypothesis, "a record of parameters or a prior");
  }
  if (!isPrior(hypothesis)) {
    const row = toRow(place.where, place.argument, hypothesis as Theta, ranges);
    return (_key, _start, rows) => repeat(row, rows);
  }
  const order = columnsOf(place, hypothesis, ranges);
  const limits = Object.entries(ranges);
  return (key, start, rows) => {
    const drawn = new Float64Array(order.length);
    const source = stream(key);
    for (let i = 0; i < rows.rows; i++) {
      source.restart(fold(fold(key, start + i), PARAMETERS));
      hypothesis.draw(source, drawn);
      const row = rowOf(rows, i);
      for (let j = 0; j < order.length; j++) row[j] = within(place, drawn[order[j]!]!, limits[j]!);
    }
    return rows;
  };
}

/** Zeros `[n, D]` to be filled by `hypothesisRows`. */
export function emptyRows(n: number, ranges: ParameterRanges): Matrix {
  return zeros(n, Object.keys(ranges).length);
}

function isPrior<Ranges extends ParameterRanges>(hypothesis: Hypothesis<Ranges>): hypothesis is Prior<keyof Ranges & string> {
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
