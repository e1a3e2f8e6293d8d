/**
 * The graph on TensorFlow.js: an engine written by others, to compare with, and CUDA through `@tensorflow/tfjs-node-gpu`.
 * One TensorFlow.js operation a node, so slower than native and wasm on small networks.
 *
 * @module
 */
import { DomainError } from "../../../errors.js";
import { refuseShape, showShape, sizeOf } from "../../shape.js";
import type { Tensor, Variable } from "../../tensor.js";
import type { Backend, Executable, Graph } from "../backend.js";
import { type Step, stepsOf } from "../reference/evaluate.js";
import { evaluate } from "./evaluate.js";
import type { TensorFlow, Values } from "./kernel.js";
import { ensureBackend, loadTensorFlow } from "./load.js";

/**
 * Makes a backend of TensorFlow.js and the backend that is active there.
 *
 * @param tf - The module; default: `@tensorflow/tfjs-node` where it is installed, else `@tensorflow/tfjs-core`.
 * @throws {DomainError} When none is installed.
 */
export async function tfjsBackend(tf?: TensorFlow): Promise<Backend> {
  const found = tf ?? (await loadTensorFlow());
  await ensureBackend(found);
  const memory = new Memory(found);
  return {
    name: "tfjs",
    threads: 1,
    prepare: (graph) => new TfjsExecutable(graph, memory),
    read: (variable) => Float32Array.from(memory.current(variable).dataSync()),
    write(variable, values) {
      const size = sizeOf(variable.shape);
      if (values.length !== size) {
        throw refuseShape("write", variable.name, [values.length], `${size} numbers for ${showShape(variable.shape)}`);
      }
      memory.set(variable, found.tensor(Float32Array.from(values), [...variable.shape], "float32"));
    },
  };
}

/** The values of variables, outside of every tidy. */
class Memory {
  readonly #held = new WeakMap<Variable, { values: Values }>();
  // TensorFlow keeps what is not disposed of, so that is done when nothing refers to the variable any more.
  readonly #released = new FinalizationRegistry<{ values: Values }>(({ values }) => values.dispose());

  constructor(readonly tf: TensorFlow) {}

  current(variable: Variable): Values {
    const held = this.#held.get(variable);
    if (held) return held.values;
    const first = this.tf.tensor(variable.initial.slice(), [...variable.shape], "float32");
    this.set(variable, first);
    return first;
  }

  set(variable: Variable, values: Values): void {
    this.tf.keep(values);
    const held = this.#held.get(variable);
    if (held) {
      held.values.dispose();
      held.values = values;
      return;
    }
    const cell = { values };
    this.#held.set(variable, cell);
    this.#released.register(variable, cell);
  }
}

class TfjsExecutable implements Executable {
  readonly #steps: readonly Step[];
  readonly #inputs: ReadonlyMap<string, Float32Array>;
  readonly #outputs = new Map<string, Float32Array>();

  constructor(
    readonly graph: Graph,
    readonly memory: Memory,
  ) {
    this.#steps = stepsOf([...Object.values(graph.outputs), ...graph.updates.map(({ value }) => value)]);
    this.#inputs = new Map(Object.entries(graph.inputs).map(([label, { shape }]) => [label, new Float32Array(sizeOf(shape))]));
  }

  input(label: string): Float32Array {
    return found("input", label, this.#inputs.get(label));
  }

  run(): void {
    const { tf } = this.memory;
    tf.tidy(() => {
      const values = evaluate(tf, this.#steps, (node) => this.#leaf(node));
      for (const [label, tensor] of Object.entries(this.graph.outputs)) {
        this.#outputs.set(label, Float32Array.from(values.get(tensor)!.dataSync()));
      }
      // A clone each: a value may be the old one of another variable, which is disposed of when that is set.
      const updates = this.graph.updates.map(({ variable, value }) => [variable, tf.clone(values.get(value)!)] as const);
      for (const [variable, value] of updates) this.memory.set(variable, value);
    });
  }

  #leaf({ operation, shape }: Tensor): Values {
    if (operation.name === "variable") return this.memory.current(operation.variable);
    const given = this.input(operation.name === "input" ? operation.label : "");
    // TensorFlow's backends keep the array that they are given, and ours is written again.
    return this.memory.tf.tensor(given.slice(), [...shape], "float32");
  }

  output(label: string): Float32Array {
    return found("output", label, this.#outputs.get(label));
  }

  dispose(): void {
    this.#outputs.clear();
  }
}

function found<Value>(where: string, label: string, value: Value | undefined): Value {
  if (value === undefined) throw new DomainError(where, "label", label, `the label of an ${where} of the program, after a run`);
  return value;
}
