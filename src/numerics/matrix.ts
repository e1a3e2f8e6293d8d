import { DomainError, ShapeError } from "../errors.js";

/** Dense real matrix, row-major: element (i, j) is `values[i * columns + j]`. Batch axis first. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** What users may pass for `[N, L]`: a matrix, rows, or (one column) plain numbers. */
export type MatrixLike = Matrix | readonly (readonly number[])[] | ArrayLike<number>;

/** A matrix of zeros `[rows, columns]`. */
export function zeros(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

/** Row i as a view `[columns]`; writing to it writes to the matrix. */
export function rowOf(matrix: Matrix, i: number): Float64Array {
  return matrix.values.subarray(i * matrix.columns, (i + 1) * matrix.columns);
}

/** Column j as a copy `[rows]`. */
export function columnOf(matrix: Matrix, j: number): Float64Array {
  return Float64Array.from({ length: matrix.rows }, (_, i) => matrix.values[i * matrix.columns + j]!);
}

/** True for a value that already is a Matrix. */
export function isMatrix(value: unknown): value is Matrix {
  return typeof value === "object" && value !== null && (value as Matrix).values instanceof Float64Array && "columns" in value;
}

/**
 * A matrix from what users pass; checked once here, so that inside it holds.
 *
 * @param where - Function that asks, for the message.
 * @param argument - Name of the argument, for the message.
 * @param value - Rows, plain numbers (one column), or a matrix.
 * @param columns - Number of columns expected, L.
 * @returns `[N, L]`, N at least 1, all finite.
 * @throws {ShapeError} When it is empty, ragged or has another number of columns.
 * @throws {DomainError} When an element is NaN or infinite.
 */
export function toMatrix(where: string, argument: string, value: MatrixLike, columns: number): Matrix {
  const matrix = isMatrix(value) ? value : fromRows(where, argument, value, columns);
  if (matrix.rows === 0)
    throw new ShapeError(where, argument, `[0, ${columns}]`, `[N, ${columns}] with N at least 1`, "pass at least one row");
  if (matrix.columns !== columns) throw new ShapeError(where, argument, `[${matrix.rows}, ${matrix.columns}]`, `[N, ${columns}]`);
  const bad = matrix.values.findIndex((element) => !Number.isFinite(element));
  if (bad >= 0) {
    const place = `${argument}[${Math.floor(bad / columns)}][${bad % columns}]`;
    throw new DomainError(where, place, matrix.values[bad], "a finite number", "remove or repair that row first");
  }
  return matrix;
}

function fromRows(where: string, argument: string, value: readonly (readonly number[])[] | ArrayLike<number>, columns: number): Matrix {
  if (!isList(value)) throw new DomainError(where, argument, value, "rows of numbers", "await it if it is a promise");
  const rows = value.length;
  const matrix = zeros(rows, columns);
  for (let i = 0; i < rows; i++) {
    const item = value[i]!;
    const row = typeof item === "number" ? [item] : item;
    if (!isList(row)) throw new DomainError(where, `${argument}[${i}]`, row, "a row of numbers");
    if (row.length !== columns)
      throw new ShapeError(where, `${argument}[${i}]`, `[${row.length}]`, `[${columns}]`, "every row needs one number for each column");
    matrix.values.set(row, i * columns);
  }
  return matrix;
}

/** True for lists and typed arrays: not for a record that has a parameter called length. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}
