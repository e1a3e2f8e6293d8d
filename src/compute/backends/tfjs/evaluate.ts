import { sizeOf } from "../../shape.js";
import type { OperationName, Tensor } from "../../tensor.js";
import type { Step } from "../reference/evaluate.js";
import { drawNumbers } from "../reference/random.js";
import { binary, constant, select, unary } from "./elementwise.js";
import { gather, scatter } from "./indexing.js";
import type { Call, TensorFlow, TfjsKernel, Values } from "./kernel.js";
import { broadcast, concatenate, pad, reshape, same, slice, transpose } from "./layout.js";
import { cumulativeSum, matmul, reduce } from "./reduction.js";
import { averagePool, averagePoolSpread, convolution, convolutionFilter, convolutionImage, maxPoolPick, maxPoolSpread } from "./windows.js";

type Computed = Exclude<OperationName, "fused" | "input" | "variable">;

const random: TfjsKernel<"random"> = ({ tf, operation, inputs: [key], shape }) =>
  tf.tensor(Float32Array.from(drawNumbers(operation, key!.dataSync(), sizeOf(shape))), [...shape], "float32");

const KERNELS: { readonly [Name in Computed]: TfjsKernel<Name> } = {
  averagePool,
  averagePoolSpread,
  binary,
  broadcast,
  concatenate,
  constant,
  convolution,
  convolutionFilter,
  convolutionImage,
  cumulativeSum,
  gather,
  matmul,
  maxPoolPick,
  maxPoolSpread,
  pad,
  random,
  reduce,
  reshape,
  scatter,
  select,
  slice,
  stop: same,
  transpose,
  unary,
};

/** The value of each node; `leaf` gives those of inputs and variables. */
export function evaluate(tf: TensorFlow, steps: readonly Step[], leaf: (node: Tensor) => Values): Map<Tensor, Values> {
  const values = new Map<Tensor, Values>();
  for (const { node, composed } of steps) {
    const { name } = node.operation;
    const known = composed ?? (name === "input" || name === "variable" || name === "fused");
    const of = typeof known === "object" ? values.get(known)! : known ? leaf(node) : compute(tf, node, values);
    values.set(node, of);
  }
  return values;
}

function compute(tf: TensorFlow, node: Tensor, values: ReadonlyMap<Tensor, Values>): Values {
  const { operation, shape } = node;
  if (sizeOf(shape) === 0) return tf.zeros([...shape]);
  const inputs = node.inputs.map((input) => values.get(input)!);
  const filled = inputs.filter((input) => input.size > 0);
  if (filled.length < inputs.length && operation.name !== "concatenate") {
    // Made of no values: every operation adds up, but for the maximum.
    return tf.fill([...shape], operation.name === "reduce" && operation.fn === "max" ? -Infinity : 0, "float32");
  }
  const kernel = KERNELS[operation.name as Computed] as TfjsKernel<OperationName>;
  return kernel({ tf, operation, inputs: filled, shape } satisfies Call<OperationName>);
}
