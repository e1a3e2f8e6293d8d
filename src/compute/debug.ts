/**
 * Where a NaN or an infinity came from: a graph is replayed on the reference backend and followed back from its results.
 *
 * @module
 */
import type { Graph } from "./backends/backend.js";
import { evaluate, type Step, stepsOf } from "./backends/reference/evaluate.js";
import { constantNumber } from "./operations/source.js";
import { type Shape, showShape, stridesOf } from "./shape.js";
import type { Operation, Tensor, Variable } from "./tensor.js";

/** What a graph is replayed with. */
export interface ReplayValues {
  /** By label, row-major. */
  readonly inputs: Readonly<Record<string, ArrayLike<number>>>;
  /** Current values of a variable; default: the first ones. */
  readonly variable?: (variable: Variable) => ArrayLike<number>;
}

/** The first number that is not finite on the way to a result. */
export interface NonFinite {
  /** The operation that made it from finite numbers; "input" or "variable" when the data held it. */
  readonly operation: string;
  /** Of the data, where it was in them. */
  readonly label?: string;
  /** Of the operation's result. */
  readonly shape: Shape;
  /** Where in it. */
  readonly index: readonly number[];
  readonly value: number;
  /** What the operation had there: the numbers at the same place of elementwise operations, else the largest of each input in size. */
  readonly from: readonly number[];
  /** The result that it reached: an output's label or an updated variable's name. */
  readonly result: string;
  /** All this in a sentence. */
  readonly message: string;
}

/** One number of the replay. */
interface Place {
  readonly node: Tensor;
  /** Row-major. */
  readonly at: number;
}

/**
 * The operation that made the first NaN or infinity among those that reached an output or an update; undefined when all
 * results are finite. Every operation is rounded to float32, so that what overflows there does here.
 *
 * @example
 * const x = input("x", [2]);
 * const graph = { inputs: { x }, outputs: { loss: sum(log(x)) }, updates: [] };
 * firstNonFinite(graph, { inputs: { x: [1, 0] } })?.message; // log gave -Infinity at [1] of its result [2], from 0; ...
 */
export function firstNonFinite(graph: Graph, { inputs, variable = ({ initial }) => initial }: ReplayValues): NonFinite | undefined {
  const results: [string, Tensor][] = [
    ...Object.entries(graph.outputs).map(([label, tensor]): [string, Tensor] => [`the output "${label}"`, tensor]),
    ...graph.updates.map(({ variable, value }): [string, Tensor] => [`the update of "${variable.name}"`, value]),
  ];
  const steps = stepsOf(results.map(([, tensor]) => tensor));
  const leaf = ({ operation }: Tensor) =>
    Float64Array.from(
      operation.name === "variable" ? variable(operation.variable) : inputs[operation.name === "input" ? operation.label : ""]!,
    );
  const replay = new Replay(steps, evaluate(steps, { leaf, round: Math.fround }));
  for (const [result, node] of results) {
    const at = replay.values(node).findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return replay.describe(replay.origin({ node, at }), { result, value: replay.value({ node, at }) });
  }
  return undefined;
}

class Replay {
  readonly #composed: ReadonlyMap<Tensor, Tensor>;

  constructor(
    steps: readonly Step[],
    readonly computed: ReadonlyMap<Tensor, Float64Array>,
  ) {
    this.#composed = new Map(steps.flatMap(({ node, composed }) => (composed ? [[node, composed]] : [])));
  }

  values = (node: Tensor): Float64Array => this.computed.get(node)!;
  value = ({ node, at }: Place): number => this.values(node)[at]!;

  /** Follows a number back as long as what it was made from was not finite either. */
  origin(place: Place): Place {
    for (let here = place; ; ) {
      const source = this.#source(here);
      if (!source) return here;
      here = source;
    }
  }

  #source({ node, at }: Place): Place | undefined {
    const composed = this.#composed.get(node);
    if (composed) return { node: composed, at };
    const wanted = this.value({ node, at });
    const suspects = this.#suspects({ node, at });
    return suspects.find((place) => Object.is(this.value(place), wanted)) ?? (movesValues(node.operation) ? undefined : suspects[0]);
  }

  /** The numbers that are not finite among those that this one may have been made from; constants were meant so. */
  #suspects({ node, at }: Place): Place[] {
    const bad = (value: number) => !Number.isFinite(value);
    return taken(node, (i) => this.values(node.inputs[i]!)[at]!).flatMap((input): Place[] => {
      if (constantNumber(input) !== undefined || input.operation.name === "constant") return [];
      if (isElementwise(node.operation)) return bad(this.value({ node: input, at })) ? [{ node: input, at }] : [];
      const values = this.values(input);
      const kinds = [values.findIndex(Number.isNaN), values.findIndex(bad), values.indexOf(-Infinity), values.indexOf(Infinity)];
      return kinds.filter((found) => found >= 0).map((found) => ({ node: input, at: found }));
    });
  }

  describe({ node, at }: Place, reached: { readonly result: string; readonly value: number }): NonFinite {
    const { operation, shape } = node;
    const [value, index] = [this.value({ node, at }), indexOf(at, shape)];
    const from = node.inputs.map((input) => (isElementwise(operation) ? this.value({ node: input, at }) : largest(this.values(input))));
    const data = operation.name === "input" ? operation.label : operation.name === "variable" ? operation.variable.name : undefined;
    const made =
      data === undefined
        ? `${nameOf(operation)} gave ${value} at ${showShape(index)} of its result ${showShape(shape)}, from ${sources(operation, from)}`
        : `the ${operation.name} "${data}" ${showShape(shape)} holds ${value} at ${showShape(index)}`;
    return {
      operation: nameOf(operation),
      ...(data !== undefined && { label: data }),
      shape,
      index,
      value,
      from,
      result: reached.result,
      message: `${made}; with it ${reached.result} became ${reached.value}`,
    };
  }
}

/** The inputs that took part in the number: all but the side that select left. */
function taken({ operation, inputs }: Tensor, numberOf: (input: number) => number): readonly Tensor[] {
  return operation.name === "select" ? [inputs[numberOf(0) !== 0 ? 1 : 2]!] : inputs;
}

/** Whether each number is made from those at the same row-major place. */
const isElementwise = ({ name }: Operation): boolean => ["unary", "binary", "select", "stop", "reshape"].includes(name);

/** Whether numbers only change place, so that what comes out bad went in the same. */
const movesValues = ({ name }: Operation): boolean =>
  ["broadcast", "transpose", "slice", "pad", "concatenate", "gather", "reshape", "stop", "select"].includes(name);

function nameOf(operation: Operation): string {
  if (operation.name === "reduce") return operation.fn === "max" ? "maximum" : "sum";
  return operation.name === "unary" || operation.name === "binary" ? operation.fn : operation.name;
}

const sources = (operation: Operation, from: readonly number[]): string =>
  isElementwise(operation) ? from.join(" and ") : `inputs of at most ${from.join(" and ")} in size`;

const largest = (values: Float64Array): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

const indexOf = (at: number, shape: Shape): number[] => {
  const strides = stridesOf(shape);
  return shape.map((length, axis) => Math.floor(at / strides[axis]!) % length);
};
