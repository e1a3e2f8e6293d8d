/**
 * Traced computations as ONNX files, which other programs and languages run.
 *
 * @module
 */
import type { Backend } from "../../compute/backends/backend.js";
import { assertShape, type Shape } from "../../compute/shape.js";
import type { Tensor } from "../../compute/tensor.js";
import { DomainError, GaltonError } from "../../errors.js";
import { platform } from "../../platform/index.js";
import { emit } from "./emission.js";
import { OnnxGraph } from "./graph.js";
import { graphMessage, modelMessage, valueMessage } from "./messages.js";
import { refuseTrace } from "./peers.js";
import { symbolicGraph, type Trace } from "./symbolic.js";

/** What becomes an ONNX model. */
export interface OnnxModelOptions<Input extends string = string> {
  /** Shape of each input without the axis of events, which comes first: `{ x: [2] }` for events [N, 2]. */
  readonly inputs: Readonly<Record<Input, Shape>>;
  /**
   * The computation: called a few times, with tensors [N, ...] for different N, and to build the same operations each time. Its
   * variables must have been made before; their current values on the backend go into the file.
   */
  readonly trace: (inputs: Readonly<Record<Input, Tensor>>) => Readonly<Record<string, Tensor>>;
  /** Name of the graph; default "galton". */
  readonly name?: string;
  /** What the model is, for people; default none. */
  readonly description?: string;
  /** Further texts that travel with the model; default none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What wrote it; default galton and its version. */
  readonly producer?: { readonly name: string; readonly version: string };
}

/** Protocol buffers are read with lengths of 31 bits. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * A traced computation as an ONNX model: float32, operators of version 17, for any number of events N. Reductions over events,
 * gradients and fused kernels (as what they are composed of) go along; random numbers do not.
 *
 * @param backend - What holds the current values of the variables.
 * @param options - See `OnnxModelOptions`.
 * @returns The file's bytes; the same each time.
 * @throws {DomainError} When there are no inputs, or a shape is none.
 * @throws {GaltonError} When there are no outputs, names clash, the trace is another computation for another N, an operation has no
 *   equal in ONNX, or the model is larger than the 2 GiB that its format holds.
 * @source onnx/onnx.proto3, IR version 8; https://onnx.ai/onnx/operators, opset 17
 * @example
 * const model = onnxModel(await backend("auto"), { inputs: { x: [2] }, trace: ({ x }) => ({ y: sum(square(x), { axis: 1 }) }) });
 */
export function onnxModel<const Input extends string>(backend: Backend, options: OnnxModelOptions<Input>): Uint8Array {
  const { inputs, name = "galton", description = "", metadata = {} } = options;
  const { producer = { name: "galton", version: platform.version } } = options;
  assertInputs(inputs);
  const symbolic = symbolicGraph(inputs, options.trace as Trace);
  const labels = [...symbolic.inputs.keys(), ...symbolic.outputs.keys()];
  assertLabels(labels, symbolic.outputs.size);
  const graph = new OnnxGraph(labels, labels[0]!);
  emit(symbolic, graph, (variable) => backend.read(variable));
  const values = {
    inputs: [...symbolic.inputs].map(([label, shape]) => valueMessage(label, shape)),
    outputs: [...symbolic.outputs].map(([label, { shape }]) => valueMessage(label, shape)),
  };
  const { nodes, initializers } = graph;
  const message = modelMessage({ producer, description, metadata, graph: graphMessage({ name, nodes, initializers, ...values }) });
  if (message.length > MOST_BYTES) throw new GaltonError(`onnxModel: model has ${message.length} bytes; expected at most ${MOST_BYTES}`);
  return message.toBytes();
}

function assertInputs(inputs: Readonly<Record<string, Shape>>): void {
  const labels = Object.entries(inputs);
  if (labels.length === 0) throw new DomainError("onnxModel", "inputs", "empty", "at least one input", "name what the model is given");
  for (const [label, shape] of labels) assertShape("onnxModel", `inputs.${label}`, shape);
}

function assertLabels(labels: readonly string[], outputs: number): void {
  const expected = "inputs and outputs of different names";
  if (outputs === 0) throw refuseTrace("gives no outputs", { expected: "at least one", advice: "name what the model gives" });
  for (const [i, label] of labels.entries()) {
    if (label === "") throw refuseTrace("has an input or output without a name", { expected, advice: "give it one" });
    if (labels.indexOf(label) < i)
      throw refuseTrace(`has the name "${label}" for an input and an output`, { expected, advice: "rename one" });
  }
}
