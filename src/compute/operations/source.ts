import { assertShape, refuseShape, type Shape, sizeOf } from "../shape.js";
import { makeTensor, type Tensor } from "../tensor.js";

/** What operations take: a tensor, or a number that stands for itself everywhere. */
export type Operand = Tensor | number;

/**
 * Values known at trace time.
 *
 * @param values - One number, or as many as the shape holds, row-major.
 * @param shape - Default: `[]` for a number, `[length]` for an array.
 * @throws {ShapeError} When their number differs from what the shape holds.
 */
export function constant(values: number | ArrayLike<number>, shape?: Shape): Tensor {
  const array = typeof values === "number" ? Float64Array.of(values) : Float64Array.from(values);
  const of = shape ?? (typeof values === "number" ? [] : [array.length]);
  if (array.length !== sizeOf(of) && typeof values !== "number") {
    throw refuseShape("constant", "values", [array.length], `${sizeOf(of)} numbers for the shape [${of.join(", ")}]`);
  }
  return makeTensor({ name: "constant", values: array }, [], of);
}

/** A place in the graph that each run fills. */
export function input(label: string, shape: Shape): Tensor {
  assertShape("input", `shape of ${label}`, shape);
  return makeTensor({ name: "input", label }, [], [...shape]);
}

export function toTensor(operand: Operand): Tensor {
  return typeof operand === "number" ? constant(operand) : operand;
}

/** The number that a constant has everywhere; undefined for all else. */
export function constantNumber(tensor: Tensor): number | undefined {
  const { operation } = tensor;
  if (operation.name === "broadcast" || operation.name === "reshape") return constantNumber(tensor.inputs[0]!);
  return operation.name === "constant" && operation.values.length === 1 ? operation.values[0] : undefined;
}
