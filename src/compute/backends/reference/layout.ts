import { sizeOf, stridesOf } from "../../shape.js";
import { type Dense, positions, type ReferenceKernel, read } from "./kernel.js";

/** The same values: for reshape, and for what only matters to gradients. */
export const same = (_: unknown, [a]: readonly Dense[]): Float64Array => a!.values;

export const broadcast: ReferenceKernel<"broadcast"> = (_, [a], shape) =>
  read(a!.values, { shape, strides: stridesOf(a!.shape).map((stride, axis) => (a!.shape[axis] === 1 ? 0 : stride)) });

export const transpose: ReferenceKernel<"transpose"> = ({ permutation }, [a], shape) => {
  const strides = stridesOf(a!.shape);
  return read(a!.values, { shape, strides: permutation.map((axis) => strides[axis]!) });
};

export const slice: ReferenceKernel<"slice"> = ({ starts }, [a], shape) => {
  const strides = stridesOf(a!.shape);
  return read(a!.values, { shape, strides, start: placeOf(starts, strides) });
};

export const pad: ReferenceKernel<"pad"> = ({ before }, [a], shape) => {
  const result = new Float64Array(sizeOf(shape));
  const strides = stridesOf(shape);
  positions({ shape: a!.shape, strides, start: placeOf(before, strides) }).forEach((to, from) => {
    result[to] = a!.values[from]!;
  });
  return result;
};

export const concatenate: ReferenceKernel<"concatenate"> = ({ axis }, inputs, shape) => {
  const result = new Float64Array(sizeOf(shape));
  const strides = stridesOf(shape);
  let start = 0;
  for (const { shape: part, values } of inputs) {
    positions({ shape: part, strides, start }).forEach((to, from) => {
      result[to] = values[from]!;
    });
    start += part[axis]! * strides[axis]!;
  }
  return result;
};

const placeOf = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((place, i, axis) => place + i * strides[axis]!, 0);
