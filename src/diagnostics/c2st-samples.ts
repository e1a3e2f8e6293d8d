import { DomainError, ShapeError } from "../errors.js";
import { isList, isMatrix, type Matrix, type MatrixLike, toMatrix } from "../numerics/matrix.js";

/** Two samples with the same columns, finite. */
export interface Samples {
  /** `[N, D]` */
  readonly x: Matrix;
  /** `[M, D]` */
  readonly y: Matrix;
}

/**
 * Checks two samples.
 *
 * @param where - Function that asks, for the message.
 * @throws {ShapeError} When one is empty or they differ in their number of columns.
 * @throws {DomainError} When a value is not finite.
 */
export function samplesOf(where: string, x: MatrixLike, y: MatrixLike): Samples {
  const columns = columnsOf(where, "x", x);
  const others = columnsOf(where, "y", y);
  if (others !== columns) {
    throw new ShapeError(where, "y", `[M, ${others}]`, `[M, ${columns}], as x has ${columns}`, "compare the same parameters");
  }
  return { x: toMatrix(where, "x", x, columns), y: toMatrix(where, "y", y, columns) };
}

function columnsOf(where: string, argument: string, value: MatrixLike): number {
  if (isMatrix(value)) return value.columns;
  if (!isList(value)) throw new DomainError(where, argument, value, "rows of numbers [N, D]", "give its theta, awaited");
  const first = value[0];
  return isList(first) ? first.length : 1;
}
