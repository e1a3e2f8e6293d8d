import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import type { Backend, Tensor, Values } from "../../src/compute/index.js";
import { program } from "../../src/compute/index.js";

/** Values of a traced computation on the reference backend, in float64. */
export function compute(
  trace: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>,
  inputs: Readonly<Record<string, Values>> = {},
  backend: Backend = referenceBackend(),
): Record<string, number[]> {
  const made = program(backend, Object.keys(inputs), (tensors) => ({ outputs: trace(tensors) }));
  return Object.fromEntries(Object.entries(made.run(inputs)).map(([name, values]) => [name, Array.from(values)]));
}

/** Largest difference of two lists of numbers, relative where they are larger than 1; NaN when their lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  return Math.max(0, ...Array.from(a, (value, i) => Math.abs(value - b[i]!) / Math.max(1, Math.abs(b[i]!))));
}
