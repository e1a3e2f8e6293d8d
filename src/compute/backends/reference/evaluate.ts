import type { Shape } from "../../shape.js";
import { type Operation, type OperationName, sortedNodes, type Tensor } from "../../tensor.js";
import { convolution, convolutionFilter, convolutionImage } from "./convolution.js";
import { binary, constant, select, unary } from "./elementwise.js";
import { gather, scatter } from "./indexing.js";
import type { Dense, ReferenceKernel } from "./kernel.js";
import { broadcast, concatenate, pad, same, slice, transpose } from "./layout.js";
import { averagePool, averagePoolSpread, maxPoolPick, maxPoolSpread } from "./pooling.js";
import { matmul } from "./product.js";
import { random } from "./random.js";
import { cumulativeSum, reduce } from "./reduction.js";

type Computed = Exclude<OperationName, "fused" | "input" | "variable">;

const KERNELS: { readonly [Name in Computed]: ReferenceKernel<Name> } = {
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
  reshape: same,
  scatter,
  select,
  slice,
  stop: same,
  transpose,
  unary,
};

/** One node, in an order in which inputs come first. */
export interface Step {
  readonly node: Tensor;
  /** Of a fused node: the node among the earlier ones that has its value. */
  readonly composed?: Tensor;
}

/** The nodes that the given ones need, with what fused ones are composed of put before them. */
export function stepsOf(roots: readonly Tensor[], seen: Set<Tensor> = new Set()): Step[] {
  return sortedNodes(roots).flatMap((node): Step[] => {
    if (seen.has(node)) return [];
    seen.add(node);
    if (node.operation.name !== "fused") return [{ node }];
    const composed = node.operation.kernel.compose(node.inputs);
    return [...stepsOf([composed], seen), { node, composed }];
  });
}

export interface EvaluateOptions {
  /** Values of an input or a variable. */
  leaf(node: Tensor): Float64Array;
  /** Applied to each number that is computed; float64 as it is when absent. */
  readonly round?: ((value: number) => number) | undefined;
}

/** The value of each node. */
export function evaluate(steps: readonly Step[], { leaf, round }: EvaluateOptions): Map<Tensor, Float64Array> {
  const values = new Map<Tensor, Float64Array>();
  for (const { node, composed } of steps) {
    const { name } = node.operation;
    const computed =
      composed || name === "input" || name === "variable" || name === "fused"
        ? (composed && values.get(composed)) || leaf(node)
        : compute(name, node, values);
    values.set(node, round ? computed.map(round) : computed);
  }
  return values;
}

function compute(name: Computed, node: Tensor, values: ReadonlyMap<Tensor, Float64Array>): Float64Array {
  const inputs: Dense[] = node.inputs.map((input) => ({ shape: input.shape, values: values.get(input)! }));
  const kernel = KERNELS[name] as (operation: Operation, inputs: readonly Dense[], shape: Shape) => Float64Array;
  return kernel(node.operation, inputs, node.shape);
}
