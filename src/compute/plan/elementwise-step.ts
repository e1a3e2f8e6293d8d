import { constantNumber } from "../operations/source.js";
import { refuseShape, sizeOf, stridesOf } from "../shape.js";
import type { BinaryName, Tensor, UnaryName } from "../tensor.js";
import { floatWord, type Read, type Step } from "./step.js";
import type { Storage, Value } from "./storage.js";

/** Numbers of the operations, as in kernels/map.h. */
const OPERATIONS: Record<BinaryName | UnaryName | "copy" | "select", number> = {
  abs: 0,
  erf: 1,
  exp: 2,
  floor: 3,
  log: 4,
  neg: 5,
  reciprocal: 6,
  relu: 7,
  sigmoid: 8,
  sign: 9,
  softplus: 10,
  sqrt: 11,
  square: 12,
  tanh: 13,
  add: 14,
  div: 15,
  equal: 16,
  less: 17,
  lessEqual: 18,
  max: 19,
  min: 20,
  mul: 21,
  sub: 22,
  select: 23,
  copy: 24,
};

/** Elements that are worth a thread. */
const GRAIN = 8192;
const MOST_AXES = 6;

const FULL = 0;
const CONSTANT = 1;
const STRIDED = 2;

/** A kernel for elementwise nodes. */
export interface ElementwiseStep extends Step {
  /** Whether the result may be written over an operand whose last use is here: no later operation of the kernel reads it. */
  mayOverwrite(operand: Storage, result: Storage): boolean;
}

export interface ElementwiseRequest {
  /** Inputs before what uses them; or one broadcast, to be written out. */
  readonly nodes: readonly Tensor[];
  /** The nodes whose values are needed elsewhere. */
  readonly results: ReadonlyMap<Tensor, Value>;
  /** Values of nodes of other kernels. */
  placeOf(tensor: Tensor): Value;
}

interface Operand {
  readonly words: readonly (number | Value)[];
  readonly read?: Read;
}

/** Makes the instruction that computes elementwise nodes of one shape, as kernels/map.h reads it. */
export function elementwiseStep({ nodes, results, placeOf }: ElementwiseRequest): ElementwiseStep {
  const { shape } = nodes[0]!;
  if (shape.length > MOST_AXES) throw refuseShape("elementwise", "shape", shape, `at most ${MOST_AXES} axes`);
  const sizes = shape.length === 0 ? [1] : shape;
  const inside = new Set(nodes.filter(({ operation }) => operation.name !== "broadcast"));
  const { operands, numberOf: inputNumber } = collectOperands(nodes, inside, placeOf);
  const registers = allocateRegisters(nodes, results);
  const outputs = [...results.keys()];
  const place = (tensor: Tensor): number => {
    const output = outputs.indexOf(tensor);
    if (inside.has(tensor) || output >= 0) return output >= 0 ? registers.count + operands.length + output : registers.of.get(tensor)!;
    return registers.count + inputNumber(tensor);
  };
  const code = nodes.map((node) => instructionOf(node, place));
  const units = sizes[0]!;
  const unit = sizeOf(sizes) / Math.max(units, 1);
  const words = [
    unit,
    sizes.length,
    ...sizes,
    operands.length,
    ...operands.flatMap((operand) => operand.words),
    outputs.length,
    ...results.values(),
    registers.count,
    code.length,
    ...code.flat(),
  ];
  return {
    kind: "map",
    words,
    units,
    grain: Math.max(1, Math.ceil(GRAIN / Math.max(unit, 1))),
    reads: operands.flatMap(({ read }) => (read ? [read] : [])),
    writes: [...results.values()],
    flops: nodes.length * sizeOf(sizes),
    mayOverwrite: (operand, result) => mayOverwrite({ nodes, results, placeOf }, operand, result),
  };
}

function instructionOf(node: Tensor, place: (tensor: Tensor) => number): number[] {
  const { operation, inputs } = node;
  const result = place(node);
  if (operation.name === "broadcast") {
    const source = place(broadcastOperand(node));
    return [OPERATIONS.copy, result, source, source, source];
  }
  const [a, b = a, c = a] = inputs.map(place) as [number, number?, number?];
  const name = operation.name === "unary" || operation.name === "binary" ? operation.fn : "select";
  return [OPERATIONS[name], result, a, b, c];
}

/** A broadcast that is written out reads itself through its strides. */
const written = new WeakMap<Tensor, Tensor>();
function broadcastOperand(node: Tensor): Tensor {
  const known = written.get(node) ?? { ...node };
  written.set(node, known);
  return known;
}

const operandsOf = (node: Tensor): readonly Tensor[] => (node.operation.name === "broadcast" ? [broadcastOperand(node)] : node.inputs);

function collectOperands(nodes: readonly Tensor[], inside: ReadonlySet<Tensor>, placeOf: (tensor: Tensor) => Value) {
  const numbers = new Map<Tensor, number>();
  const operands: Operand[] = [];
  const rank = Math.max(nodes[0]!.shape.length, 1);
  for (const tensor of nodes.flatMap(operandsOf)) {
    if (inside.has(tensor) || numbers.has(tensor)) continue;
    numbers.set(tensor, operands.length);
    operands.push(operandOf(tensor, rank, placeOf));
  }
  return { operands, numberOf: (tensor: Tensor) => numbers.get(tensor)! };
}

function operandOf(tensor: Tensor, rank: number, placeOf: (tensor: Tensor) => Value): Operand {
  const number = constantNumber(tensor);
  const none = new Array<number>(rank).fill(0);
  if (number !== undefined) return { words: [CONSTANT, floatWord(number), ...none] };
  if (tensor.operation.name !== "broadcast") {
    const value = placeOf(tensor);
    return { words: [FULL, value, ...none], read: { value, own: true } };
  }
  const source = tensor.inputs[0]!;
  const value = placeOf(source);
  const strides = stridesOf(source.shape).map((stride, axis) => (source.shape[axis] === 1 ? 0 : stride));
  return { words: [STRIDED, value, ...strides], read: { value, own: source.shape[0] === tensor.shape[0] } };
}

function allocateRegisters(nodes: readonly Tensor[], results: ReadonlyMap<Tensor, Value>) {
  const lastUse = new Map<Tensor, number>();
  nodes.forEach((node, i) => {
    for (const input of node.inputs) lastUse.set(input, i);
  });
  const of = new Map<Tensor, number>();
  const free: number[] = [];
  let count = 0;
  nodes.forEach((node, i) => {
    // Operands are read before the result is written, element by element, so a dying operand's register can be the result's.
    for (const input of new Set(node.inputs)) if (lastUse.get(input) === i && of.has(input)) free.push(of.get(input)!);
    if (!results.has(node)) of.set(node, free.pop() ?? count++);
  });
  return { of, count };
}

function mayOverwrite({ nodes, results, placeOf }: ElementwiseRequest, operand: Storage, result: Storage): boolean {
  const writer = nodes.findIndex((node) => results.get(node)?.storage === result);
  const reads = (node: Tensor) =>
    operandsOf(node).some((input) => {
      if (results.get(input)?.storage === operand) return true;
      const source = input.operation.name === "broadcast" ? input.inputs[0]! : input;
      return !nodes.includes(input) && constantNumber(input) === undefined && placeOf(source).storage === operand;
    });
  const strided = nodes.flatMap(operandsOf).some((input) => {
    if (input.operation.name !== "broadcast" || constantNumber(input) !== undefined) return false;
    return placeOf(input.inputs[0]!).storage === operand;
  });
  return !strided && !nodes.slice(writer + 1).some(reads);
}
