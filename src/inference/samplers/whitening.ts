import { type Matrix, zeros } from "../../numerics/matrix.js";
import type { Stream } from "../../numerics/random.js";
import type { ValuesAndGradients } from "../log-likelihood-function.js";
import type { Target } from "../posterior/target.js";

/** u = mean + L v: coordinates v in which the posterior has about unit covariance. */
export interface Whitening {
  readonly mean: Float64Array;
  /** L `[D, D]`, lower triangular. */
  readonly lower: Matrix;
}

/** Weight of the uncorrelated scales in the covariance, in points: few points know the scales before they know the correlations. */
const PRIOR_POINTS = 2;
/** Scale of a column without spread, as a part of its size: chains widen it again. */
const LEAST_SCALE = 1e-6;

/** The whitening by mean and covariance of points `[N, D]`, which may have weights `[N]`. */
export function whiteningOf(points: Matrix, weights?: Float64Array): Whitening {
  const { rows, columns: D } = points;
  const total = weights ? weights.reduce((sum, value) => sum + value, 0) : rows;
  const weightOf = (i: number) => (weights ? weights[i]! : 1) / total;
  const mean = new Float64Array(D);
  for (let i = 0; i < rows; i++) for (let d = 0; d < D; d++) mean[d]! += points.values[i * D + d]! * weightOf(i);
  const covariance = zeros(D, D);
  for (let i = 0; i < rows; i++) if (weightOf(i) > 0) addOuter(covariance, points, i, { mean, weight: weightOf(i) });
  const kept = total / (total + PRIOR_POINTS);
  for (let a = 0; a < D; a++) {
    for (let b = 0; b < a; b++) covariance.values[a * D + b]! *= kept;
    const least = LEAST_SCALE * Math.max(1e-3, Math.abs(mean[a]!));
    covariance.values[a * D + a] = Math.max(covariance.values[a * D + a]!, least ** 2);
  }
  return { mean, lower: factor(covariance) };
}

/** Adds weight (x - mean) (x - mean)^T of row i, in the lower triangle. */
function addOuter(
  covariance: Matrix,
  { values, columns: D }: Matrix,
  i: number,
  { mean, weight }: { mean: Float64Array; weight: number },
): void {
  for (let a = 0; a < D; a++) {
    const scaled = weight * (values[i * D + a]! - mean[a]!);
    for (let b = 0; b <= a; b++) covariance.values[a * D + b]! += scaled * (values[i * D + b]! - mean[b]!);
  }
}

/** Cholesky factor; a pivot lost to rounding is held at a small part of its variance, for a whitening need not be exact. */
function factor(covariance: Matrix): Matrix {
  const D = covariance.columns;
  const lower = zeros(D, D);
  for (let i = 0; i < D; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = covariance.values[i * D + j]!;
      for (let k = 0; k < j; k++) rest -= lower.values[i * D + k]! * lower.values[j * D + k]!;
      if (i === j) lower.values[i * D + i] = Math.sqrt(Math.max(rest, 1e-10 * covariance.values[i * D + i]!));
      else lower.values[i * D + j] = rest / lower.values[j * D + j]!;
    }
  }
  return lower;
}

/** v -> u, row by row. */
export function unwhitened({ mean, lower }: Whitening, v: Matrix): Matrix {
  const D = v.columns;
  const u = zeros(v.rows, D);
  for (let i = 0; i < v.rows; i++) {
    for (let a = 0; a < D; a++) {
      let total = mean[a]!;
      for (let b = 0; b <= a; b++) total += lower.values[a * D + b]! * v.values[i * D + b]!;
      u.values[i * D + a] = total;
    }
  }
  return u;
}

/** u -> v, row by row. */
export function whitened({ mean, lower }: Whitening, u: Matrix): Matrix {
  const D = u.columns;
  const v = zeros(u.rows, D);
  for (let i = 0; i < u.rows; i++) {
    for (let a = 0; a < D; a++) {
      let rest = u.values[i * D + a]! - mean[a]!;
      for (let b = 0; b < a; b++) rest -= lower.values[a * D + b]! * v.values[i * D + b]!;
      v.values[i * D + a] = rest / lower.values[a * D + a]!;
    }
  }
  return v;
}

/** The posterior, or a tempered one, over whitened coordinates: where the chains move. */
export interface Space {
  readonly dimension: number;
  /** log density `[M]` up to a constant. */
  logDensity(v: Matrix): Promise<Float64Array>;
  /** log density and gradient in v. */
  gradient(v: Matrix): Promise<ValuesAndGradients>;
}

/** The target at an inverse temperature in whitened coordinates. */
export function spaceOf(target: Target, whitening: Whitening, beta = 1): Space {
  return {
    dimension: target.dimension,
    logDensity: (v) => target.logDensity(unwhitened(whitening, v), beta),
    gradient: async (v) => {
      const { values, gradients } = await target.gradient(unwhitened(whitening, v));
      return { values, gradients: transposedProduct(whitening.lower, gradients) };
    },
  };
}

/** Rows g -> L^T g. */
function transposedProduct(lower: Matrix, rows: Matrix): Matrix {
  const D = rows.columns;
  const product = zeros(rows.rows, D);
  for (let i = 0; i < rows.rows; i++) {
    for (let a = 0; a < D; a++)
      for (let b = a; b < D; b++) product.values[i * D + a]! += lower.values[b * D + a]! * rows.values[i * D + b]!;
  }
  return product;
}

/** Where chains are, in whitened coordinates, with the random numbers of each. */
export interface Chains {
  /** `[C, D]`. */
  readonly position: Matrix;
  /** log density `[C]`. */
  readonly logDensity: Float64Array;
  readonly streams: readonly Stream[];
}
