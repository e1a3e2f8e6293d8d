/**
 * The traced graph: a tensor is a node that knows what computes it. Building one computes nothing; a backend does, later.
 *
 * @module
 */
import type { Shape } from "./shape.js";

/** Values that stay between runs of programs: weights, moments of the optimiser, running means. */
export interface Variable {
  /** For people: messages and saved files. */
  readonly name: string;
  readonly shape: Shape;
  /** What it holds until a program writes it. */
  readonly initial: Float32Array;
  /** The variable as a value of the graph. */
  readonly tensor: Tensor;
}

/** Functions of one number, elementwise. */
export type UnaryName =
  | "abs"
  | "erf"
  | "exp"
  | "floor"
  | "log"
  | "neg"
  | "reciprocal"
  | "relu"
  | "sigmoid"
  | "sign"
  | "softplus"
  | "sqrt"
  | "square"
  | "tanh";

/** Functions of two numbers, elementwise; comparisons give 1 or 0. */
export type BinaryName = "add" | "div" | "equal" | "less" | "lessEqual" | "max" | "min" | "mul" | "sub";

export type ReduceName = "max" | "sum";

/** A window that moves over the two middle axes of `[N, H, W, C]`. */
export interface Window {
  readonly size: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  /** Rows and columns put around the image. */
  readonly padding: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
}

/** What is done to the sums of a product; set by the planner alone, which may also put a bias as third input. */
export type Finish = "relu" | "sigmoid" | "tanh";

/** What a node computes from its inputs; the primitives every backend knows. */
export type Operation =
  /** Values given to each run. */
  | { readonly name: "input"; readonly label: string }
  /** Values that stay between runs. */
  | { readonly name: "variable"; readonly variable: Variable }
  /** Values known at trace time; one number stands for all elements. */
  | { readonly name: "constant"; readonly values: Float64Array }
  | { readonly name: "unary"; readonly fn: UnaryName }
  | { readonly name: "binary"; readonly fn: BinaryName }
  /** inputs: condition, whenTrue, whenFalse; the condition is true where it is not 0. */
  | { readonly name: "select" }
  /** The same values, through which no gradient flows. */
  | { readonly name: "stop" }
  /** Repeats axes of length 1. */
  | { readonly name: "broadcast" }
  /** Over the given axes, ascending; the result has none of them. */
  | { readonly name: "reduce"; readonly fn: ReduceName; readonly axes: readonly number[] }
  /** Along the last axis; from the end when reverse. */
  | { readonly name: "cumulativeSum"; readonly reverse: boolean }
  /** [..., M, K] x [..., K, N], either side's last two axes exchanged first. */
  | {
      readonly name: "matmul";
      readonly transposeA: boolean;
      readonly transposeB: boolean;
      readonly finish?: Finish;
    }
  | { readonly name: "reshape" }
  /** Axis i of the result is axis permutation[i] of the input. */
  | { readonly name: "transpose"; readonly permutation: readonly number[] }
  | { readonly name: "slice"; readonly starts: readonly number[] }
  /** Puts zeros around: `before[axis]` in front. */
  | { readonly name: "pad"; readonly before: readonly number[] }
  | { readonly name: "concatenate"; readonly axis: number }
  /** inputs: values [..., N], index [..., M] of whole numbers in [0, N). */
  | { readonly name: "gather" }
  /** inputs: values [..., M], index [..., M]; adds them up into [..., N]. */
  | { readonly name: "scatter" }
  /** inputs: image [N, H, W, C], filter [h, w, C, O]. */
  | { readonly name: "convolution"; readonly window: Window; readonly finish?: Finish }
  /** inputs: gradient of the result [N, H', W', O], filter; gives that of the image. */
  | { readonly name: "convolutionImage"; readonly window: Window }
  /** inputs: image, gradient of the result; gives that of the filter. */
  | { readonly name: "convolutionFilter"; readonly window: Window }
  /** inputs: image, values (like image): of each window the value where the image is largest, the first of equals. */
  | { readonly name: "maxPoolPick"; readonly window: Window }
  /** inputs: image, values (like the pooled): adds each to where its window of the image is largest. */
  | { readonly name: "maxPoolSpread"; readonly window: Window }
  /** Mean over each window, padding counted as zeros. */
  | { readonly name: "averagePool"; readonly window: Window }
  /** The transpose of averagePool. */
  | { readonly name: "averagePoolSpread"; readonly window: Window }
  /** inputs: key [4] (16 bits each, see `randomKey`); numbers that depend on key, stream and position alone. */
  | { readonly name: "random"; readonly distribution: "normal" | "uniform"; readonly stream: number }
  /** A fused kernel and the graph that defines what it computes. */
  | { readonly name: "fused"; readonly kernel: FusedKernel };

export type OperationName = Operation["name"];

/** A kernel of its own for what otherwise takes many primitives. */
export interface FusedKernel {
  readonly name: string;
  /** Numbers that the kernel needs besides its inputs. */
  readonly attributes: readonly number[];
  /** What it computes, in primitives: the oracle, and the fallback where a backend has no such kernel. */
  compose(inputs: readonly Tensor[]): Tensor;
  /** Computes the gradients of its inputs, flattened and one after the other, from the inputs and the result's gradient; composed where absent. */
  readonly gradient?: FusedKernel;
}

/** A value of the graph, float32 on most backends. Made by the functions of this layer, never by hand. */
export interface Tensor {
  /** Rises in the order of making, so inputs have smaller ones. */
  readonly id: number;
  readonly shape: Shape;
  readonly operation: Operation;
  readonly inputs: readonly Tensor[];
}

let made = 0;

/** A new node; shapes have been checked. */
export function makeTensor(operation: Operation, inputs: readonly Tensor[], shape: Shape): Tensor {
  return { id: made++, shape, operation, inputs };
}

/** The nodes that the given ones need, inputs before what uses them. */
export function sortedNodes(roots: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>();
  const waiting = [...roots];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...node.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}
