import { ShapeError } from "../errors.js";
import { isMatrix, type Matrix, type MatrixLike, toMatrix } from "../numerics/matrix.js";

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
  const columns = columnsOf(x);
  if (columnsOf(y) !== columns) {
    throw new ShapeError(where, "y", `[M, ${columnsOf(y)}]`, `[M, ${columns}], as x has ${columns}`, "compare the same parameters");
  }
  return { x: toMatrix(where, "x", x, columns), y: toMatrix(where, "y", y, columns) };
}

function columnsOf(value: MatrixLike): number {
  if (isMatrix(value)) return value.columns;
  const first = value[0];
  return typeof first === "object" ? first.length : 1;
}
