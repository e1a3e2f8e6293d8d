import { sizeOf } from "../../shape.js";
import type { ReferenceKernel } from "./kernel.js";

/** A place in [0, length): fractions are cut off, what lies outside goes to the nearest end, NaN to 0. */
export function clampIndex(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, Math.trunc(index) || 0));
}

export const gather: ReferenceKernel<"gather"> = (_, [values, index]) => {
  const [n, m] = [values!.shape.at(-1)!, index!.shape.at(-1)!];
  return index!.values.map((at, i) => values!.values[Math.floor(i / m) * n + clampIndex(at, n)]!);
};

export const scatter: ReferenceKernel<"scatter"> = (_, [values, index], shape) => {
  const [n, m] = [shape.at(-1)!, index!.shape.at(-1)!];
  const result = new Float64Array(sizeOf(shape));
  index!.values.forEach((at, i) => {
    result[Math.floor(i / m) * n + clampIndex(at, n)]! += values!.values[i]!;
  });
  return result;
};
