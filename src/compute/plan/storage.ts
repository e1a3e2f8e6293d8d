import { type Shape, sizeOf } from "../shape.js";
import type { Tensor, Variable } from "../tensor.js";

/** Memory that a program uses: a piece of its arena, or memory that outlives a run. */
export interface Storage {
  readonly kind: "arena" | "constant" | "kept" | "variable";
  /** Number of elements. */
  readonly size: number;
  readonly variable?: Variable;
  readonly constants?: Float64Array;
}

/** Elements of a storage, row-major from an offset on. */
export interface Value {
  readonly storage: Storage;
  readonly offset: number;
  readonly size: number;
}

export const wholeOf = (storage: Storage): Value => ({ storage, offset: 0, size: storage.size });

/** `size` elements of a value, from its `start`-th on. */
export const partOf = (value: Value, start: number, size: number): Value => ({
  storage: value.storage,
  offset: value.offset + start,
  size,
});

/** Elements that live only while they are needed within a run. */
export const arenaFor = (shape: Shape): Value => wholeOf({ kind: "arena", size: sizeOf(shape) });

/** Memory of its own, which no other value of the run reuses: inputs and outputs. */
export const keptFor = (shape: Shape): Value => wholeOf({ kind: "kept", size: sizeOf(shape) });

/** Where the values of sources are. */
export function sourceValue(tensor: Tensor): Value | undefined {
  const { operation, shape } = tensor;
  switch (operation.name) {
    case "input":
      return keptFor(shape);
    case "variable":
      return wholeOf({ kind: "variable", size: sizeOf(shape), variable: operation.variable });
    case "constant":
      return wholeOf({ kind: "constant", size: sizeOf(shape), constants: operation.values });
    default:
      return undefined;
  }
}
