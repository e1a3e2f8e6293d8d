/**
 * Operations that move values and compute none.
 *
 * @module
 */
import { refuseShape, type Shape, sameShape, showShape, sizeOf, toAxis } from "../shape.js";
import { makeTensor, type Tensor } from "../tensor.js";

/**
 * Repeats axes of length 1, and puts axes in front.
 *
 * @throws {ShapeError} When another axis would have to change.
 */
export function broadcastTo(a: Tensor, shape: Shape): Tensor {
  if (sameShape(a.shape, shape)) return a;
  const missing = shape.length - a.shape.length;
  if (missing < 0 || a.shape.some((length, axis) => length !== 1 && length !== shape[axis + missing])) {
    throw refuseShape("broadcastTo", "a", a.shape, `a shape that can be repeated to ${showShape(shape)}`);
  }
  // A broadcast of a broadcast is one broadcast; its input has the rank of the result.
  const source = a.operation.name === "broadcast" ? a.inputs[0]! : a;
  const aligned = reshape(source, [...new Array<number>(missing).fill(1), ...source.shape]);
  if (sameShape(aligned.shape, shape)) return aligned;
  return makeTensor({ name: "broadcast" }, [aligned], [...shape]);
}

/**
 * The same values, row-major, under another shape. One length may be -1: what is left.
 *
 * @throws {ShapeError} When the number of elements differs.
 */
export function reshape(a: Tensor, shape: Shape): Tensor {
  const free = shape.indexOf(-1);
  const known = sizeOf(shape.filter((length) => length !== -1));
  const full = free < 0 ? shape : shape.map((length, axis) => (axis === free ? Math.floor(sizeOf(a.shape) / Math.max(known, 1)) : length));
  if (sizeOf(full) !== sizeOf(a.shape)) throw refuseShape("reshape", "a", a.shape, `${showShape(shape)}, which has as many elements`);
  if (sameShape(a.shape, full)) return a;
  const source = a.operation.name === "reshape" ? a.inputs[0]! : a;
  return sameShape(source.shape, full) ? source : makeTensor({ name: "reshape" }, [source], [...full]);
}

/**
 * Exchanges axes.
 *
 * @param permutation - Axis i of the result is axis permutation[i] of `a`; default: all axes reversed.
 * @throws {ShapeError} When it does not name each axis once.
 */
export function transpose(a: Tensor, permutation: readonly number[] = a.shape.map((_, axis) => a.shape.length - 1 - axis)): Tensor {
  const named = [...permutation].sort((x, y) => x - y);
  if (named.length !== a.shape.length || named.some((axis, i) => axis !== i)) {
    throw refuseShape("transpose", "permutation", permutation, `each axis of a ${showShape(a.shape)} once`);
  }
  if (permutation.every((axis, i) => axis === i)) return a;
  return makeTensor(
    { name: "transpose", permutation: [...permutation] },
    [a],
    permutation.map((axis) => a.shape[axis]!),
  );
}

/**
 * A block of an array.
 *
 * @param starts - First index along each axis.
 * @param sizes - How many along each axis.
 * @throws {ShapeError} When the block does not lie inside.
 */
export function slice(a: Tensor, starts: readonly number[], sizes: Shape): Tensor {
  const fits = (axis: number) =>
    [starts[axis], sizes[axis]].every(Number.isInteger) &&
    starts[axis]! >= 0 &&
    sizes[axis]! >= 0 &&
    starts[axis]! + sizes[axis]! <= a.shape[axis]!;
  if (starts.length !== a.shape.length || sizes.length !== a.shape.length || !a.shape.every((_, axis) => fits(axis))) {
    const block = `starts ${showShape(starts)} and sizes ${showShape(sizes)}`;
    throw refuseShape("slice", "a", a.shape, `an array that holds the block with ${block}`);
  }
  if (sameShape(sizes, a.shape)) return a;
  return makeTensor({ name: "slice", starts: [...starts] }, [a], [...sizes]);
}

/** The part [start, end) along one axis. */
export function sliceAxis(a: Tensor, axis: number, range: { readonly start: number; readonly end: number }): Tensor {
  const along = toAxis("sliceAxis", axis, a.shape.length);
  const starts = a.shape.map((_, i) => (i === along ? range.start : 0));
  return slice(
    a,
    starts,
    a.shape.map((length, i) => (i === along ? range.end - range.start : length)),
  );
}

/**
 * Puts zeros around.
 *
 * @param before - How many in front along each axis.
 * @param after - How many behind along each axis.
 */
export function pad(a: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  if (before.length !== a.shape.length || after.length !== a.shape.length || [...before, ...after].some((n) => n < 0)) {
    throw refuseShape("pad", "before", before, `one number of zeros for each axis of a ${showShape(a.shape)}, and the same for after`);
  }
  if ([...before, ...after].every((n) => n === 0)) return a;
  return makeTensor(
    { name: "pad", before: [...before] },
    [a],
    a.shape.map((length, axis) => before[axis]! + length + after[axis]!),
  );
}

/**
 * Puts arrays one after the other along an axis.
 *
 * @throws {ShapeError} When they differ along another axis, or there are none.
 */
export function concatenate(parts: readonly Tensor[], axis = -1): Tensor {
  const [first] = parts;
  if (!first) throw refuseShape("concatenate", "parts", [0], "at least one array");
  const along = toAxis("concatenate", axis, first.shape.length);
  for (const [i, part] of parts.entries()) {
    const fits = part.shape.length === first.shape.length && part.shape.every((length, a) => a === along || length === first.shape[a]);
    if (!fits) throw refuseShape("concatenate", `parts[${i}]`, part.shape, `${showShape(first.shape)} but for axis ${along}`);
  }
  if (parts.length === 1) return first;
  const length = parts.reduce((sum, part) => sum + part.shape[along]!, 0);
  return makeTensor(
    { name: "concatenate", axis: along },
    [...parts],
    first.shape.map((n, a) => (a === along ? length : n)),
  );
}
