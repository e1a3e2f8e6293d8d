import { type Backend, type Numbers, sizeOf, type Variable } from "../../compute/index.js";
import { DomainError, ShapeError } from "../../errors.js";
import type { Key } from "../../numerics/random.js";
import type { EpochRecord } from "./history.js";

/** Values of variables by name. */
export type Snapshot = Readonly<Record<string, Numbers>>;

/** Sums over the rows of an epoch so far. */
export interface EpochSums {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** All that a training needs to go on: a plain record of numbers, strings and typed arrays. */
export interface Checkpoint {
  readonly key: Key;
  /** Training rows; a checkpoint fits only these. */
  readonly rows: number;
  readonly batchSize: number;
  /** Whole epochs done. */
  readonly epoch: number;
  /** Steps done in the epoch that has begun. */
  readonly step: number;
  /** Of the epoch that has begun. */
  readonly sums: EpochSums;
  readonly history: readonly EpochRecord[];
  /** The network's variables and state, by name. */
  readonly variables: Snapshot;
  /** What the optimiser keeps, by name. */
  readonly optimiser: Snapshot;
  /** The best epoch and the network after it; absent before the first has ended. */
  readonly best: BestEpoch | undefined;
}

/** An epoch and the network after it. */
export interface BestEpoch {
  readonly record: EpochRecord;
  readonly variables: Snapshot;
}

/** Variables by name; the second of a name is called "name#2". */
export type NamedVariables = ReadonlyMap<string, Variable>;

export function namedVariables(variables: Iterable<Variable>): NamedVariables {
  const named = new Map<string, Variable>();
  for (const variable of variables) {
    let name = variable.name;
    for (let n = 2; named.has(name); n++) name = `${variable.name}#${n}`;
    named.set(name, variable);
  }
  return named;
}

/** A copy of what they hold. */
export function readVariables(backend: Backend, named: NamedVariables): Snapshot {
  return Object.fromEntries([...named].map(([name, variable]) => [name, backend.read(variable)]));
}

/** Sets what they hold; the snapshot is theirs. */
export function writeVariables(backend: Backend, named: NamedVariables, snapshot: Snapshot): void {
  for (const [name, variable] of named) backend.write(variable, snapshot[name]!);
}

/**
 * Refuses a snapshot of other variables.
 *
 * @param argument - What the user calls it.
 */
export function assertSnapshot(argument: string, named: NamedVariables, snapshot: Snapshot): void {
  const advice = "resume with the network and the optimiser that the checkpoint was made with";
  const missing = [...named.keys()].filter((name) => !Object.hasOwn(snapshot, name));
  const unknown = Object.keys(snapshot).filter((name) => !named.has(name));
  if (missing.length + unknown.length > 0) {
    throw new DomainError("train", argument, Object.keys(snapshot), `values of ${[...named.keys()].join(", ")}`, advice);
  }
  for (const [name, { shape }] of named) {
    const { length } = snapshot[name]!;
    if (length !== sizeOf(shape)) throw new ShapeError("train", `${argument}.${name}`, `[${length}]`, `[${sizeOf(shape)}]`, advice);
  }
}
