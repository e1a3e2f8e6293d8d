import { type Shape, sizeOf } from "../../shape.js";
import type { Operation, OperationName } from "../../tensor.js";

/** An array in memory, row-major. */
export interface Dense {
  readonly shape: Shape;
  readonly values: Float64Array;
}

/** What an operation computes, as a function of its inputs alone; inputs are never written. */
export type ReferenceKernel<Name extends OperationName> = (
  operation: Extract<Operation, { name: Name }>,
  inputs: readonly Dense[],
  shape: Shape,
) => Float64Array;

/** A walk through an array: `shape` says how many steps along each axis, `strides` how far each goes. */
export interface Walk {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly start?: number;
}

/** The position of each step, last axis fastest. */
export function positions({ shape, strides, start = 0 }: Walk): Int32Array {
  const found = new Int32Array(sizeOf(shape));
  const index = new Int32Array(shape.length);
  let position = start;
  for (let i = 0; i < found.length; i++) {
    found[i] = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      position -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return found;
}

/** The values met on a walk. */
export function read(values: Float64Array, walk: Walk): Float64Array {
  return Float64Array.from(positions(walk), (position) => values[position]!);
}
