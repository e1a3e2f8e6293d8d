import { DomainError, ShapeError } from "../errors.js";
import { columnOf, type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { momentsOf } from "../numerics/quantiles.js";

/** Summary statistics `[K]` of a data set `[n, L]`: a function, or names of observables for their averages. */
export type DataSummary = readonly string[] | ((x: Matrix) => number | ArrayLike<number>);

/** Summary statistics `[K]` of one event `[L]`: a function, or names of observables. */
export type EventSummary = readonly string[] | ((event: Float64Array) => number | ArrayLike<number>);

/**
 * The summary of a data set as a row `[K]`; without a summary the average of each observable.
 *
 * @throws {DomainError} When a name is unknown; from the function when a summary is not finite.
 */
export function dataSummary(
  where: string,
  summary: DataSummary | undefined,
  observables: readonly string[],
): (x: Matrix, argument: string) => Float64Array {
  if (typeof summary === "function") return (x, argument) => toRow(where, argument, summary(x));
  const columns = columnsOf(where, summary ?? observables, observables);
  return (x) => Float64Array.from(columns, (column) => momentsOf(columnOf(x, column)).mean);
}

/**
 * The summaries of events as a matrix `[N, K]`; without a summary the events themselves.
 *
 * @throws {DomainError} When a name is unknown; from the function when a summary is not finite.
 * @throws {ShapeError} From the function when events have different numbers of summaries.
 */
export function eventSummary(where: string, summary: EventSummary | undefined, observables: readonly string[]): (x: Matrix) => Matrix {
  if (summary === undefined) return (x) => x;
  if (typeof summary !== "function") {
    const columns = columnsOf(where, summary, observables);
    return (x) => mapRows(where, x, (event) => columns.map((column) => event[column]!));
  }
  return (x) => mapRows(where, x, summary);
}

function mapRows(where: string, x: Matrix, of: (event: Float64Array) => number | ArrayLike<number>): Matrix {
  const first = toRow(where, "event 0", of(rowOf(x, 0)));
  const summaries = zeros(x.rows, first.length);
  for (let i = 0; i < x.rows; i++) {
    const row = toRow(where, `event ${i}`, of(rowOf(x, i)));
    if (row.length !== first.length)
      throw new ShapeError(where, `summary of event ${i}`, `[${row.length}]`, `[${first.length}]`, "return as many numbers for each event");
    rowOf(summaries, i).set(row);
  }
  return summaries;
}

function columnsOf(where: string, names: readonly string[], observables: readonly string[]): number[] {
  return names.map((name) => {
    const column = observables.indexOf(name);
    if (column < 0) throw new DomainError(where, "summary", name, `one of the observables ${observables.join(", ")}`, "check the name");
    return column;
  });
}

function toRow(where: string, argument: string, value: number | ArrayLike<number>): Float64Array {
  const row = typeof value === "number" ? Float64Array.of(value) : Float64Array.from(value);
  const bad = row.findIndex((element) => !Number.isFinite(element));
  if (bad >= 0) throw new DomainError(where, `summary of ${argument}, element ${bad},`, row[bad], "a finite number");
  return row;
}

/** Refuses summaries of more than two numbers: their bins would be empty. */
export function assertOneOrTwoSummaries(where: string, count: number): void {
  if (count < 1 || count > 2)
    throw new ShapeError(
      where,
      "summary",
      `[N, ${count}]`,
      "[N, 1] or [N, 2]",
      "give a summary function, or names of one or two observables",
    );
}

/** Rows `[K]` as a matrix `[N, K]`. */
export function stackRows(rows: readonly Float64Array[]): Matrix {
  const matrix = zeros(rows.length, rows[0]!.length);
  rows.forEach((row, i) => {
    rowOf(matrix, i).set(row);
  });
  return matrix;
}
