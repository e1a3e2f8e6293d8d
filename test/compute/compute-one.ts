import type { Backend } from "../../src/compute/backends/backend.js";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import type { Tensor } from "../../src/compute/index.js";
import { program } from "../../src/compute/program.js";
import { fromNested, type Nested, toNested } from "./nested.js";

/** What a function of tensors gives for these arrays, on the reference backend unless another is named. */
export function computeOne(
  build: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Nested[],
  backend: Backend = referenceBackend(),
): Nested {
  const values = inputs.map(fromNested);
  const labels = values.map((_, i) => `input${i}`);
  let shape: readonly number[] = [];
  const made = program(backend, labels, (tensors) => {
    const result = build(...labels.map((label) => tensors[label]!));
    shape = result.shape;
    return { outputs: { result } };
  });
  const { result } = made.run(Object.fromEntries(labels.map((label, i) => [label, values[i]!])));
  return toNested(shape, result);
}
