import { DomainError } from "../errors.js";
import type { Backend, Executable, Numbers, Update } from "./backends/backend.js";
import { input } from "./operations/source.js";
import { refuseShape, type Shape, sameShape, showShape, sizeOf } from "./shape.js";
import type { Tensor } from "./tensor.js";

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
  /** Gives all memory back. */
  dispose(): void;
}

/**
 * Makes a program of a traced computation.
 *
 * @param backend - What computes, see `backend`.
 * @param inputs - Names of what each run is given.
 * @param trace - Called once for each new set of shapes, with a tensor for each input.
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
  const known = new Map<string, { readonly executable: Executable; readonly outputs: readonly Output[] }>();

  const prepared = (shapes: Readonly<Record<Input, Shape>>) => {
    const signature = inputs.map((label) => shapes[label].join()).join(";");
    const found = known.get(signature);
    if (found) return found;
    const tensors = Object.fromEntries(inputs.map((label) => [label, input(label, shapes[label])])) as Record<Input, Tensor>;
    const { outputs, updates = [] } = trace(tensors);
    for (const { variable, value } of updates) {
      if (!sameShape(variable.shape, value.shape))
        throw refuseShape("program", `the update of ${variable.name}`, value.shape, showShape(variable.shape));
    }
    const executable = backend.prepare({ inputs: tensors, outputs, updates });
    const made = { executable, outputs: Object.keys(outputs) as Output[] };
    known.set(signature, made);
    return made;
  };

  return {
    backend,
    at: (shapes) => prepared(shapes).executable,
    run(values) {
      const shapes = Object.fromEntries(inputs.map((label) => [label, shapeOf(label, values[label])])) as Record<Input, Shape>;
      const { executable, outputs } = prepared(shapes);
      for (const label of inputs) executable.input(label).set(values[label].values);
      executable.run();
      return Object.fromEntries(outputs.map((label) => [label, executable.output(label).slice()])) as Record<Output, Numbers>;
    },
    dispose() {
      for (const { executable } of known.values()) executable.dispose();
      known.clear();
    },
  };
}

function shapeOf(label: string, given: Values | undefined): Shape {
  if (!given) throw new DomainError("program.run", label, given, "values with a shape");
  if (given.values.length !== sizeOf(given.shape)) {
    throw refuseShape("program.run", label, [given.values.length], `${sizeOf(given.shape)} values for the shape ${showShape(given.shape)}`);
  }
  return given.shape;
}
