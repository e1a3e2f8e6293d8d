/**
 * The oracle: every operation as a plain loop in float64, node by node. Slow; what all other backends are tested against.
 *
 * @module
 */
import { DomainError } from "../../../errors.js";
import { refuseShape, showShape, sizeOf } from "../../shape.js";
import type { Tensor, Variable } from "../../tensor.js";
import type { Backend, Executable, Graph } from "../backend.js";
import { evaluate, type Step, stepsOf } from "./evaluate.js";

export interface ReferenceOptions {
  /** "float32" rounds the result of each operation, which shows what that alone costs; default "float64". */
  readonly precision?: "float32" | "float64";
}

/**
 * Makes a reference backend.
 *
 * @example
 * const double = program(referenceBackend(), ["x"], ({ x }) => ({ outputs: { y: mul(2, x) } }));
 * double.run({ x: { shape: [2], values: [1, 2] } }).y; // Float64Array [2, 4]
 */
export function referenceBackend({ precision = "float64" }: ReferenceOptions = {}): Backend {
  const held = new WeakMap<Variable, Float64Array>();
  const current = (variable: Variable) => held.get(variable) ?? Float64Array.from(variable.initial);
  const round = precision === "float32" ? Math.fround : undefined;
  return {
    name: "reference",
    threads: 1,
    prepare: (graph) => new ReferenceExecutable(graph, { held, current, round }),
    read: (variable) => current(variable).slice(),
    write(variable, values) {
      const size = sizeOf(variable.shape);
      if (values.length !== size)
        throw refuseShape("write", variable.name, [values.length], `${size} numbers for ${showShape(variable.shape)}`);
      held.set(variable, Float64Array.from(values));
    },
  };
}

interface Memory {
  readonly held: WeakMap<Variable, Float64Array>;
  current(variable: Variable): Float64Array;
  readonly round: ((value: number) => number) | undefined;
}

class ReferenceExecutable implements Executable {
  readonly #steps: readonly Step[];
  readonly #inputs: ReadonlyMap<string, Float64Array>;
  #results: ReadonlyMap<Tensor, Float64Array> = new Map();

  constructor(
    readonly graph: Graph,
    readonly memory: Memory,
  ) {
    this.#steps = stepsOf([...Object.values(graph.outputs), ...graph.updates.map(({ value }) => value)]);
    this.#inputs = new Map(Object.entries(graph.inputs).map(([label, { shape }]) => [label, new Float64Array(sizeOf(shape))]));
  }

  input(label: string): Float64Array {
    return found("input", label, this.#inputs.get(label));
  }

  run(): void {
    const { held, current, round } = this.memory;
    // Copies: what a later run puts into an input must not reach a variable that was set to it.
    const leaf = ({ operation }: Tensor) =>
      operation.name === "variable" ? current(operation.variable) : this.input(operation.name === "input" ? operation.label : "").slice();
    const values = evaluate(this.#steps, { leaf, round });
    this.#results = new Map(Object.values(this.graph.outputs).map((tensor) => [tensor, values.get(tensor)!]));
    for (const { variable, value } of this.graph.updates) held.set(variable, values.get(value)!);
  }

  output(label: string): Float64Array {
    return found("output", label, this.#results.get(this.graph.outputs[label]!));
  }

  dispose(): void {
    this.#results = new Map();
  }
}

function found<Value>(where: string, label: string, value: Value | undefined): Value {
  if (value === undefined) throw new DomainError(where, "label", label, `the label of an ${where} of the program, after a run`);
  return value;
}
