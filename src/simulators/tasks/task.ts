import { DomainError, ShapeError } from "../../errors.js";
import { type Matrix, type MatrixLike, rowOf, toMatrix, zeros } from "../../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow, toTheta } from "../../numerics/parameters.js";
import type { Key } from "../../numerics/random.js";
import type { Prior } from "../../probability/independent.js";
import { type DrawRow, sampleRows } from "../../probability/joint.js";
import type { Simulator } from "../contract.js";

/** The exact log-likelihood of one observation, as inference takes it. */
export interface ExactLogLikelihood<Ranges extends ParameterRanges = ParameterRanges> {
  /** log p(x given theta). */
  (theta: Theta<Ranges>): number;
  readonly parameters: Ranges;
  /** Values `[M]` at the rows of theta `[M, D]`. */
  batch(thetas: MatrixLike): Float64Array;
  /** Values `[M]` at the rows of theta `[M, D]`, and the gradients in theta `[M, D]`; absent where the likelihood is not smooth or its slope is not written down. */
  gradient?(thetas: Matrix): { readonly values: Float64Array; readonly gradients: Matrix };
}

/** The exact posterior of one observation. */
export interface ExactPosterior {
  /** log p(theta given x) at the rows of theta `[M, D]`, normalised; -Infinity outside the prior. */
  logProb(thetas: MatrixLike): Float64Array;
  /** n independent draws `[n, D]`; the same key gives the same draws. */
  sample(key: Key, n: number): Matrix;
}

/** A simulator of the benchmark of simulation-based inference: with its prior, its exact likelihood, and its posterior where that has a closed form. */
export interface BenchmarkTask<Ranges extends ParameterRanges = ParameterRanges> extends Simulator<Ranges> {
  /** Where the parameters come from. */
  readonly prior: Prior<keyof Ranges & string>;
  /**
   * The exact log-likelihood of one observation.
   *
   * @param x - Observation `[L]`, in the order of `observables`.
   * @returns log p(x given theta) as a function of theta, with a form for many rows.
   * @throws {ShapeError} When x has another length.
   * @throws {DomainError} When x holds a number that is not finite; from the function when theta is outside its range.
   */
  logLikelihood(x: ArrayLike<number>): ExactLogLikelihood<Ranges>;
  /**
   * The exact posterior of one observation, where it can be written down.
   *
   * @param x - Observation `[L]`.
   * @returns Its density and independent draws.
   * @throws {ShapeError} When x has another length.
   * @throws {DomainError} When x holds a number that is not finite, or is so far from all that the prior can give that the posterior has no digits left.
   */
  exactPosterior?(x: ArrayLike<number>): ExactPosterior;
}

/** What a task knows beyond its simulator. */
export interface TaskKnowledge<Ranges extends ParameterRanges> {
  readonly prior: Prior<keyof Ranges & string>;
  /** log p(x given theta) for an x `[L]`, as a function of theta's row `[D]`. */
  readonly logProb: (x: Float64Array) => (theta: Float64Array) => number;
  /** Gradient of log p(x given theta) in theta `[D]`, where it has a closed form. */
  readonly score?: (x: Float64Array) => (theta: Float64Array) => Float64Array;
}

/** A task whose posterior is known. */
export type SolvedTask<Ranges extends ParameterRanges> = BenchmarkTask<Ranges> & Required<Pick<BenchmarkTask<Ranges>, "exactPosterior">>;

/** A simulator with its prior and its exact likelihood. */
export function benchmarkTask<Ranges extends ParameterRanges>(
  simulator: Simulator<Ranges>,
  { prior, logProb, score }: TaskKnowledge<Ranges>,
): BenchmarkTask<Ranges> {
  const logLikelihood = (x: ArrayLike<number>) => {
    const row = observed("logLikelihood", simulator, x);
    return likelihoodOf(simulator.parameters, logProb(row), score?.(row));
  };
  return { ...simulator, prior, logLikelihood };
}

/** The same with its exact posterior. */
export function solvedTask<Ranges extends ParameterRanges>(
  simulator: Simulator<Ranges>,
  { exactPosterior, ...knowledge }: TaskKnowledge<Ranges> & { readonly exactPosterior: (x: Float64Array) => ExactPosterior },
): SolvedTask<Ranges> {
  const checked = (x: ArrayLike<number>) => exactPosterior(observed("exactPosterior", simulator, x));
  return { ...benchmarkTask(simulator, knowledge), exactPosterior: checked };
}

function likelihoodOf<Ranges extends ParameterRanges>(
  parameters: Ranges,
  logProb: (theta: Float64Array) => number,
  score: ((theta: Float64Array) => Float64Array) | undefined,
): ExactLogLikelihood<Ranges> {
  const ranges = Object.values(parameters);
  const inRange = (row: Float64Array) => ranges.every(([low, high], j) => row[j]! >= low && row[j]! <= high);
  const at = (theta: Theta<Ranges>) => logProb(toRow("logLikelihood", "theta", theta, parameters));
  const batch = (thetas: MatrixLike) => {
    const rows = toMatrix("logLikelihood", "thetas", thetas, ranges.length);
    return Float64Array.from({ length: rows.rows }, (_, i) => {
      const row = rowOf(rows, i);
      if (!inRange(row)) toRow("logLikelihood", `thetas[${i}]`, toTheta(row, parameters), parameters);
      return logProb(row);
    });
  };
  const gradient = (thetas: Matrix) => {
    const gradients = zeros(thetas.rows, thetas.columns);
    for (let i = 0; i < thetas.rows; i++) rowOf(gradients, i).set(score!(rowOf(thetas, i)));
    return { values: batch(thetas), gradients };
  };
  return Object.assign(at, { parameters, batch, ...(score && { gradient }) });
}

/** An observation `[L]`, checked. */
function observed(where: string, { name, observables }: Pick<Simulator, "name" | "observables">, x: ArrayLike<number>): Float64Array {
  if (x.length !== observables.length) {
    const advice = `${name} observes ${observables.length <= 10 ? observables.join(", ") : `${observables.length} numbers`}`;
    throw new ShapeError(where, "x", `[${x.length}]`, `[${observables.length}]`, advice);
  }
  const row = Float64Array.from(x);
  const bad = row.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DomainError(where, `x.${observables[bad]}`, row[bad], "a finite number");
  return row;
}

/** An exact posterior from its density and its draws, row by row. */
export function posteriorOf(
  names: readonly string[],
  { logProb, draw }: { readonly logProb: (theta: Float64Array) => number; readonly draw: DrawRow },
): ExactPosterior {
  return {
    logProb(thetas) {
      const rows = toMatrix("exactPosterior.logProb", "thetas", thetas, names.length);
      return Float64Array.from({ length: rows.rows }, (_, i) => logProb(rowOf(rows, i)));
    },
    sample: (key, n) => sampleRows(draw, key, { n, columns: names.length }),
  };
}

/** Names `theta1`, `theta2`, ...: what a task without names of its own calls its columns. */
export function numbered<const Name extends string>(name: Name, n: number): `${Name}${number}`[] {
  return Array.from({ length: n }, (_, j): `${Name}${number}` => `${name}${j + 1}`);
}
