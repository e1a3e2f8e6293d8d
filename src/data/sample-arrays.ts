import { DomainError, ShapeError } from "../errors.js";
import { isMatrix, type Matrix, type MatrixLike, rowOf, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../numerics/parameters.js";
import { type Failure, type Failures, NO_FAILURES } from "./failures.js";

/** theta of all events: one record for all, or a row for each. */
export type Thetas<Ranges extends ParameterRanges = ParameterRanges> = MatrixLike | Theta<Ranges>;

/** What checks need to know. */
export interface ArrayChecks {
  /** Function that asks, for messages. */
  readonly where: string;
  readonly parameters: ParameterRanges;
  /** Number of rows, N. */
  readonly N: number;
}

/** x as a matrix with at least one row; its numbers may still be any. */
export function observationRows(where: string, x: MatrixLike, columns: number): Matrix {
  const matrix = toRows(where, "x", x, columns);
  if (matrix.rows === 0) throw new ShapeError(where, "x", `[0, ${columns}]`, `[N, ${columns}] with N at least 1`);
  return matrix;
}

/** A matrix of as many rows as x. */
export function matrixOf({ where, N }: ArrayChecks, argument: string, given: MatrixLike, columns: number): Matrix {
  const matrix = toRows(where, argument, given, columns);
  if (matrix.rows === N) return matrix;
  throw new ShapeError(where, argument, `[${matrix.rows}, ${columns}]`, `[${N}, ${columns}], as many rows as x`);
}

function toRows(where: string, argument: string, given: MatrixLike, columns: number): Matrix {
  if (isMatrix(given)) {
    if (given.columns !== columns) throw new ShapeError(where, argument, `[${given.rows}, ${given.columns}]`, `[N, ${columns}]`);
    return given;
  }
  const matrix = zeros(given.length, columns);
  for (let i = 0; i < given.length; i++) {
    const item = given[i]!;
    const row = typeof item === "number" ? [item] : item;
    if (row.length !== columns) throw new ShapeError(where, `${argument}[${i}]`, `[${row.length}]`, `[${columns}]`);
    rowOf(matrix, i).set(row);
  }
  return matrix;
}

/** A number for each event. */
export function numbersOf({ where, N }: ArrayChecks, argument: string, values: ArrayLike<number>): Float64Array {
  if (values.length !== N) throw new ShapeError(where, argument, `[${values.length}]`, `[${N}], as many as x has rows`);
  return Float64Array.from(values);
}

/** theta of each event, within its ranges. */
export function thetaRows(checks: ArrayChecks, argument: string, given: Thetas): Matrix {
  const { where, parameters, N } = checks;
  const ranges = Object.entries(parameters);
  if (!("length" in given) && !isMatrix(given)) {
    const row = toRow(where, argument, given as Theta, parameters);
    const matrix = zeros(N, ranges.length);
    for (let i = 0; i < N; i++) rowOf(matrix, i).set(row);
    return matrix;
  }
  const matrix = matrixOf(checks, argument, given as MatrixLike, ranges.length);
  for (let k = 0; k < matrix.values.length; k++) {
    const [i, [name, [low, high]]] = [Math.floor(k / ranges.length), ranges[k % ranges.length]!];
    const value = matrix.values[k]!;
    if (value >= low && value <= high) continue;
    const advice = "widen the range of the parameter, or leave that row out";
    throw new DomainError(where, `${argument}[${i}].${name}`, value, `a number in [${low}, ${high}]`, advice);
  }
  return matrix;
}

/** Refuses labels but 0 and 1. */
export function assertLabels(where: string, label: Float64Array): void {
  const bad = label.findIndex((y) => y !== 0 && y !== 1);
  if (bad >= 0) throw new DomainError(where, `label[${bad}]`, label[bad], "0 (drawn from theta0) or 1 (drawn from theta1)");
}

/** Refuses events of one hypothesis alone. */
export function assertBothLabels(where: string, label: Float64Array): void {
  if (label.some((y) => y !== label[0])) return;
  throw new DomainError(
    where,
    "label",
    `${label[0] ?? "none"} for all events`,
    "events of both labels, 0 and 1",
    "use simulationsFromArrays for events of one hypothesis",
  );
}

/** Rows whose numbers are all finite, and what is said of the others. */
export interface FiniteRows {
  readonly kept: Uint32Array;
  readonly failures: Failures;
}

/**
 * Rows whose numbers are all finite.
 *
 * @param checks - Names, and the number of rows.
 * @param values - Numbers of each event by argument: a matrix, or a column.
 * @param options - `failures`: whether other rows are refused or left out; `theta`: where each event was drawn.
 * @throws {DomainError} When a number is not finite and is to stop the work.
 */
export function finiteRows(
  { where, parameters, N }: ArrayChecks,
  values: Readonly<Record<string, Float64Array | Matrix>>,
  { failures, theta }: { readonly failures: "drop" | "stop"; readonly theta: Matrix },
): FiniteRows {
  if (failures !== "stop" && failures !== "drop") throw new DomainError(where, "failures", failures, '"stop" or "drop"');
  const faults = new Map<number, string>();
  for (const { event, place, value } of unfit(values)) {
    if (failures === "stop")
      throw new DomainError(where, place, value, "a finite number", 'leave such events out, or say failures: "drop"');
    if (!faults.has(event)) faults.set(event, `${place} is ${value}`);
  }
  const kept = Uint32Array.from({ length: N }, (_, i) => i).filter((i) => !faults.has(i));
  if (faults.size === 0) return { failures: NO_FAILURES, kept };
  const names = Object.keys(parameters);
  const examples = [...faults].sort(([a], [b]) => a - b).slice(0, 100);
  const told = examples.map(([event, reason]): Failure => {
    const row = rowOf(theta, event);
    return { event, theta: Object.fromEntries(names.map((name, j) => [name, row[j]!])), reason };
  });
  return { failures: { count: faults.size, examples: told }, kept };
}

function* unfit(values: Readonly<Record<string, Float64Array | Matrix>>) {
  for (const [name, given] of Object.entries(values)) {
    const [all, columns] = given instanceof Float64Array ? [given, undefined] : [given.values, given.columns];
    for (let k = 0; k < all.length; k++) {
      if (Number.isFinite(all[k])) continue;
      const event = columns === undefined ? k : Math.floor(k / columns);
      yield { event, place: columns === undefined ? `${name}[${k}]` : `${name}[${event}][${k % columns}]`, value: all[k]! };
    }
  }
}
