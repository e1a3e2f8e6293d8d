/**
 * A computation for any number of events: traced for three numbers of them, and accepted when the three differ in nothing but
 * lengths that rise with that number.
 *
 * @module
 */
import { stepsOf } from "../../compute/backends/reference/evaluate.js";
import { constantNumber, input } from "../../compute/operations/source.js";
import type { Shape } from "../../compute/shape.js";
import type { Operation, Tensor } from "../../compute/tensor.js";
import { type Count, countOf, SIZES } from "./count.js";
import { Peers, refuse, refuseTrace } from "./peers.js";

/** A node whose lengths are counts. */
export interface SymbolicNode {
  /** As traced for the first number of events: lengths in it may hold for that one alone. */
  readonly operation: Operation;
  readonly inputs: readonly SymbolicNode[];
  readonly shape: readonly Count[];
  /** Where a slice starts, or how many zeros are in front, along each axis; empty for other operations. */
  readonly offsets: readonly Count[];
  /** The number that it has everywhere, where that is known. */
  readonly number: Count | undefined;
}

/** A traced computation for any number of events. */
export interface SymbolicGraph {
  readonly inputs: ReadonlyMap<string, readonly Count[]>;
  readonly outputs: ReadonlyMap<string, SymbolicNode>;
  /** Inputs before what uses them. */
  readonly nodes: readonly SymbolicNode[];
}

export type Trace = (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;

/**
 * Traces a computation.
 *
 * @param inputs - Shape of each input without the axis of events.
 * @throws {GaltonError} When the trace uses other inputs, or is another computation for another number of events.
 */
export function symbolicGraph(inputs: Readonly<Record<string, Shape>>, trace: Trace): SymbolicGraph {
  const [first, ...others] = SIZES.map((size) => traceWith(size, inputs, trace));
  const labels = Object.keys(first!.outputs);
  if (others.some(({ outputs }) => Object.keys(outputs).join("\n") !== labels.join("\n"))) throw refuse("has other outputs");
  const steps = stepsOf(Object.values(first!.outputs));
  const peers = new Peers();
  for (const label of labels) {
    peers.match(
      first!.outputs[label]!,
      others.map(({ outputs }) => outputs[label]!),
    );
  }
  for (const { node, composed } of steps.toReversed()) peers.descend(node, composed);
  const made = new Map<Tensor, SymbolicNode>();
  for (const { node, composed } of steps) made.set(node, symbolic([node, ...peers.of(node)], { composed, made }));
  const own = new Set(Object.values(first!.inputs));
  for (const { node } of steps) assertOwn(node, own);
  const events = { fixed: 0, perEvent: 1 };
  return {
    inputs: new Map(Object.entries(inputs).map(([label, shape]) => [label, [events, ...shape.map((fixed) => ({ fixed, perEvent: 0 }))]])),
    outputs: new Map(labels.map((label) => [label, made.get(first!.outputs[label]!)!])),
    nodes: [...new Set(made.values())],
  };
}

function traceWith(size: number, inputs: Readonly<Record<string, Shape>>, trace: Trace) {
  const tensors = Object.fromEntries(Object.entries(inputs).map(([label, shape]) => [label, input(label, [size, ...shape])]));
  return { inputs: tensors, outputs: trace(tensors) };
}

function assertOwn(node: Tensor, own: ReadonlySet<Tensor>): void {
  if (node.operation.name !== "input" || own.has(node)) return;
  const advice = "use the tensors that the trace is given";
  throw refuseTrace(`uses the input "${node.operation.label}" of something else`, { expected: "no input but the model's own", advice });
}

interface Made {
  readonly composed: Tensor | undefined;
  readonly made: ReadonlyMap<Tensor, SymbolicNode>;
}

function symbolic(nodes: readonly Tensor[], { composed, made }: Made): SymbolicNode {
  const [{ operation, inputs, shape }] = nodes as [Tensor];
  // Neither computes anything of its own.
  if (composed) return made.get(composed)!;
  if (operation.name === "stop") return made.get(inputs[0]!)!;
  const counted = (what: string, values: readonly (number | undefined)[]): Count => {
    const count = countOf(values as readonly number[]);
    if (count) return count;
    throw refuse(`has ${what} "${operation.name}" of ${values.join(", ")} for ${SIZES.join(", ")} events, which do not rise evenly,`);
  };
  if (nodes.some((node) => node.shape.length !== shape.length)) throw refuse(`has a result of "${operation.name}" with other axes`);
  const numbers = nodes.map(constantNumber);
  const number = numbers[0] === undefined ? undefined : counted("a", numbers);
  if (operation.name === "constant" && number === undefined) assertEqualValues(nodes);
  return {
    operation,
    inputs: inputs.map((source) => made.get(source)!),
    shape: shape.map((_, axis) =>
      counted(
        "lengths in a",
        nodes.map((node) => node.shape[axis]),
      ),
    ),
    offsets: offsetsOf(operation).map((_, axis) =>
      counted(
        "places in a",
        nodes.map((node) => offsetsOf(node.operation)[axis]),
      ),
    ),
    number,
  };
}

const offsetsOf = (operation: Operation): readonly number[] =>
  operation.name === "slice" ? operation.starts : operation.name === "pad" ? operation.before : [];

function assertEqualValues(nodes: readonly Tensor[]): void {
  const values = nodes.map(({ operation }) => (operation.name === "constant" ? operation.values : new Float64Array(0)));
  if (values.some((one) => one.length !== values[0]!.length || one.some((value, i) => !Object.is(value, values[0]![i])))) {
    throw refuse("holds other constants");
  }
}
