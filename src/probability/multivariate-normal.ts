import { DomainError, ShapeError } from "../errors.js";
import { cholesky, choleskyInverse } from "../numerics/cholesky.js";
import { isMatrix, type Matrix, type MatrixLike, toMatrix } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Stream } from "../numerics/random.js";
import type { Prior } from "./independent.js";
import { coordinate, sampleRows } from "./joint.js";

/** Options of `multivariateNormal`: the covariance or its inverse, not both. */
export type MultivariateNormalOptions<Name extends string = string> = {
  /** Location of each parameter, in its unit; the order of the names is the order of rows and columns. */
  readonly mean: { readonly [Parameter in Name]: number };
} & (
  | {
      /** Covariance `[D, D]`, symmetric and positive definite, in products of the parameters' units. Larger spreads the draws. */
      readonly covariance: MatrixLike;
      readonly precision?: never;
    }
  | {
      /** Inverse covariance `[D, D]`, symmetric and positive definite. Larger gathers the draws. */
      readonly precision: MatrixLike;
      readonly covariance?: never;
    }
);

/** A normal distribution over named parameters. */
export interface MultivariateNormal<Name extends string = string> extends Prior<Name> {
  /** Location of each parameter. */
  readonly mean: { readonly [Parameter in Name]: number };
  /** Covariance `[D, D]`. */
  readonly covariance: Matrix;
}

const WHERE = "multivariateNormal";
const LOG_TWO_PI = Math.log(2 * Math.PI);
/** Elements (i, j) and (j, i) may differ by this part of sqrt(a_ii a_jj): rounding of whatever made the matrix. */
const ASYMMETRY = 1e-9;

/**
 * Normal distribution over named parameters that depend on each other.
 *
 * log p(theta) = -(theta - mean)^T C^-1 (theta - mean) / 2 - log det(2 pi C) / 2
 *
 * @param options - Mean by name, and covariance C or precision C^-1, a matrix or rows.
 * @returns A prior over records of those names.
 * @throws {DomainError} When a mean is not finite, the matrix is not symmetric or not positive definite, both or neither are given; from `logProb` when a name is missing.
 * @throws {ShapeError} When the matrix is not `[D, D]` for D names.
 * @example
 * multivariateNormal({ mean: { a: 0, b: 1 }, covariance: [[1, 0.5], [0.5, 1]] }).logProb({ a: 0, b: 1 }); // -1.694036030183...
 */
export function multivariateNormal<const Name extends string>(options: MultivariateNormalOptions<Name>): MultivariateNormal<Name> {
  const names = Object.keys(options.mean) as Name[];
  if (names.length === 0) throw new DomainError(WHERE, "mean", options.mean, "at least one parameter");
  const mean = Float64Array.from(names, (name) => finite(options.mean[name], name));
  const { covariance, lower } = factored(options, names.length);
  const logNormaliser = 0.5 * names.length * LOG_TWO_PI + logDiagonal(lower);
  const draw = (source: Stream, row: Float64Array) => drawCorrelated(source, row, { mean, lower });
  return {
    names,
    parameters: Object.fromEntries(names.map((name) => [name, [-Infinity, Infinity]])) as ParameterRanges as Prior<Name>["parameters"],
    mean: options.mean,
    covariance,
    logProb(theta) {
      const offset = names.map((name, j) => coordinate(theta, name) - mean[j]!);
      return -0.5 * squaredLength(lower, offset) - logNormaliser;
    },
    sample: (key, n) => sampleRows(draw, key, { n, columns: names.length }),
    draw,
  };
}

function finite(value: number, name: string): number {
  if (!Number.isFinite(value)) throw new DomainError(WHERE, `mean.${name}`, value, "a finite number");
  return value;
}

/** The covariance and its lower triangular factor. */
function factored({ covariance, precision }: MultivariateNormalOptions, size: number): { covariance: Matrix; lower: Matrix } {
  if ((covariance === undefined) === (precision === undefined)) {
    throw new DomainError(WHERE, "covariance and precision", [covariance, precision], "one of the two");
  }
  const argument = covariance === undefined ? "precision" : "covariance";
  const given = symmetric(argument, squareOf(argument, (covariance ?? precision)!, size));
  const source = { where: WHERE, argument, advice: "check for parameters that are copies or sums of others" };
  const lower = cholesky(source, given);
  if (covariance !== undefined) return { covariance: given, lower };
  const inverted = choleskyInverse(lower);
  return { covariance: inverted, lower: cholesky(source, inverted) };
}

function squareOf(argument: string, value: MatrixLike, size: number): Matrix {
  const rows = isMatrix(value) ? value.rows : value.length;
  if (rows !== size) throw new ShapeError(WHERE, argument, `[${rows}, ...]`, `[${size}, ${size}]`, "one row and one column for each mean");
  return toMatrix(WHERE, argument, value, size);
}

/** A copy, exactly symmetric. */
function symmetric(argument: string, { rows: size, values }: Matrix): Matrix {
  const copy = values.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const [below, above] = [values[i * size + j]!, values[j * size + i]!];
      const scale = Math.sqrt(Math.abs(values[i * size + i]! * values[j * size + j]!));
      if (!(Math.abs(below - above) <= ASYMMETRY * scale)) {
        throw new DomainError(WHERE, `${argument}[${i}][${j}]`, below, `${above} as in [${j}][${i}]`, "pass a symmetric matrix");
      }
      copy[i * size + j] = copy[j * size + i] = (below + above) / 2;
    }
  }
  return { rows: size, columns: size, values: copy };
}

function logDiagonal({ rows: size, values }: Matrix): number {
  let total = 0;
  for (let i = 0; i < size; i++) total += Math.log(values[i * size + i]!);
  return total;
}

/** |L^-1 v|^2 by forward substitution; v becomes L^-1 v. */
function squaredLength({ rows: size, values }: Matrix, v: number[]): number {
  let total = 0;
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) v[i]! -= values[i * size + k]! * v[k]!;
    v[i]! /= values[i * size + i]!;
    total += v[i]! ** 2;
  }
  return total;
}

/** mean + L z, from the last row up, so that z may stand where the point will. */
function drawCorrelated(source: Stream, row: Float64Array, { mean, lower }: { readonly mean: Float64Array; readonly lower: Matrix }): void {
  const size = mean.length;
  for (let i = 0; i < size; i++) row[i] = source.normal();
  for (let i = size - 1; i >= 0; i--) {
    let value = mean[i]!;
    for (let k = 0; k <= i; k++) value += lower.values[i * size + k]! * row[k]!;
    row[i] = value;
  }
}
