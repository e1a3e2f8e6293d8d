import { type Matrix, rowOf } from "../numerics/matrix.js";
import { type ParameterRanges, toTheta } from "../numerics/parameters.js";
import { type Failures, MOST_EXAMPLES, NO_FAILURES } from "./failures.js";
import type { LabelledSample, MinedSample } from "./mined-sample.js";
import { selectEvents } from "./sample-rows.js";

/** What the rows of a file of mined events are besides their columns. */
export interface MinedHeader {
  readonly simulator: string;
  readonly parameters: ParameterRanges;
  readonly observables: readonly string[];
  readonly seed: number;
  /** Events that the run is to have. */
  readonly n: number;
  /** K of a marginal denominator. */
  readonly draws: number | undefined;
  readonly score: boolean;
  readonly denominatorScore: boolean;
  /** Checksum of the first events' theta0 and theta1, by which a run with other hypotheses is told. */
  readonly hypotheses: string;
}

/** Names of the columns of a file of mined events; `failed` is 1 for a simulation that gave no event. */
export function minedColumnNames({ parameters, observables, score, denominatorScore }: MinedHeader): string[] {
  const named = (what: string, names: readonly string[]) => names.map((name) => `${what}.${name}`);
  const thetas = Object.keys(parameters);
  return [
    ...named("theta0", thetas),
    ...named("theta1", thetas),
    ...named("x", observables),
    "label",
    "jointLogRatio",
    ...(score ? named("jointScore", thetas) : []),
    ...(denominatorScore ? named("denominatorScore", thetas) : []),
    "failed",
  ];
}

/** Rows as columns. */
export function toMinedColumns(
  header: MinedHeader,
  rows: Pick<LabelledSample, "label" | "theta0" | "theta1" | "x"> & {
    readonly jointLogRatio: Float64Array;
    readonly jointScore: Matrix | undefined;
    readonly denominatorScore: Matrix | undefined;
    readonly failed: Float64Array;
  },
): Record<string, Float64Array> {
  const columns: Float64Array[] = [];
  const push = (matrix: Matrix | undefined) => {
    for (let j = 0; matrix && j < matrix.columns; j++) {
      columns.push(Float64Array.from({ length: matrix.rows }, (_, i) => matrix.values[i * matrix.columns + j]!));
    }
  };
  push(rows.theta0);
  push(rows.theta1);
  push(rows.x);
  columns.push(rows.label, rows.jointLogRatio);
  push(rows.jointScore);
  push(rows.denominatorScore);
  columns.push(rows.failed);
  return Object.fromEntries(minedColumnNames(header).map((name, k) => [name, columns[k]!]));
}

/** Columns as a sample, without the events that failed; the first row is that of event `from`. */
export function fromMinedColumns(header: MinedHeader, columns: Readonly<Record<string, Float64Array>>, from: number): MinedSample {
  const { simulator, parameters, observables, seed, draws, score, denominatorScore } = header;
  const matrix = (what: string, names: readonly string[]): Matrix => {
    const parts = names.map((name) => columns[`${what}.${name}`]!);
    const rows = columns.label!.length;
    const values = Float64Array.from({ length: rows * parts.length }, (_, i) => parts[i % parts.length]![Math.floor(i / parts.length)]!);
    return { rows, columns: parts.length, values };
  };
  const thetas = Object.keys(parameters);
  const failed = columns.failed!;
  const sample: MinedSample = {
    simulator,
    parameters,
    observables,
    seed,
    theta0: matrix("theta0", thetas),
    theta1: matrix("theta1", thetas),
    ...(draws !== undefined && { marginal: { draws } }),
    x: matrix("x", observables),
    label: columns.label!,
    jointLogRatio: columns.jointLogRatio!,
    ...(score && { jointScore: matrix("jointScore", thetas) }),
    ...(denominatorScore && { denominatorScore: matrix("denominatorScore", thetas) }),
    failures: NO_FAILURES,
  };
  const kept = Uint32Array.from(failed.keys()).filter((i) => failed[i] === 0);
  if (kept.length === failed.length) return sample;
  return { ...selectEvents(sample, kept), failures: failuresOf(sample, failed, from) };
}

/** What a file knows of the simulations that gave no event. */
function failuresOf({ theta0, theta1, label, parameters }: MinedSample, failed: Float64Array, from: number): Failures {
  const rows = Array.from(failed.keys()).filter((i) => failed[i] !== 0);
  const examples = rows.slice(0, MOST_EXAMPLES).map((i) => ({
    event: from + i,
    theta: toTheta(rowOf(label[i] === 0 ? theta0 : theta1, i), parameters),
    reason: "the file does not say; mine the event again to see",
  }));
  return { count: rows.length, examples };
}
