import type { Graph } from "../backends/backend.js";
import { constantNumber } from "../operations/source.js";
import { sizeOf, stridesOf } from "../shape.js";
import type { Operation, Tensor, Variable } from "../tensor.js";
import { canonicalNodes } from "./canonical.js";
import type { Decisions } from "./decisions.js";
import { elementwiseStep } from "./elementwise-step.js";
import { FUSED_STEPS } from "./fused-steps.js";
import { type Group, groupElementwise, isElementwise } from "./groups.js";
import { copyStep, KERNEL_STEPS, type Lowering } from "./kernel-steps.js";
import { absorbLinear } from "./linear.js";
import type { Step } from "./step.js";
import { arenaFor, keptFor, partOf, sourceValue, type Value, wholeOf } from "./storage.js";

/** A graph as kernel calls in an order that computes it. */
export interface Lowered {
  readonly steps: readonly Step[];
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
}

/** Turns a graph into kernel calls. */
export function lower(graph: Graph, decisions: Decisions): Lowered {
  const inputs = Object.entries(graph.inputs);
  const outputs = Object.entries(graph.outputs);
  const roots = [...outputs.map(([, tensor]) => tensor), ...graph.updates.map(({ value }) => value)];
  const canonical = absorbLinear(
    canonicalNodes(roots, (name) => name in FUSED_STEPS),
    roots,
  );
  const lowering = new Lowerer(canonical.nodes, { roots: new Set(roots.map(canonical.of)), decisions });
  for (const node of canonical.nodes) lowering.compute(node);
  const values = new Map(outputs.map(([label, tensor]) => [label, lowering.keep(canonical.of(tensor))]));
  // Values that are another variable's are taken before any variable is written.
  const news = graph.updates.map(({ value }) => lowering.detach(canonical.of(value)));
  for (const [i, { variable }] of graph.updates.entries()) lowering.copy(news[i]!, lowering.variable(variable));
  const given = new Map(inputs.map(([label, tensor]) => [label, lowering.input(label, tensor)]));
  return { steps: lowering.steps, inputs: given, outputs: values };
}

/** True when the elements of a slice lie together: all axes after the first that has more than one element are whole. */
function isContiguous({ shape, inputs }: Tensor): boolean {
  const first = shape.findIndex((length) => length !== 1);
  return first < 0 || shape.every((length, axis) => axis <= first || length === inputs[0]!.shape[axis]);
}

class Lowerer {
  readonly steps: Step[] = [];
  readonly #values = new Map<Tensor, Value>();
  readonly #groups: ReadonlyMap<Tensor, Group>;
  readonly #needed = new Set<Tensor>();
  readonly #done = new Set<Group>();
  readonly #turned = new Map<string, Value>();
  readonly #storageNumbers = new Map<object, number>();
  readonly #byVariable = new Map<object, Value>();
  readonly #byLabel = new Map<string, Value>();

