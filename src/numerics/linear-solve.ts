import { DomainError } from "../errors.js";
import { type Matrix, rowOf, zeros } from "./matrix.js";

/**
 * Inverse of a square matrix, by Gauss-Jordan elimination with the largest pivot of each column.
 *
 * @param where - Function that asks, for the message.
 * @param argument - What the user calls the matrix.
 * @param matrix - `[C, C]`.
 * @returns `[C, C]`.
 * @throws {DomainError} When a pivot is below 1e-12 of the largest element.
 */
export function inverse(where: string, argument: string, matrix: Matrix): Matrix {
  const size = matrix.rows;
  const left = { ...matrix, values: matrix.values.slice() };
  const right = zeros(size, size);
  for (let i = 0; i < size; i++) right.values[i * size + i] = 1;
  const largest = matrix.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let k = 0; k < size; k++) {
    const pivot = pivotRow(left, k);
    const value = left.values[pivot * size + k]!;
    if (!(Math.abs(value) > 1e-12 * largest)) throw new DomainError(where, argument, "singular", "an invertible matrix");
    for (const side of [left, right]) {
      swap(rowOf(side, k), rowOf(side, pivot));
      scale(rowOf(side, k), 1 / value);
    }
    for (let i = 0; i < size; i++) {
      const factor = left.values[i * size + k]!;
      if (i === k || factor === 0) continue;
      for (const side of [left, right]) subtract(rowOf(side, i), rowOf(side, k), factor);
    }
  }
  return right;
}

function pivotRow({ rows, columns, values }: Matrix, k: number): number {
  let best = k;
  for (let i = k + 1; i < rows; i++) if (Math.abs(values[i * columns + k]!) > Math.abs(values[best * columns + k]!)) best = i;
  return best;
}

function swap(a: Float64Array, b: Float64Array): void {
  const kept = a.slice();
  a.set(b);
  b.set(kept);
}

function scale(row: Float64Array, factor: number): void {
  for (let j = 0; j < row.length; j++) row[j]! *= factor;
}

function subtract(from: Float64Array, row: Float64Array, factor: number): void {
  for (let j = 0; j < row.length; j++) from[j]! -= factor * row[j]!;
}
