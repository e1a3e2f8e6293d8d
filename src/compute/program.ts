import { DomainError } from "../errors.js";
import type { Backend, Executable, Graph, Numbers, Update } from "./backends/backend.js";
import { firstNonFinite, type NonFinite } from "./debug.js";
import { input } from "./operations/source.js";
import { refuseShape, type Shape, sameShape, showShape, sizeOf } from "./shape.js";
import { sortedNodes, type Tensor, type Variable } from "./tensor.js";

/** What a trace gives. */
export interface Traced<Output extends string> {
  readonly outputs: Readonly<Record<Output, Tensor>>;
  /** Variables to be set by each run; all new values are computed before any is set. */
  readonly updates?: readonly Update[];
}

/** Values with a shape. */
export interface Values {
  readonly shape: Shape;
  /** Row-major. */
  readonly values: ArrayLike<number>;
}

/** A computation that is traced once for each set of input shapes and then replayed. */
export interface Program<Input extends string, Output extends string> {
  readonly backend: Backend;
  /** The computation for these shapes, made when asked for the first time. */
  at(shapes: Readonly<Record<Input, Shape>>): Executable;
  /** Runs it on these values; the results are copies. */
  run(values: Readonly<Record<Input, Values>>): Record<Output, Numbers>;
  /** Replays a run on these values and the current variables, and tells which operation made the first NaN or infinity. */
  firstNonFinite(values: Readonly<Record<Input, Values>>): NonFinite | undefined;
  /** Gives all memory back. */
  dispose(): void;
}

/**
 * Makes a program of a traced computation.
 *
 * @param backend - What computes, see `backend`.
 * @param inputs - Names of what each run is given.
 * @param trace - Called once for each new set of shapes, with a tensor for each input.
 * @throws {ShapeError} At the first run with a set of shapes: when they do not fit the operations, or an update its variable.
 * @throws {DomainError} Then too: when two updates set one variable, or the trace uses an input of something else.
 * @example
 * const w = variable("w", [3, 1]);
 * const step = program(await backend("auto"), ["x", "y"], ({ x, y }) => {
 *   const loss = mean(square(sub(matmul(x, w.tensor), y)));
 *   const [slope] = grad(loss, [w.tensor]);
 *   return { outputs: { loss }, updates: [{ variable: w, value: sub(w.tensor, mul(0.1, slope)) }] };
 * });
 * step.run({ x: { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }, y: { shape: [2, 1], values: [1, 2] } }).loss;
 */
export function program<const Input extends string, Output extends string>(
  backend: Backend,
  inputs: readonly Input[],
  trace: (inputs: Readonly<Record<Input, Tensor>>) => Traced<Output>,
): Program<Input, Output> {
  const known = new Map<string, Prepared<Output>>();

  const prepared = (shapes: Readonly<Record<Input, Shape>>) => {
    const signature = inputs.map((label) => signed(label, shapes[label])).join(";");
    const found = known.get(signature);
    if (found) return found;
    const tensors = Object.fromEntries(inputs.map((label) => [label, input(label, shapes[label])])) as Record<Input, Tensor>;
    const { outputs, updates = [] } = trace(tensors);
    const graph = { inputs: tensors, outputs, updates };
    assertGraph(graph);
    const made = { graph, executable: backend.prepare(graph), outputs: Object.keys(outputs) as Output[] };
    known.set(signature, made);
    return made;
  };

  const preparedFor = (values: Readonly<Record<Input, Values>>) =>
    prepared(Object.fromEntries(inputs.map((label) => [label, shapeOf(label, values[label])])) as Record<Input, Shape>);

  return {
    backend,
    at: (shapes) => prepared(shapes).executable,
    run(values) {
      const { executable, outputs } = preparedFor(values);
      for (const label of inputs) executable.input(label).set(values[label].values);
      executable.run();
      return Object.fromEntries(outputs.map((label) => [label, executable.output(label).slice()])) as Record<Output, Numbers>;
    },
    firstNonFinite(values) {
      const given = Object.fromEntries(inputs.map((label) => [label, values[label].values]));
      return firstNonFinite(preparedFor(values).graph, { inputs: given, variable: (variable) => backend.read(variable) });
    },
    dispose() {
      for (const { executable } of known.values()) executable.dispose();
      known.clear();
    },
  };
}

interface Prepared<Output extends string> {
  readonly graph: Graph;
  readonly executable: Executable;
  readonly outputs: readonly Output[];
}

function signed(label: string, shape: Shape | undefined): string {
  if (!shape) throw new DomainError("program.at", label, shape, "a shape");
  return shape.join();
}

function assertGraph({ inputs, outputs, updates }: Graph): void {
  const seen = new Set<Variable>();
  for (const { variable, value } of updates) {
    if (!sameShape(variable.shape, value.shape))
      throw refuseShape("program", `the update of ${variable.name}`, value.shape, showShape(variable.shape));
    if (seen.has(variable)) throw new DomainError("program", "updates", variable.name, "each variable once", "add the two changes up");
    seen.add(variable);
  }
  const own = new Set<Tensor>(Object.values(inputs));
  for (const node of sortedNodes([...Object.values(outputs), ...updates.map(({ value }) => value)])) {
    if (node.operation.name !== "input" || own.has(node)) continue;
    const advice = "list it among the program's inputs, and use the tensor that the trace is given";
    throw new DomainError("program", "trace", node.operation.label, "no input but the program's own", advice);
  }
}

function shapeOf(label: string, given: Values | undefined): Shape {
  if (!given) throw new DomainError("program.run", label, given, "values with a shape");
  if (given.values.length !== sizeOf(given.shape)) {
    throw refuseShape("program.run", label, [given.values.length], `${sizeOf(given.shape)} values for the shape ${showShape(given.shape)}`);
  }
  return given.shape;
}
