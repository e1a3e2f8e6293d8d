import { cholesky, choleskyInverse } from "../../src/numerics/cholesky.js";
import { isMatrix, type Matrix, type MatrixLike, rowOf, zeros } from "../../src/numerics/matrix.js";
import type { ParameterRanges } from "../../src/numerics/parameters.js";
import { key, standardNormals } from "../../src/numerics/random.js";
import { logSumExp } from "../../src/numerics/sums.js";

/** A log-likelihood from a function of the row, in all forms that inference knows; `gradient` where one is given. */
export function likelihood<const Ranges extends ParameterRanges>(
  parameters: Ranges,
  f: (row: Float64Array) => number,
  gradient?: (row: Float64Array) => ArrayLike<number>,
) {
  const asMatrix = (thetas: MatrixLike): Matrix => {
    if (!isMatrix(thetas)) throw new TypeError("samplers pass matrices");
    return thetas;
  };
  const batch = (thetas: MatrixLike) => {
    const points = asMatrix(thetas);
    return Float64Array.from({ length: points.rows }, (_, i) => f(rowOf(points, i)));
  };
  const at = (theta: { readonly [Name in keyof Ranges]: number }) => f(Float64Array.from(Object.keys(parameters), (name) => theta[name]!));
  const whole = Object.assign(at, { parameters, batch });
  if (!gradient) return whole;
  return Object.assign(whole, {
    gradient: (thetas: Matrix) => {
      const gradients = zeros(thetas.rows, thetas.columns);
      for (let i = 0; i < thetas.rows; i++) rowOf(gradients, i).set(gradient(rowOf(thetas, i)));
      return { values: batch(thetas), gradients };
    },
  });
}

/** A range for each of D parameters t0, t1, ... */
export function ranges(D: number, low: number, high: number): ParameterRanges {
  return Object.fromEntries(Array.from({ length: D }, (_, d) => [`t${d}`, [low, high] as const]));
}

/** Normal density of D parameters with a fixed covariance A A^T + 0.2 I, of widths from about 0.5 to 2, inside a box. */
export function correlatedNormal(D: number, halfWidth = 40) {
  const A = { rows: D, columns: D, values: standardNormals(key(17), D * D).map((value) => 0.6 * value) };
  const covariance = zeros(D, D);
  for (let a = 0; a < D; a++) {
    for (let b = 0; b < D; b++) {
      for (let k = 0; k < D; k++) covariance.values[a * D + b]! += A.values[a * D + k]! * A.values[b * D + k]!;
      if (a === b) covariance.values[a * D + b]! += 0.2;
    }
  }
  const mean = Float64Array.from({ length: D }, (_, d) => 1 - 0.3 * d);
  const lower = cholesky({ where: "correlatedNormal", argument: "covariance" }, covariance);
  const precision = choleskyInverse(lower);
  const push = (row: ArrayLike<number>) =>
    Float64Array.from({ length: D }, (_, a) => {
      let total = 0;
      for (let b = 0; b < D; b++) total -= precision.values[a * D + b]! * (row[b]! - mean[b]!);
      return total;
    });
  const logDet = mean.reduce((total, _, d) => total + 2 * Math.log(lower.values[d * (D + 1)]!), 0);
  const f = (row: ArrayLike<number>) =>
    0.5 * push(row).reduce((total, value, d) => total + value * (row[d]! - mean[d]!), 0) - 0.5 * (D * Math.log(2 * Math.PI) + logDet);
  const logL = likelihood(ranges(D, -halfWidth, halfWidth), f, push);
  return { logL, mean, covariance, logEvidence: -D * Math.log(2 * halfWidth) };
}

/**
 * Twisted normal: a ~ N(0, 2), b given a ~ N(0.5 (a^2 - 4), 1), within wide ranges.
 * E a = 0, var a = 4, E b = 0, var b = 1 + var(a^2) / 4 = 1 + 2 * 16 / 4 = 9, E a^2 b = 0.5 var(a^2) = 16.
 *
 * @source Haario, Saksman, Tamminen 1999
 */
export const banana = likelihood(
  { a: [-30, 30], b: [-60, 200] },
  (row) => {
    const [a, b] = [row[0]!, row[1]!];
    return -(a * a) / 8 - 0.5 * (b - 0.5 * (a * a - 4)) ** 2 - Math.log(2 * Math.PI * 2);
  },
  (row) => {
    const [a, b] = [row[0]!, row[1]!];
    const rest = b - 0.5 * (a * a - 4);
    return [-a / 4 + rest * a, -rest];
  },
);

/** Mixture of 0.3 N(-4, 0.5 I) and 0.7 N(4, 0.5 I) in three parameters: modes 28 widths apart. */
export function twoModes() {
  const D = 3;
  const std = 0.5;
  const f = (row: ArrayLike<number>) => {
    const part = (weight: number, centre: number) => {
      let total = Math.log(weight);
      for (let d = 0; d < D; d++) total += -0.5 * ((row[d]! - centre) / std) ** 2 - Math.log(std) - 0.5 * Math.log(2 * Math.PI);
      return total;
    };
    return logSumExp([part(0.3, -4), part(0.7, 4)]);
  };
  // The other mode is out of sight: exp(-64 D) of this one.
  const gradient = (row: ArrayLike<number>) => Array.from({ length: D }, (_, d) => (near(row) - row[d]!) / std ** 2);
  const near = (row: ArrayLike<number>) => (row[0]! + row[1]! + row[2]! > 0 ? 4 : -4);
  return { logL: likelihood(ranges(D, -10, 10), f, gradient), logEvidence: -D * Math.log(20) };
}
