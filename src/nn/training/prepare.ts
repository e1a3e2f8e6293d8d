import type { Backend } from "../../compute/index.js";
import { DomainError, ShapeError } from "../../errors.js";
import { fold, type Key, permutation } from "../../numerics/random.js";
import { assertSnapshot, type Checkpoint, type NamedVariables, namedVariables } from "./checkpoint.js";
import type { TrainingTask } from "./options.js";
import { type BatchProgram, lossProgram, stepProgram } from "./programs.js";
import type { Settings } from "./settings.js";
import { assertAlike, makeTable, type Table } from "./table.js";

/** What the loop is made of; all checked. */
export interface LoopParts {
  readonly backend: Backend;
  readonly settings: Settings;
  readonly named: { readonly network: NamedVariables; readonly optimiser: NamedVariables };
  /** Training rows of the data. */
  readonly rows: Uint32Array;
  readonly step: BatchProgram;
  readonly validation: { readonly rows: Uint32Array; readonly loss: BatchProgram } | undefined;
}

/** Child of the key that chooses the validation rows. */
const SPLIT = 0;

/** Checks the task, splits its rows and traces nothing yet. */
export function prepare(backend: Backend, task: TrainingTask<string>, settings: Settings): LoopParts {
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
