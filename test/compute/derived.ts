import type { Backend, Numbers } from "../../src/compute/backends/backend.js";
import { add, constant, grad, mul, sum, type Tensor } from "../../src/compute/index.js";
import { program } from "../../src/compute/program.js";
import { sizeOf } from "../../src/compute/shape.js";
import { fold, type Key, key, standardNormals } from "../../src/numerics/random.js";
import type { Sample } from "./cases/case.js";

/** All that is computed of a sample, by label: see `derive`. */
export type Derived = Readonly<Record<string, Numbers>>;

/** A sample made ready: values of its inputs in, everything derived out. */
export type Derivation = (inputs: readonly ArrayLike<number>[]) => Derived;

/**
 * What is computed of a sample:
 * - `result`, and `terms`, the result times random weights, whose sum is `value`;
 * - `gradient<i>` of `value` in input i, and `slope`, the sum of all gradients times random weights;
 * - `curvature<i>`, the gradient of `slope` in input i.
 */
export function derive(backend: Backend, sample: Sample): Derivation {
  const labels = sample.inputs.map((_, i) => `input${i}`);
  const derivation = program(backend, labels, (tensors) => {
    const inputs = labels.map((label) => tensors[label]!);
    const result = sample.build(...inputs);
    const terms = weighed(result, key(1));
    const value = sum(terms);
    const smooth = inputs.filter((_, i) => sample.inputs[i]!.smooth);
    const gradients = grad(value, smooth);
    const slope = gradients.reduce((total, gradient, i) => add(total, sum(weighed(gradient, key(2 + i)))), constant(0));
    return {
      outputs: { result, terms, value, slope, ...named(sample, "gradient", gradients), ...named(sample, "curvature", grad(slope, smooth)) },
    };
  });
  return (inputs) =>
    derivation.run(Object.fromEntries(labels.map((label, i) => [label, { shape: sample.inputs[i]!.shape, values: inputs[i]! }])));
}

/** Positions of the inputs that are differentiated. */
export const smoothInputs = ({ inputs }: Sample): number[] => inputs.flatMap(({ smooth }, i) => (smooth ? [i] : []));

function named(sample: Sample, prefix: string, tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(smoothInputs(sample).map((i, at) => [`${prefix}${i}`, tensors[at]!]));
}

const weighed = (tensor: Tensor, by: Key): Tensor =>
  mul(tensor, constant(standardNormals(fold(by, 0), sizeOf(tensor.shape)).map(Math.fround), tensor.shape));
