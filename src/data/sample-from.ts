import { DomainError, ShapeError } from "../errors.js";
import { isMatrix, type Matrix, type MatrixLike, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../numerics/parameters.js";
import { type Failure, type Failures, NO_FAILURES } from "./failures.js";
import type { LabelledSample, MinedSample, MinedSampleWithScore } from "./mined-sample.js";
import { takeRows } from "./mined-sample.js";
import { selectEvents } from "./sample-rows.js";
import type { Simulations } from "./simulations.js";

/** Names and ranges of what the user's arrays hold. */
export interface ArraysLayout<Ranges extends ParameterRanges> {
  /** Where the events come from; default "arrays". */
  readonly simulator?: string;
  /** Range of each parameter; the order of the names is the order of theta's columns. */
  readonly parameters: Ranges;
  /** Names of x's columns. */
  readonly observables: readonly string[];
  /** What becomes of events with a number that is not finite: `"stop"` (the default) refuses them, `"drop"` leaves them out and counts them in `failures`. */
  readonly failures?: "drop" | "stop";
}

/** theta of all events: one record for all, or a row for each. */
export type Thetas<Ranges extends ParameterRanges> = MatrixLike | Theta<Ranges>;

/** Events of two hypotheses in the user's arrays. */
export interface LabelledArrays<Ranges extends ParameterRanges> extends ArraysLayout<Ranges> {
  /** `[N, L]`. */
  readonly x: MatrixLike;
  readonly theta0: Thetas<Ranges>;
  readonly theta1: Thetas<Ranges>;
  /** 0 for events drawn from theta0, 1 for those from theta1, `[N]`. */
  readonly label: ArrayLike<number>;
}

/** With the joint log ratio `[N]`. */
export interface GoldArrays<Ranges extends ParameterRanges> extends LabelledArrays<Ranges> {
  readonly jointLogRatio: ArrayLike<number>;
}

/** With the joint score `[N, D]`. */
export interface ScoreArrays<Ranges extends ParameterRanges> extends GoldArrays<Ranges> {
  readonly jointScore: MatrixLike;
}

const WHERE = "sampleFromArrays";

/**
 * A sample from arrays that the user already has: a labelled one, or with the joint log ratio, and the joint score, a mined one.
 *
 * @param arrays - Names, ranges, and the arrays.
 * @returns The sample; its type says what it has.
 * @throws {ShapeError} When arrays differ in their number of rows or do not fit the names.
 * @throws {DomainError} When a number is not finite (unless dropped), a label not 0 or 1, or theta outside its range.
 * @example
 * const sample = sampleFromArrays({
 *   parameters: { mean: [-1, 1] }, observables: ["x"],
 *   x: [[0.3], [-0.2]], theta0: { mean: 0.5 }, theta1: { mean: 0 }, label: [0, 1],
 * });
 * sample.x.rows; // 2
 */
export function sampleFromArrays<const Ranges extends ParameterRanges>(arrays: ScoreArrays<Ranges>): MinedSampleWithScore<Ranges>;
export function sampleFromArrays<const Ranges extends ParameterRanges>(arrays: GoldArrays<Ranges>): MinedSample<Ranges>;
export function sampleFromArrays<const Ranges extends ParameterRanges>(arrays: LabelledArrays<Ranges>): LabelledSample<Ranges>;
export function sampleFromArrays<const Ranges extends ParameterRanges>(
  arrays: LabelledArrays<Ranges> & Partial<ScoreArrays<Ranges>>,
): LabelledSample<Ranges> {
  const { simulator = "arrays", parameters, observables, jointLogRatio, jointScore } = arrays;
  const D = Object.keys(parameters).length;
  const x = asMatrix("x", arrays.x, observables.length);
  const N = x.rows;
  const sample = {
    simulator,
    parameters,
    observables,
    seed: undefined,
    x,
    theta0: thetaRows("theta0", arrays.theta0, { parameters, N }),
    theta1: thetaRows("theta1", arrays.theta1, { parameters, N }),
    label: asColumn("label", arrays.label, N),
    failures: NO_FAILURES,
    ...(jointLogRatio && { jointLogRatio: asColumn("jointLogRatio", jointLogRatio, N) }),
    ...(jointScore && { jointScore: withRows("jointScore", asMatrix("jointScore", jointScore, D), N) }),
  };
  assertLabels(sample.label);
  const { failures, kept } = finiteRows(
    arrays,
    { x, ...(jointLogRatio && { jointLogRatio: column(sample.jointLogRatio!) }), ...(jointScore && { jointScore: sample.jointScore! }) },
    sample.theta0,
  );
  return kept.length === N ? sample : { ...selectEvents(sample as MinedSample<Ranges>, kept), failures };
}

/**
 * Simulations from arrays that the user already has.
 *
 * @param arrays - Names, ranges, x `[N, L]` and theta.
 * @returns Simulations, for density and posterior estimators, histograms, and the NRE methods.
 * @throws {ShapeError} When the arrays differ in their number of rows or do not fit the names.
 * @throws {DomainError} When a number is not finite (unless dropped), or theta outside its range.
 */
export function simulationsFromArrays<const Ranges extends ParameterRanges>(
  arrays: ArraysLayout<Ranges> & { readonly x: MatrixLike; readonly theta: Thetas<Ranges> },
): Simulations<Ranges> {
  const { simulator = "arrays", parameters, observables } = arrays;
  const x = asMatrix("x", arrays.x, observables.length);
  const theta = thetaRows("theta", arrays.theta, { parameters, N: x.rows });
  const { failures, kept } = finiteRows(arrays, { x }, theta);
  return { simulator, parameters, observables, seed: undefined, theta: takeRows(theta, kept), x: takeRows(x, kept), failures };
}

function asMatrix(argument: string, given: MatrixLike, columns: number): Matrix {
  if (isMatrix(given)) {
    if (given.columns !== columns) throw new ShapeError(WHERE, argument, `[${given.rows}, ${given.columns}]`, `[N, ${columns}]`);
    return given;
  }
  const matrix = zeros(given.length, columns);
  for (let i = 0; i < given.length; i++) {
    const item = given[i]!;
    const row = typeof item === "number" ? [item] : item;
    if (row.length !== columns) throw new ShapeError(WHERE, `${argument}[${i}]`, `[${row.length}]`, `[${columns}]`);
    matrix.values.set(row, i * columns);
  }
  return matrix;
}

function withRows(argument: string, matrix: Matrix, N: number): Matrix {
  if (matrix.rows !== N)
    throw new ShapeError(WHERE, argument, `[${matrix.rows}, ${matrix.columns}]`, `[${N}, ${matrix.columns}], as many rows as x`);
  return matrix;
}

function asColumn(argument: string, values: ArrayLike<number>, N: number): Float64Array {
  if (values.length !== N) throw new ShapeError(WHERE, argument, `[${values.length}]`, `[${N}], as many as x has rows`);
  return Float64Array.from(values);
}

function column(values: Float64Array): Matrix {
  return { rows: values.length, columns: 1, values };
}

function thetaRows<Ranges extends ParameterRanges>(
  argument: string,
  given: Thetas<Ranges>,
  { parameters, N }: { readonly parameters: Ranges; readonly N: number },
): Matrix {
  const names = Object.keys(parameters);
  const isRecord = typeof given === "object" && !("length" in given) && !isMatrix(given);
  if (isRecord) {
    const row = toRow(WHERE, argument, given as Theta, parameters);
    const matrix = zeros(N, names.length);
    for (let i = 0; i < N; i++) matrix.values.set(row, i * names.length);
    return matrix;
  }
  const matrix = withRows(argument, asMatrix(argument, given as MatrixLike, names.length), N);
  Object.entries(parameters).forEach(([name, [low, high]], j) => {
    for (let i = 0; i < N; i++) {
      const value = matrix.values[i * names.length + j]!;
      if (!(value >= low && value <= high)) {
        throw new DomainError(
          WHERE,
          `${argument}[${i}].${name}`,
          value,
          `a number in [${low}, ${high}]`,
          "widen the range of the parameter",
        );
      }
    }
  });
  return matrix;
}

function assertLabels(label: Float64Array): void {
  const bad = label.findIndex((y) => y !== 0 && y !== 1);
  if (bad >= 0) throw new DomainError(WHERE, `label[${bad}]`, label[bad], "0 (drawn from theta0) or 1 (drawn from theta1)");
}

/** Rows without NaN and infinities; refuses the others or tells which they are. */
function finiteRows<Ranges extends ParameterRanges>(
  { failures = "stop", parameters }: ArraysLayout<Ranges>,
  matrices: Readonly<Record<string, Matrix>>,
  theta: Matrix,
): { readonly failures: Failures; readonly kept: Uint32Array } {
  const N = theta.rows;
  const faults = new Map<number, string>();
  for (const [name, { columns, values }] of Object.entries(matrices)) {
    for (let k = 0; k < values.length; k++) {
      if (Number.isFinite(values[k])) continue;
      const [i, j] = [Math.floor(k / columns), k % columns];
      const place = name === "jointLogRatio" ? `${name}[${i}]` : `${name}[${i}][${j}]`;
      if (failures === "stop") {
        throw new DomainError(WHERE, place, values[k], "a finite number", 'leave such events out, or say failures: "drop"');
      }
      if (!faults.has(i)) faults.set(i, `${place} is ${values[k]}`);
    }
  }
  const kept = Uint32Array.from({ length: N }, (_, i) => i).filter((i) => !faults.has(i));
  if (faults.size === 0) return { failures: NO_FAILURES, kept };
  const names = Object.keys(parameters);
  const examples = [...faults].sort(([a], [b]) => a - b).slice(0, 100);
  const told = examples.map(([event, reason]): Failure => {
    const record = Object.fromEntries(names.map((name, j) => [name, theta.values[event * names.length + j]!]));
    return { event, theta: record, reason };
  });
  return { failures: { count: faults.size, examples: told }, kept };
}
