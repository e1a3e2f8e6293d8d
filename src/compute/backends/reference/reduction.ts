import { sizeOf, stridesOf } from "../../shape.js";
import type { ReduceName } from "../../tensor.js";
import { positions, type ReferenceKernel } from "./kernel.js";

const REDUCE: Record<ReduceName, { readonly empty: number; fold(a: number, b: number): number }> = {
  max: { empty: -Infinity, fold: Math.max },
  sum: { empty: 0, fold: (a, b) => a + b },
};

export const reduce: ReferenceKernel<"reduce"> = ({ fn, axes }, [a], shape) => {
  const { empty, fold } = REDUCE[fn];
  const result = new Float64Array(sizeOf(shape)).fill(empty);
  const kept = stridesOf(shape);
  // Standing still along the reduced axes brings all their values to one place.
  const strides = a!.shape.map((_, axis) => (axes.includes(axis) ? 0 : kept.shift()!));
  positions({ shape: a!.shape, strides }).forEach((to, from) => {
    result[to] = fold(result[to]!, a!.values[from]!);
  });
  return result;
};

export const cumulativeSum: ReferenceKernel<"cumulativeSum"> = ({ reverse }, [a], shape) => {
  const result = new Float64Array(a!.values.length);
  const length = shape.at(-1)!;
  for (let row = 0; row < result.length; row += length) {
    let total = 0;
    for (let step = 0; step < length; step++) {
      const i = row + (reverse ? length - 1 - step : step);
      total += a!.values[i]!;
      result[i] = total;
    }
  }
  return result;
};
