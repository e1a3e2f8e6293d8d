import type { Shape } from "../../shape.js";
import type { Operation, OperationName } from "../../tensor.js";

/** The module `@tensorflow/tfjs-core`, or one that holds all of it, as `@tensorflow/tfjs-node` does. */
export type TensorFlow = typeof import("@tensorflow/tfjs-core");

/** An array on the side of TensorFlow.js, always float32. */
export type Values = import("@tensorflow/tfjs-core").Tensor;

/** What a kernel is given; no length of the result or of an input is 0. */
export interface Call<Name extends OperationName> {
  readonly tf: TensorFlow;
  readonly operation: Extract<Operation, { name: Name }>;
  readonly inputs: readonly Values[];
  /** Of the result. */
  readonly shape: Shape;
}

export type TfjsKernel<Name extends OperationName> = (call: Call<Name>) => Values;
