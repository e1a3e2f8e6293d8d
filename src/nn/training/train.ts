/**
 * The one training loop: every estimator is trained by it.
 *
 * @module
 */
import type { Backend } from "../../compute/index.js";
import { DomainError, ShapeError } from "../../errors.js";
import { fold, type Key, permutation } from "../../numerics/random.js";
import { progress } from "../../platform/progress.js";
import { assertSnapshot, type Checkpoint, namedVariables } from "./checkpoint.js";
import { Loop, type LoopParts } from "./loop.js";
import type { Training, TrainingOptions, TrainingTask } from "./options.js";
import { lossProgram, stepProgram } from "./programs.js";
import { type Settings, settle } from "./settings.js";
import { assertAlike, makeTable, type Table } from "./table.js";

/** Children of the key: one for each kind of randomness. */
const SPLIT = 0;

/**
 * Trains a network by stochastic gradient descent on mini-batches.
 *
 * Each epoch goes once through all training rows in an order of its own; its last batch may be smaller, and a mean over
 * an epoch is one over its rows. After each epoch the loss is evaluated on the validation rows; when training ends, for
 * whatever reason, the backend holds the weights of the epoch where that was least. The same key, data and options give
 * the same bits on one backend, whether training was interrupted and resumed or not. Training gives the event loop a
 * turn every 30 ms.
 *
 * @param backend - Where the variables live.
 * @param task - Network, data and loss.
 * @param options - See `TrainingOptions`.
 * @returns History, best epoch, why it ended, and a checkpoint.
 * @throws {DomainError} When an option or a value of the data is out of range, or the checkpoint is of another training.
 * @throws {ShapeError} When arrays differ in their number of rows or do not fill their shapes, or the loss is no single number.
 * @throws {NotConvergedError} When the loss or its gradient is not finite; `best` tells where, and carries the history.
 * @throws The signal's reason, when it was aborted before the first step.
 * @example
 * const network = mlp({ inputs: 2, hidden: [100, 100], outputs: 1 }, key(1));
 * const loss = ({ x, y }) => mean(square(sub(network.apply(x), y)));
 * const { history, best } = await train(backend, { network, data: { x, y }, loss }, { key: key(2), epochs: 20, patience: 5 });
 */
export async function train<Name extends string>(backend: Backend, task: TrainingTask<Name>, options: TrainingOptions): Promise<Training> {
  const settings = settle(options, task.validationData !== undefined);
  const loop = new Loop(prepare(backend, task as TrainingTask<string>, settings));
  settings.signal.throwIfAborted();
  const shown = progress(task.label ?? "train", loop.totalSteps, "steps");
  try {
    return await loop.run(shown);
  } finally {
    shown.end();
    loop.dispose();
  }
}

function prepare(backend: Backend, task: TrainingTask<string>, settings: Settings): LoopParts {
  const { network, data, loss } = task;
  if (network.variables.length === 0) throw new DomainError("train", "network", network.variables, "a network with variables");
  const table = makeTable("data", data);
  const rows = splitRows(table, settings);
  const [variables, optimiser] = [[...new Set(network.variables)], settings.optimiser];
  const state = optimiser.init(variables);
  const named = { network: namedVariables([...variables, ...network.state]), optimiser: namedVariables(state.variables) };
  const validation = validationRows(task, table, rows.validation);
  if (settings.resume) assertResumable(settings.resume, { key: settings.key, rows: rows.training.length, batchSize: settings.batchSize });
  if (settings.resume) {
    assertSnapshot("resume.variables", named.network, settings.resume.variables);
    assertSnapshot("resume.optimiser", named.optimiser, settings.resume.optimiser);
  }
  return {
    backend,
    settings,
    named,
    rows: rows.training,
    step: stepProgram(backend, loss, { table, parts: { variables, optimiser, state, clip: settings.clip } }),
    validation: validation && { rows: validation.rows, loss: lossProgram(backend, loss, validation.table) },
  };
}

function splitRows({ rows }: Table, { key, validation }: Settings): { training: Uint32Array; validation: Uint32Array } {
  const held = validation === 0 ? 0 : Math.max(1, Math.round(validation * rows));
  if (held >= rows) {
    throw new DomainError("train", "validation", validation, `a part that leaves some of the ${rows} rows for training`, "give more data");
  }
  const order = held === 0 ? Uint32Array.from({ length: rows }, (_, i) => i) : permutation(fold(key, SPLIT), rows);
  return { training: order.subarray(held), validation: order.subarray(0, held) };
}

function validationRows({ validationData }: TrainingTask<string>, data: Table, held: Uint32Array) {
  if (!validationData) return held.length > 0 ? { table: data, rows: held } : undefined;
  const table = makeTable("validationData", validationData);
  assertAlike(data, table);
  return { table, rows: Uint32Array.from({ length: table.rows }, (_, i) => i) };
}

function assertResumable(resume: Checkpoint, now: { key: Key; rows: number; batchSize: number }): void {
  const advice = "give the options and data that the checkpoint was made with";
  if (resume.rows !== now.rows) throw new ShapeError("train", "resume", `[${resume.rows}]`, `[${now.rows}] training rows`, advice);
  for (const name of ["key", "batchSize"] as const) {
    if (JSON.stringify(resume[name]) === JSON.stringify(now[name])) continue;
    throw new DomainError("train", `resume.${name}`, resume[name], `${JSON.stringify(now[name])}, as in the options`, advice);
  }
}
