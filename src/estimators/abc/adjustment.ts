/**
 * Regression adjustment: the accepted parameters are moved to where they would be had their data sets been the observed one, by a
 * local-linear regression in u, the parameters taken to the whole of space by `toUnbounded`, so that they stay in their ranges.
 *
 *   u_i = alpha + beta^T (s_i - s) + e_i,   weights w_i (1 - (d_i / tolerance)^2) (Epanechnikov's kernel)
 *   linear:           u_i* = alpha + e_i
 *   heteroscedastic:  u_i* = alpha + e_i sigma(s) / sigma(s_i),   log sigma^2 linear in s_i - s, fitted to log e_i^2
 *
 * It takes away the larger part of what the tolerance does where the posterior moves smoothly with the summaries; far from linear
 * it can mislead: a smaller tolerance shows it, since the adjustment then moves less.
 *
 * @module
 * @source Beaumont, Zhang, Balding 2002, Genetics 162, 2025, equations 3-7; Blum, François 2010, Statistics and Computing 20, 63, equation 5
 */
import { DomainError } from "../../errors.js";
import { cholesky, choleskySolve } from "../../numerics/cholesky.js";
import { columnOf, type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { sum } from "../../numerics/sums.js";
import { normalised, weightedMoments } from "../../numerics/weighted.js";
import { toUnbounded } from "../../probability/bijection.js";
import type { Accepted } from "./posterior.js";

const ADJUSTMENTS: readonly Adjustment[] = ["none", "linear", "heteroscedastic"];

/** How accepted parameters are adjusted. */
export type Adjustment = "heteroscedastic" | "linear" | "none";

/** Refuses an adjustment that there is not. */
export function assertAdjustment(where: string, adjustment: Adjustment): void {
  if (!ADJUSTMENTS.includes(adjustment)) throw new DomainError(where, "adjustment", adjustment, `one of ${ADJUSTMENTS.join(", ")}`);
}

/** What an adjustment needs beside the points. */
export interface AdjustmentSetting {
  readonly where: string;
  readonly parameters: ParameterRanges;
  /** Observed summaries `[K]`. */
  readonly target: Float64Array;
  readonly tolerance: number;
}

const ADVICE = 'leave out summaries that are constant or follow from others, or set adjustment: "none"';

/** Moves the accepted points, and gives them the kernel's weights. */
export function adjust(points: Accepted, adjustment: Adjustment, setting: AdjustmentSetting): Accepted {
  if (adjustment === "none" || points.distances.every((distance) => distance === 0)) return points;
  const { where, parameters, target, tolerance } = setting;
  const weights = points.weights.map((weight, i) => weight * (1 - (points.distances[i]! / tolerance) ** 2));
  assertEnough(where, weights, target.length);
  const regression = new LocalRegression(where, centred(points.summaries, target), normalised(weights));
  const map = toUnbounded(parameters);
  const u = map.forwardAndLogDet(points.theta).rows;
  for (let d = 0; d < u.columns; d++) {
    const moved = adjustColumn(columnOf(u, d), regression, adjustment === "heteroscedastic");
    moved.forEach((value, i) => {
      u.values[i * u.columns + d] = value;
    });
  }
  return { ...points, theta: map.inverseAndLogDet(u).rows, weights };
}

function adjustColumn(u: Float64Array, regression: LocalRegression, heteroscedastic: boolean): Float64Array {
  const { intercept, trend } = regression.fit(u);
  const residuals = u.map((value, i) => value - intercept - trend[i]!);
  // Residuals that are rounding of u have no scale to adjust.
  const scale = Math.max(...u.map(Math.abs)) * 1e-12;
  if (!heteroscedastic || residuals.some((residual) => Math.abs(residual) <= scale))
    return residuals.map((residual) => intercept + residual);
  const logVariance = regression.fit(residuals.map((residual) => Math.log(residual ** 2))).trend;
  return residuals.map((residual, i) => intercept + residual * Math.exp(-0.5 * logVariance[i]!));
}

function assertEnough(where: string, weights: Float64Array, summaries: number): void {
  const count = weights.filter((weight) => weight > 0).length;
  const needed = summaries + 2;
  if (count >= needed) return;
  const advice = 'simulate more, raise the tolerance or the quantile, or set adjustment: "none"';
  throw new DomainError(
    where,
    "accepted data sets nearer than the tolerance",
    count,
    `at least ${needed} for ${summaries} summaries`,
    advice,
  );
}

/** Rows minus the target. */
function centred(rows: Matrix, target: Float64Array): Matrix {
  const values = rows.values.map((value, place) => value - target[place % rows.columns]!);
  return { ...rows, values };
}

/** Weighted least squares of a column on the summaries' offsets `[M, K]` and a constant. */
class LocalRegression {
  private readonly mean: Float64Array;
  private readonly scales: Float64Array;
  private readonly lower: Matrix;

  constructor(
    where: string,
    private readonly offsets: Matrix,
    private readonly weights: Float64Array,
  ) {
    const { mean, covariance } = weightedMoments(offsets, weights);
    this.mean = mean;
    this.scales = mean.map((_, k) => Math.sqrt(covariance.values[k * (mean.length + 1)]!));
    const flat = this.scales.findIndex((scale, k) => !(scale > 1e-12 * Math.abs(mean[k]!)));
    if (flat >= 0) throw new DomainError(where, `summary[${flat}]'s spread among the accepted data sets`, 0, "a positive spread", ADVICE);
    this.lower = cholesky({ where, argument: "the accepted summaries' correlation", advice: ADVICE }, correlation(covariance, this.scales));
  }

  /** The value at the target, and how far the fit at each row is from it `[M]`. */
  fit(values: Float64Array): { readonly intercept: number; readonly trend: Float64Array } {
    const { offsets, weights, mean, scales } = this;
    const average = sum(values.map((value, i) => weights[i]! * value));
    const moments = scales.map((scale, k) =>
      sum(values.map((value, i) => (weights[i]! * (value - average) * (rowOf(offsets, i)[k]! - mean[k]!)) / scale)),
    );
    const slopes = choleskySolve(this.lower, moments).map((slope, k) => slope / scales[k]!);
    const along = (row: Float64Array) => sum(slopes.map((slope, k) => slope * row[k]!));
    return { intercept: average - along(mean), trend: values.map((_, i) => along(rowOf(offsets, i))) };
  }
}

function correlation(covariance: Matrix, scales: Float64Array): Matrix {
  const matrix = zeros(scales.length, scales.length);
  matrix.values.forEach((_, place) => {
    const [j, k] = [Math.floor(place / scales.length), place % scales.length];
    matrix.values[place] = covariance.values[place]! / (scales[j]! * scales[k]!);
  });
  return matrix;
}
