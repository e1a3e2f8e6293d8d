import {
  type Backend,
  type Executable,
  grad,
  mul,
  type NonFinite,
  type Program,
  program,
  type Shape,
  type Tensor,
  type Traced,
  type Variable,
} from "../../compute/index.js";
import { ShapeError } from "../../errors.js";
import { type GradientMap, globalNorm } from "../optimisers/clip.js";
import type { Optimiser, OptimiserState } from "../optimisers/optimiser.js";
import { makePass } from "../pass.js";
import type { TrainingTask } from "./options.js";
import { type Batch, batchShapes, batchValues, fillBatch, type Table } from "./table.js";

/** Labels of the inputs beside the data. */
export const KEY = "(key)";
export const FACTOR = "(factor)";

/** Values of the inputs beside the data, by label. */
export type Feeds = Readonly<Record<string, ArrayLike<number>>>;

/** Computes a batch; the executable holds what came out. */
export interface BatchProgram {
  run(batch: Batch, feeds: Feeds): Executable;
  /** Replays `run` with the current variables, and tells what made the first number that is not finite. */
  firstNonFinite(batch: Batch, feeds: Feeds): NonFinite | undefined;
  dispose(): void;
}

/** What a training step is traced from. */
export interface StepParts {
  readonly variables: readonly Variable[];
  readonly optimiser: Optimiser;
  readonly state: OptimiserState;
  readonly clip: GradientMap | undefined;
}

type Loss = TrainingTask<string>["loss"];

/** One step: loss, gradient, and new values of everything. */
export function stepProgram(backend: Backend, loss: Loss, { table, parts }: { table: Table; parts: StepParts }): BatchProgram {
  const { variables, optimiser, state, clip } = parts;
  const names = table.columns.map(({ name }) => name);
  const traced = program(backend, [...names, KEY, FACTOR], (inputs): Traced<"gradientNorm" | "learningRate" | "loss"> => {
    const factor = inputs[FACTOR]!;
    const pass = makePass({ training: true, key: inputs[KEY]! });
    const value = scalarLoss(loss(only(names, inputs), pass));
    const gradients = grad(
      value,
      variables.map(({ tensor }) => tensor),
    );
    const norm = globalNorm(gradients);
    const updates = [...state.update(clip ? clip(gradients, norm) : gradients, factor), ...pass.updates()];
    return { outputs: { loss: value, gradientNorm: norm, learningRate: mul(optimiser.learningRate, factor) }, updates };
  });
  return batched(traced, table, { [KEY]: [4], [FACTOR]: [] });
}

/** The loss as it is in use, with nothing updated. */
export function lossProgram(backend: Backend, loss: Loss, table: Table): BatchProgram {
  const names = table.columns.map(({ name }) => name);
  const traced = program(backend, [...names, KEY], (inputs): Traced<"loss"> => {
    return { outputs: { loss: scalarLoss(loss(only(names, inputs), makePass({ training: false, key: inputs[KEY]! }))) } };
  });
  return batched(traced, table, { [KEY]: [4] });
}

function batched(traced: Program<string, string>, table: Table, others: Readonly<Record<string, Shape>>): BatchProgram {
  const made = new Map<number, Executable>();
  return {
    run(batch, feeds) {
      const executable = made.get(batch.count) ?? traced.at({ ...batchShapes(table, batch.count), ...others });
      made.set(batch.count, executable);
      fillBatch(executable, table, batch);
      for (const label in feeds) executable.input(label).set(feeds[label]!);
      executable.run();
      return executable;
    },
    firstNonFinite(batch, feeds) {
      const fed = Object.entries(feeds).map(([label, values]) => [label, { shape: others[label]!, values }]);
      return traced.firstNonFinite({ ...batchValues(table, batch), ...Object.fromEntries(fed) });
    },
    dispose: () => traced.dispose(),
  };
}

function only(names: readonly string[], inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(names.map((name) => [name, inputs[name]!]));
}

function scalarLoss(loss: Tensor): Tensor {
  if (loss.shape.length === 0) return loss;
  throw new ShapeError("train", "loss", `[${loss.shape.join(", ")}]`, "[]", "take the mean over the rows of the batch");
}
