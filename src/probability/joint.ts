import { DomainError } from "../errors.js";
import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { type Key, type Stream, stream } from "../numerics/random.js";

/** Writes one point `[D]` into the row. */
export type DrawRow = (source: Stream, row: Float64Array) => void;

/** n points `[n, D]`, drawn one after another from the key's stream. */
export function sampleRows(draw: DrawRow, key: Key, { n, columns }: { readonly n: number; readonly columns: number }): Matrix {
  const source = stream(key);
  const points = zeros(n, columns);
  for (let i = 0; i < n; i++) draw(source, rowOf(points, i));
  return points;
}

/** The value of a name at a point; a missing name or what is no number is refused. */
export function coordinate(theta: Readonly<Record<string, number>>, name: string): number {
  const value = theta[name];
  if (typeof value !== "number") throw new DomainError("logProb", `theta.${name}`, value, "a number", "give every parameter of the prior");
  return value;
}
