import { assertShape, refuseShape, type Shape, sizeOf } from "./shape.js";
import { makeTensor, type Variable } from "./tensor.js";

/**
 * Makes a variable. Each backend keeps the current values for itself; read and write them with `backend.read` and `backend.write`.
 *
 * @param name - For people.
 * @param shape - Sizes along each axis.
 * @param initial - First values, row-major; zeros when absent.
 * @throws {DomainError} When a length is no whole number.
 * @throws {ShapeError} When `initial` has another number of elements.
 */
export function variable(name: string, shape: Shape, initial?: ArrayLike<number>): Variable {
  assertShape("variable", `shape of ${name}`, shape);
  const first = initial ? Float32Array.from(initial) : new Float32Array(sizeOf(shape));
  if (first.length !== sizeOf(shape)) throw refuseShape("variable", `initial of ${name}`, [first.length], `${sizeOf(shape)} numbers`);
  const made: { -readonly [Key in keyof Variable]?: Variable[Key] } = { name, shape: [...shape], initial: first };
  const variable = made as Variable;
  made.tensor = makeTensor({ name: "variable", variable }, [], variable.shape);
  return variable;
}
