import { cholesky, choleskyInverse } from "../numerics/cholesky.js";
import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { standardNormalQuantile } from "../numerics/normal-quantile.js";
import { quantileOfSorted } from "../numerics/quantiles.js";

/** Interquartile range of a standard normal variable. */
const NORMAL_RANGE = 2 * standardNormalQuantile(0.75);
/** Part of the correlation matrix that is replaced by the identity, as a multiple of columns over rows. */
const SHRINKAGE = 1;

/** Rows on a scale where most lie within a few units of 0, however heavy the tails. */
export interface Scaled {
  /** `[N, L]`; columns that do not vary are left out. */
  readonly rows: Matrix;
  /** Which columns of the original these are. */
  readonly columns: readonly number[];
}

/** Each column less its median, over its interquartile range as a normal variable's standard deviation. */
export function robustlyScaled({ rows, columns, values }: Matrix): Scaled {
  const places = Array.from({ length: columns }, (_, j) => j);
  const sorted = places.map((j) => Float64Array.from({ length: rows }, (_, i) => values[i * columns + j]!).sort());
  const varying = places.filter((j) => sorted[j]![0]! < sorted[j]!.at(-1)!);
  const scaled = zeros(rows, varying.length);
  varying.forEach((j, k) => {
    const middle = quantileOfSorted(sorted[j]!, 0.5);
    const scale = scaleOf(sorted[j]!);
    for (let i = 0; i < rows; i++) scaled.values[i * varying.length + k] = (values[i * columns + j]! - middle) / scale;
  });
  return { rows: scaled, columns: varying };
}

/** Interquartile range over a normal one; of a column that is mostly one value, its whole range. */
function scaleOf(sorted: Float64Array): number {
  const quartiles = (quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25)) / NORMAL_RANGE;
  return quartiles > 0 ? quartiles : sorted.at(-1)! - sorted[0]!;
}

/**
 * Inverse of a robust correlation matrix `[L, L]`: of normal scores of the ranks, drawn towards the identity by L / (L + N).
 *
 * @source Gnanadesikan, Kettenring 1972, Biometrics 28, 81, for correlations that no outlier can move
 */
export function robustPrecision(scaled: Matrix): Matrix {
  const { rows, columns } = scaled;
  const scores = Array.from({ length: columns }, (_, j) => normalScores(scaled, j));
  const shrinkage = (SHRINKAGE * columns) / (columns + rows);
  const correlation = zeros(columns, columns);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      const product = scores[i]!.reduce((total, score, row) => total + score * scores[j]![row]!, 0);
      const value = i === j ? 1 : (1 - shrinkage) * product;
      correlation.values[i * columns + j] = correlation.values[j * columns + i] = value;
    }
  }
  return choleskyInverse(cholesky({ where: "misspecification", argument: "the observables' correlation" }, correlation));
}

/** Normal quantiles of a column's ranks, ties sharing their mean rank, of length one. */
function normalScores({ rows, columns, values }: Matrix, j: number): Float64Array {
  const order = Uint32Array.from({ length: rows }, (_, i) => i).sort((a, b) => values[a * columns + j]! - values[b * columns + j]!);
  const scores = new Float64Array(rows);
  for (let start = 0, end = 0; start < rows; start = end) {
    const value = values[order[start]! * columns + j]!;
    while (end < rows && values[order[end]! * columns + j] === value) end++;
    for (let k = start; k < end; k++) scores[order[k]!] = standardNormalQuantile((start + end) / 2 / rows);
  }
  const length = Math.sqrt(scores.reduce((total, score) => total + score * score, 0)) || 1;
  return scores.map((score) => score / length);
}

/** Squared Mahalanobis distance of each row from 0 `[N]`. */
export function mahalanobis(scaled: Matrix, precision: Matrix): Float64Array {
  const size = scaled.columns;
  return Float64Array.from({ length: scaled.rows }, (_, i) => {
    const row = rowOf(scaled, i);
    let total = 0;
    for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) total += row[j]! * precision.values[j * size + k]! * row[k]!;
    return total;
  });
}

/** Distance of a point to its k-th nearest row. */
export function neighbourDistance(point: Float64Array, rows: Matrix, k: number): number {
  const nearest = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < rows.rows; i++) {
    let distance = 0;
    for (let j = 0; j < rows.columns; j++) distance += (point[j]! - rows.values[i * rows.columns + j]!) ** 2;
    if (distance < nearest[k - 1]!) {
      nearest[k - 1] = distance;
      nearest.sort();
    }
  }
  return Math.sqrt(nearest[k - 1]!);
}
