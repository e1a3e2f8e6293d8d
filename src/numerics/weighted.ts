import { columnOf, type Matrix, rowOf, zeros } from "./matrix.js";
import { type Key, stream } from "./random.js";
import { cumulativeSum, sum } from "./sums.js";

/**
 * The weights over their sum.
 *
 * @param weights - None negative, some positive, `[N]`.
 * @returns `[N]`, with sum one.
 * @example
 * normalised([1, 3]); // 0.25, 0.75
 */
export function normalised(weights: ArrayLike<number>): Float64Array {
  const total = sum(weights);
  return Float64Array.from(weights, (weight) => weight / total);
}

/**
 * How many equally weighted draws are worth as much as these, 1 / sum_i w_i^2.
 *
 * @param weights - Normalised, `[N]`.
 * @returns From 1 to N.
 * @source Kong, Liu, Wong 1994, Journal of the American Statistical Association 89, 278
 * @example
 * effectiveSize([0.5, 0.5, 0]); // 2
 */
export function effectiveSize(weights: ArrayLike<number>): number {
  return 1 / sum(Float64Array.from(weights, (weight) => weight * weight));
}

/** Mean and covariance (divisor 1) of rows `[N, D]` under normalised weights `[N]`. */
export function weightedMoments(rows: Matrix, weights: ArrayLike<number>): { readonly mean: Float64Array; readonly covariance: Matrix } {
  const columns = Array.from({ length: rows.columns }, (_, j) => columnOf(rows, j));
  const mean = Float64Array.from(columns, (column) => sum(column.map((value, i) => weights[i]! * value)));
  const covariance = zeros(rows.columns, rows.columns);
  columns.forEach((a, j) => {
    for (let k = 0; k <= j; k++) {
      const value = sum(a.map((value, i) => weights[i]! * (value - mean[j]!) * (columns[k]![i]! - mean[k]!)));
      covariance.values[j * rows.columns + k] = covariance.values[k * rows.columns + j] = value;
    }
  });
  return { mean, covariance };
}

/**
 * Quantile of a weighted sample: linear between the values, of which the k-th rising one stands at S_k / S_N,
 * S_k = (k - 1) w_k + (N - 1) sum_(i < k) w_i. With equal weights this is `quantileOf`. Values of no weight count for nothing.
 *
 * @param values - `[N]`.
 * @param weights - Normalised, `[N]`.
 * @param p - Probability in [0, 1].
 * @returns The quantile.
 * @example
 * weightedQuantile([1, 2, 4], [0.25, 0.5, 0.25], 0.5); // 2
 */
export function weightedQuantile(values: ArrayLike<number>, weights: ArrayLike<number>, p: number): number {
  const order = Array.from({ length: values.length }, (_, i) => i)
    .filter((i) => weights[i]! > 0)
    .sort((a, b) => values[a]! - values[b]!);
  let before = 0;
  const places = order.map((i, k) => {
    const place = k * weights[i]! + (order.length - 1) * before;
    before += weights[i]!;
    return place;
  });
  const target = p * places.at(-1)!;
  const above = Math.max(
    0,
    places.findIndex((place) => place >= target),
  );
  const upper = values[order[above]!]!;
  if (above === 0 || places[above] === target) return upper;
  const lower = values[order[above - 1]!]!;
  return lower + ((target - places[above - 1]!) / (places[above]! - places[above - 1]!)) * (upper - lower);
}

/** n indices drawn with replacement, each with the probability of its weight; weights `[N]` are normalised. */
export function drawIndices(key: Key, n: number, weights: ArrayLike<number>): Uint32Array {
  const source = stream(key);
  const cumulative = cumulativeSum(weights);
  return new Uint32Array(n).map(() => indexAt(cumulative, source.uniform()));
}

/** The index whose share of the cumulated weights holds u times their sum, by bisection: an index of weight zero never. */
export function indexAt(cumulative: Float64Array, u: number): number {
  const target = u * cumulative.at(-1)!;
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Rows by number `[n, D]`. */
export function rowsAt(matrix: Matrix, indices: ArrayLike<number>): Matrix {
  const chosen = zeros(indices.length, matrix.columns);
  for (let i = 0; i < indices.length; i++) rowOf(chosen, i).set(rowOf(matrix, indices[i]!));
  return chosen;
}
