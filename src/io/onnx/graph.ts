import { toBytes } from "../model-file-arrays.js";
import { always, type Count } from "./count.js";
import { type Attribute, FLOAT, INT64, nodeMessage, tensorMessage } from "./messages.js";
import type { Message } from "./protobuf.js";

/** The nodes and initial values of an ONNX graph as they are put together; every value is known by its name. */
export class OnnxGraph {
  readonly nodes: Message[] = [];
  readonly initializers: Message[] = [];
  readonly #taken: Set<string>;
  readonly #used = new Map<string, number>();
  readonly #known = new Map<string, string>();

  /**
   * @param labels - Names of inputs and outputs; nothing else gets these.
   * @param first - Name of an input; the length of its first axis is N.
   */
  constructor(
    labels: Iterable<string>,
    readonly first: string,
  ) {
    this.#taken = new Set(labels);
  }

  /** A node; gives the name of its result. */
  node(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.pair(opType, inputs, { attributes, results: 1 })[0]!;
  }

  /** A node with several results. */
  pair(
    opType: string,
    inputs: readonly string[],
    { attributes, results }: { attributes: Readonly<Record<string, Attribute>>; results: number },
  ) {
    const outputs = Array.from({ length: results }, () => this.#fresh(opType));
    this.nodes.push(nodeMessage({ opType, inputs, outputs, attributes }));
    return outputs;
  }

  /** Puts a value under a label of the model. */
  output(label: string, value: string): void {
    this.nodes.push(nodeMessage({ opType: "Identity", inputs: [value], outputs: [label], attributes: {} }));
  }

  /** Numbers, rounded to float32. */
  floats(values: ArrayLike<number>, shape: readonly number[], name = "constant"): string {
    return this.#initializer({ name, shape, type: FLOAT, raw: toBytes(Float32Array.from(values)) });
  }

  /** One number, shape []; rises with the number of events where the count does. */
  scalar({ fixed, perEvent }: Count): string {
    return this.#once(`scalar ${Object.is(fixed, -0) ? "-0" : fixed} ${perEvent}`, () => {
      if (perEvent === 0) return this.floats([fixed], []);
      const floats = this.node("Cast", [this.ints([{ fixed, perEvent }])], { to: FLOAT });
      return this.node("Squeeze", [floats]);
    });
  }

  /** Whole numbers, shape [length]. */
  ints(counts: readonly Count[]): string {
    return this.#once(`ints ${counts.map(({ fixed, perEvent }) => `${fixed} ${perEvent}`).join()}`, () => {
      const fixed = this.#whole(counts.map((count) => count.fixed));
      if (counts.every(({ perEvent }) => perEvent === 0)) return fixed;
      const rising = this.node("Mul", [this.#events(), this.ints(counts.map(({ perEvent }) => always(perEvent)))]);
      return this.node("Add", [rising, fixed]);
    });
  }

  /** [N]. */
  #events(): string {
    return this.#once("events", () => this.node("Shape", [this.first], { start: 0, end: 1 }));
  }

  #whole(values: readonly number[]): string {
    const raw = new DataView(new ArrayBuffer(8 * values.length));
    for (const [i, value] of values.entries()) raw.setBigInt64(8 * i, BigInt(value), true);
    return this.#initializer({ name: "whole", shape: [values.length], type: INT64, raw: new Uint8Array(raw.buffer) });
  }

  #initializer({ name, ...fields }: Parameters<typeof tensorMessage>[0]): string {
    const fresh = this.#fresh(name);
    this.initializers.push(tensorMessage({ name: fresh, ...fields }));
    return fresh;
  }

  #once(key: string, make: () => string): string {
    const known = this.#known.get(key) ?? make();
    this.#known.set(key, known);
    return known;
  }

  #fresh(base: string): string {
    let used = this.#used.get(base) ?? 0;
    const named = () => (used === 0 ? base : `${base}_${used}`);
    while (this.#taken.has(named())) used++;
    const name = named();
    this.#used.set(base, used + 1);
    this.#taken.add(name);
    return name;
  }
}