  constructor(nodes: readonly Tensor[], { roots, decisions }: { readonly roots: ReadonlySet<Tensor>; readonly decisions: Decisions }) {
    this.#groups = groupElementwise(nodes, decisions);
    for (const root of roots) this.#needed.add(root);
    for (const node of nodes) {
      for (const input of node.inputs) {
        // A broadcast that an elementwise node reads is read through its strides, from the node it repeats.
        const group = this.#groups.get(input);
        if (!group || group !== this.#groups.get(node)) this.#needed.add(input);
      }
    }
  }

  /** Where a node's values are; computes them when nobody has yet. */
  placeOf(node: Tensor): Value {
    const known = this.#values.get(node);
    if (known) return known;
    this.#compute(node);
    return this.#values.get(node)!;
  }

  /** Computes a node in its turn: groups wait for their last member. */
  compute(node: Tensor): void {
    const group = this.#groups.get(node);
    if (group ? group.nodes.at(-1) !== node : node.operation.name === "broadcast" || this.#values.has(node)) return;
    this.#compute(node);
  }

  input(label: string, tensor: Tensor): Value {
    return this.#byLabel.get(label) ?? keptFor(tensor.shape);
  }

  variable(variable: Variable): Value {
    return this.#byVariable.get(variable) ?? wholeOf({ kind: "variable", size: sizeOf(variable.shape), variable });
  }

  /** The node's values where no update changes them. */
  detach(node: Tensor): Value {
    const value = this.placeOf(node);
    if (value.storage.kind !== "variable") return value;
    const copy = arenaFor(node.shape);
    this.copy(value, copy);
    return copy;
  }

  /** The node's values in memory of their own, which lasts beyond the run. */
  keep(node: Tensor): Value {
    const kept = keptFor(node.shape);
    this.copy(this.placeOf(node), kept);
    return kept;
  }

  copy(from: Value, to: Value): void {
    this.steps.push(copyStep({ from, to, sizes: [from.size], in: [1], out: [1] }));
  }

  #compute(node: Tensor): void {
    const { operation, inputs } = node;
    const source = sourceValue(node);
    if (source) {
      if (operation.name === "variable") this.#byVariable.set(operation.variable, source);
      if (operation.name === "input") this.#byLabel.set(operation.label, source);
      this.#values.set(node, source);
    } else if (operation.name === "reshape") this.#values.set(node, this.placeOf(inputs[0]!));
    else if (operation.name === "slice" && isContiguous(node)) {
      const start = operation.starts.reduce((sum, first, axis) => sum + first * stridesOf(inputs[0]!.shape)[axis]!, 0);
      this.#values.set(node, partOf(this.placeOf(inputs[0]!), start, sizeOf(node.shape)));
    } else if (isElementwise(node)) this.#computeGroup(this.#groups.get(node)!);
    else if (operation.name === "broadcast") this.#computeElementwise([node]);
    else this.#computeKernel(node);
  }

  #computeGroup(group: Group): void {
    if (this.#done.has(group)) return;
    this.#done.add(group);
    this.#computeElementwise(group.nodes);
  }

  #computeElementwise(nodes: readonly Tensor[]): void {
    const inside = new Set(nodes);
    for (const input of nodes.flatMap((node) => node.inputs)) {
      const source = input.operation.name === "broadcast" ? input.inputs[0]! : input;
      if (!inside.has(source) && constantNumber(source) === undefined) this.placeOf(source);
    }
    const needed = nodes.filter((node) => this.#needed.has(node) || nodes.length === 1);
    const results = new Map(needed.map((node) => [node, arenaFor(node.shape)]));
    for (const [node, value] of results) this.#values.set(node, value);
    this.steps.push(elementwiseStep({ nodes, results, placeOf: (tensor) => this.placeOf(tensor) }));
  }

  #computeKernel(node: Tensor): void {
    const inputs = node.inputs.map((input) => this.placeOf(input));
    const result = arenaFor(node.shape);
    this.#values.set(node, result);
    const { operation } = node;
    const emit = (step: Step) => void this.steps.push(step);
    const lowering: Lowering = { node, inputs, result, emit, transposed: (value, sizes) => this.#transposed(value, sizes) };
    const rules = KERNEL_STEPS as Record<string, (lowering: Lowering, operation: Operation) => void>;
    if (operation.name === "fused") FUSED_STEPS[operation.kernel.name]!(lowering, operation.kernel);
    else rules[operation.name]!(lowering, operation);
  }

  #transposed(value: Value, { batch, rows, columns }: { readonly batch: number; readonly rows: number; readonly columns: number }): Value {
    const number = this.#storageNumbers.get(value.storage) ?? this.#storageNumbers.size;
    this.#storageNumbers.set(value.storage, number);
    const key = `${number} ${value.offset} ${batch} ${rows} ${columns}`;
    const known = this.#turned.get(key);
    if (known) return known;
    const to = arenaFor([batch, columns, rows]);
    const each = rows * columns;
    this.steps.push(copyStep({ from: value, to, sizes: [batch, columns, rows], in: [each, 1, columns], out: [each, rows, 1] }));
    this.#turned.set(key, to);
    return to;
  }
}
