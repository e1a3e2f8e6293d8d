/**
 * From a computation for any number of events to the nodes of an ONNX graph.
 *
 * @module
 */
import type { OperationName, Variable } from "../../compute/tensor.js";
import { sameCount } from "./count.js";
import { binary, select, unary } from "./elementwise.js";
import type { Emit, Emitted } from "./emit.js";
import type { OnnxGraph } from "./graph.js";
import { gather, scatter } from "./indexing.js";
import { broadcast, concatenate, pad, reshape, slice, transpose } from "./layout.js";
import { refuseTrace } from "./peers.js";
import { cumulativeSum, matmul, reduce } from "./reduction.js";
import type { SymbolicGraph, SymbolicNode } from "./symbolic.js";
import * as windows from "./windows.js";

/** All but sources, what computes nothing, and what ONNX has no equal of. */
type Emittable = Exclude<OperationName, "constant" | "fused" | "input" | "random" | "stop" | "variable">;

const EMIT: { readonly [Name in Emittable]: Emit<Name> } = {
  averagePool: windows.averagePool,
  averagePoolSpread: windows.averagePoolSpread,
  binary,
  broadcast,
  concatenate,
  convolution: windows.convolution,
  convolutionFilter: windows.convolutionFilter,
  convolutionImage: windows.convolutionImage,
  cumulativeSum,
  gather,
  matmul,
  maxPoolPick: windows.maxPoolPick,
  maxPoolSpread: windows.maxPoolSpread,
  pad,
  reduce,
  reshape,
  scatter,
  select,
  slice,
  transpose,
  unary,
};

/**
 * Puts a computation into a graph.
 *
 * @param read - Current values of a variable.
 * @throws {GaltonError} When an operation has no equal in ONNX.
 */
export function emit(symbolic: SymbolicGraph, graph: OnnxGraph, read: (variable: Variable) => ArrayLike<number>): void {
  const names = new Map<SymbolicNode, string>();
  for (const { node, operands } of neededNodes(symbolic)) names.set(node, emitNode(node, operands, { graph, read, names }));
  for (const [label, node] of symbolic.outputs) graph.output(label, names.get(node)!);
}

/** What a node is computed from: an array, or one number that stands for it. */
interface Operand {
  readonly node: SymbolicNode;
  readonly asNumber: boolean;
}

interface NeededNode {
  readonly node: SymbolicNode;
  readonly operands: readonly Operand[];
}

/** The nodes that the outputs need once numbers and repeated axes are left to ONNX's broadcasting. */
function neededNodes({ nodes, outputs }: SymbolicGraph): NeededNode[] {
  const needed = new Set(outputs.values());
  const found: NeededNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!needed.has(node)) continue;
    const operands = operandsOf(node);
    for (const operand of operands) if (!operand.asNumber) needed.add(operand.node);
    found.push({ node, operands });
  }
  return found.reverse();
}

function operandsOf(node: SymbolicNode): readonly Operand[] {
  if (node.number !== undefined) return [];
  const given = node.inputs.map((source): Operand => ({ node: source, asNumber: false }));
  if (node.operation.name !== "binary" && node.operation.name !== "select") return given;
  const short = node.inputs.map((source): Operand => ({ node: unrepeated(source), asNumber: source.number !== undefined }));
  const arrays = short.filter(({ asNumber }) => !asNumber);
  const covered = node.shape.every((length, axis) => arrays.some((array) => sameCount(array.node.shape[axis]!, length)));
  return covered && arrays.length > 0 ? short : given;
}

const unrepeated = (node: SymbolicNode): SymbolicNode => (node.operation.name === "broadcast" ? node.inputs[0]! : node);

interface Emission {
  readonly graph: OnnxGraph;
  readonly read: (variable: Variable) => ArrayLike<number>;
  readonly names: ReadonlyMap<SymbolicNode, string>;
}

function emitNode(node: SymbolicNode, operands: readonly Operand[], { graph, read, names }: Emission): string {
  const { operation, shape, number } = node;
  if (number !== undefined) {
    const scalar = graph.scalar(number);
    return shape.length === 0 ? scalar : graph.node("Expand", [scalar, graph.ints(shape)]);
  }
  const lengths = shape.map(({ fixed }) => fixed);
  switch (operation.name) {
    case "input":
      return operation.label;
    case "variable":
      return graph.floats(read(operation.variable), lengths, operation.variable.name);
    case "constant":
      return graph.floats(operation.values, lengths);
    case "random":
      throw refuseTrace('draws random numbers, the operation "random"', {
        expected: "operations that ONNX has equals of",
        advice: "trace the model as in use and not as in training, or take the numbers as an input",
      });
  }
  const emitOne = EMIT[operation.name as Emittable] as Emit<Emittable>;
  const from = operands.map(({ node: source, asNumber }) => (asNumber ? [] : source.shape));
  const named = operands.map(({ node: source, asNumber }) => (asNumber ? graph.scalar(source.number!) : names.get(source)!));
  return emitOne({ ...node, names: named, from } as Emitted<Emittable>, graph);
}
