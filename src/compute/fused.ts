import { type FusedKernel, makeTensor, type Tensor } from "./tensor.js";

/**
 * A node that a backend may compute with a kernel of its own.
 *
 * @param kernel - Its name and the graph that defines it.
 * @param inputs - What it is computed from.
 */
export function fused(kernel: FusedKernel, inputs: readonly Tensor[]): Tensor {
  return makeTensor({ name: "fused", kernel }, inputs, kernel.compose(inputs).shape);
}
