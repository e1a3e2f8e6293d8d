import { DomainError, ShapeError } from "../../errors.js";
import { isList, isMatrix, type Matrix, type MatrixLike, toMatrix } from "../../numerics/matrix.js";
import type { Theta } from "../../numerics/parameters.js";
import type { Key } from "../../numerics/random.js";

/** Names that a message spells out. */
const FEW = 10;

/** Rows as users pass them, checked; see `toMatrix`. */
export function rowsOf(where: string, argument: string, value: unknown, columns: number): Matrix {
  assertRows(where, argument, value, `numbers [N, ${columns}]`);
  return toMatrix(where, argument, value, columns);
}

/** Columns of rows as users pass them. */
export function columnsOf(where: string, argument: string, value: unknown): number {
  assertRows(where, argument, value, "rows of numbers [N, K]");
  if (isMatrix(value)) return value.columns;
  const first = (value as ArrayLike<number | readonly number[]>)[0] ?? [];
  return typeof first === "number" ? 1 : first.length;
}

/** What one row is, for messages. */
export interface RowWords {
  /** Names of its columns. */
  readonly names: readonly string[];
  /** E.g. "one observation". */
  readonly one: string;
  readonly advice: string;
}

/**
 * One row.
 *
 * @param value - `[K]`, or `[1, K]`.
 */
export function oneRow(where: string, argument: string, value: unknown, { names, one, advice }: RowWords): Matrix {
  const K = names.length;
  const each = `[${K}], one number for each of ${names.length > FEW ? `${K} columns` : names.join(", ")}`;
  assertRows(where, argument, value, `numbers ${each}`);
  if (!isMatrix(value)) {
    const row = isFlat(value) ? (value as ArrayLike<number>) : (value[0] as readonly number[]);
    if (row.length !== K) throw new ShapeError(where, argument, `[${row.length}]`, each);
  }
  const rows = toMatrix(where, argument, isFlat(value) ? [Array.from(value as ArrayLike<number>)] : value, K);
  if (rows.rows === 1) return rows;
  throw new ShapeError(where, argument, `[${rows.rows}, ${K}]`, `[${K}], ${one}`, advice);
}

/**
 * A row for each of N others, or one for all.
 *
 * @param value - `[N, K]`, `[1, K]` or `[K]`.
 * @param others - What the others are called, and N.
 */
export function rowsFor(
  where: string,
  argument: string,
  value: unknown,
  { columns, others, count }: { readonly columns: number; readonly others: string; readonly count: number },
): Matrix {
  const one = columns > 1 && isFlat(value) ? [Array.from(value as ArrayLike<number>)] : value;
  const rows = rowsOf(where, argument, one, columns);
  if (rows.rows === count || rows.rows === 1) return rows;
  throw new ShapeError(
    where,
    argument,
    `[${rows.rows}, ${columns}]`,
    `[${count}, ${columns}], as many rows as ${others} has, or one for all`,
  );
}

/** Refuses what is no matrix of such columns. */
export function assertColumns(where: string, argument: string, value: Matrix, columns: number): void {
  if (!isMatrix(value)) throw new DomainError(where, argument, value, "a matrix { rows, columns, values: Float64Array }");
  if (value.columns !== columns) throw new ShapeError(where, argument, `[${value.rows}, ${value.columns}]`, `[N, ${columns}]`);
  assertRows(where, argument, value, "");
}

/** A point by name as a row, wherever it lies. */
export function pointRow(where: string, theta: Theta, names: readonly string[]): Matrix {
  assertByName(where, theta, names);
  const unknown = Object.keys(theta).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new DomainError(where, `theta.${unknown}`, theta[unknown], `one of the parameters ${names.join(", ")}`);
  const bad = names.find((name) => !Number.isFinite(theta[name]));
  if (bad !== undefined) throw new DomainError(where, `theta.${bad}`, theta[bad], "a finite number");
  return { rows: 1, columns: names.length, values: Float64Array.from(names, (name) => theta[name]!) };
}

/** Refuses what is no object by name. */
export function assertByName(where: string, theta: unknown, names: readonly string[]): void {
  const expected = `{ ${names.join(", ")} }, ${names.length > 1 ? `${names.length} numbers` : "a number"} by name`;
  if (isList(theta)) throw new ShapeError(where, "theta", `[${theta.length}]`, expected);
  if (typeof theta !== "object" || theta === null) throw new DomainError(where, "theta", theta, expected);
}

/** Refuses a key or a number of draws that are none. */
export function assertDraws(where: string, key: Key, n: number): void {
  if (typeof key?.high !== "number" || typeof key.low !== "number")
    throw new DomainError(where, "key", key, "a key", "make one by key(seed)");
  if (!(Number.isSafeInteger(n) && n >= 0)) throw new DomainError(where, "n", n, "a whole number of at least 0");
}

function isFlat(value: unknown): boolean {
  return isList(value) && Array.prototype.every.call(value, (item) => typeof item === "number");
}

/** Refuses what is neither a matrix nor a list of numbers or of lists. */
function assertRows(where: string, argument: string, value: unknown, expected: string): asserts value is MatrixLike {
  if (isMatrix(value)) {
    const { rows, columns, values } = value;
    if (rows * columns === values.length) return;
    throw new ShapeError(where, argument, `[${rows}, ${columns}] with ${values.length} values`, `${rows * columns} values`);
  }
  if (!isList(value)) throw new DomainError(where, argument, value, expected);
  const bad = Array.prototype.findIndex.call(value, (item) => typeof item !== "number" && !isList(item));
  if (bad >= 0) throw new DomainError(where, `${argument}[${bad}]`, value[bad], "a number or a row of numbers");
}
