import { DomainError, ShapeError } from "../errors.js";
import { type Matrix, zeros } from "./matrix.js";

/** Where a matrix comes from, for the message that refuses it. */
export interface MatrixSource {
  /** Function that asks. */
  readonly where: string;
  /** What the user calls the matrix. */
  readonly argument: string;
  /** What to do when it is not positive definite. */
  readonly advice?: string;
}

/** A pivot below this part of its diagonal element is rounding. */
const SMALLEST_PIVOT = 1e-12;

/**
 * Lower triangular L with L L^T = A, for a symmetric positive definite A. Only the lower triangle of A is read.
 *
 * @param source - Function and name for the message.
 * @param matrix - A `[D, D]`.
 * @returns L `[D, D]`.
 * @throws {ShapeError} When A is not square.
 * @throws {DomainError} When A is not positive definite, or so nearly singular that a pivot is below 1e-12 of its diagonal element.
 * @source Golub, Van Loan 2013, "Matrix computations", 4th edition, section 4.2
 * @example
 * cholesky({ where: "f", argument: "a" }, { rows: 2, columns: 2, values: Float64Array.of(4, 2, 2, 5) }).values; // 2, 0, 1, 2
 */
export function cholesky({ where, argument, advice }: MatrixSource, matrix: Matrix): Matrix {
  const { rows: size, values } = matrix;
  if (matrix.columns !== size) throw new ShapeError(where, argument, `[${size}, ${matrix.columns}]`, "[D, D]");
  const lower = zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = values[i * size + j]! - innerProduct(lower, i, j);
      if (i !== j) lower.values[i * size + j] = rest / lower.values[j * size + j]!;
      else if (rest > SMALLEST_PIVOT * values[i * size + i]!) lower.values[i * size + i] = Math.sqrt(rest);
      else throw new DomainError(where, argument, "not positive definite", "a positive definite matrix", advice);
    }
  }
  return lower;
}

/** Inner product of the rows i and j of L, over the columns before j. */
function innerProduct({ columns, values }: Matrix, i: number, j: number): number {
  let total = 0;
  for (let k = 0; k < j; k++) total += values[i * columns + k]! * values[j * columns + k]!;
  return total;
}

/**
 * The x with L L^T x = b, by forward and backward substitution.
 *
 * @param lower - L `[D, D]`, as `cholesky` gives it.
 * @param b - `[D]`.
 * @returns x `[D]`.
 * @example
 * choleskySolve({ rows: 2, columns: 2, values: Float64Array.of(2, 0, 1, 2) }, [8, 12]); // 1, 2
 */
export function choleskySolve({ rows: size, values }: Matrix, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= values[i * size + k]! * x[k]!;
    x[i]! /= values[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= values[k * size + i]! * x[k]!;
    x[i]! /= values[i * size + i]!;
  }
  return x;
}

/**
 * The inverse of L L^T, symmetric to the last bit.
 *
 * @param lower - L `[D, D]`, as `cholesky` gives it.
 * @returns `[D, D]`.
 * @example
 * choleskyInverse({ rows: 2, columns: 2, values: Float64Array.of(1, 0, 0, 2) }).values; // 1, 0, 0, 0.25
 */
export function choleskyInverse(lower: Matrix): Matrix {
  const size = lower.rows;
  const inverse = zeros(size, size);
  for (let j = 0; j < size; j++) {
    const column = choleskySolve(
      lower,
      Float64Array.from({ length: size }, (_, i) => (i === j ? 1 : 0)),
    );
    for (let i = 0; i <= j; i++) inverse.values[i * size + j] = inverse.values[j * size + i] = column[i]!;
  }
  return inverse;
}
