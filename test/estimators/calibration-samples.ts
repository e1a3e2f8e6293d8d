import type { CalibrationSample } from "../../src/estimators/calibration/calibration.js";
import type { Matrix } from "../../src/numerics/matrix.js";
import { fold, key, standardNormals } from "../../src/numerics/random.js";

/** A sample whose log r is known. */
export interface KnownSample extends CalibrationSample {
  readonly truth: Float64Array;
}

/** A column of numbers as theta0 `[N, 1]`. */
export function column(values: Float64Array): Matrix {
  return { rows: values.length, columns: 1, values };
}

/**
 * Normals of unit width around theta0 (label 0, n0 of them for each theta0) and around 0 (label 1, n1): log r = theta0 x - theta0^2 / 2. The
 * estimate is what `distort` makes of it.
 */
export function normals(
  distort: (logRatio: number, theta0: number) => number,
  { n0, n1, thetas = [1.2], seed = 1 }: { n0: number; n1: number; thetas?: readonly number[]; seed?: number },
): KnownSample {
  const rows = thetas.flatMap((theta, k) => {
    const noise = standardNormals(fold(key(seed), k), n0 + n1);
    return Array.from(noise, (u, i) => ({ label: i < n0 ? 0 : 1, theta, truth: theta * (i < n0 ? theta + u : u) - (theta * theta) / 2 }));
  });
  return {
    truth: Float64Array.from(rows, ({ truth }) => truth),
    logRatio: Float64Array.from(rows, ({ truth, theta }) => distort(truth, theta)),
    label: Float64Array.from(rows, ({ label }) => label),
    theta0: column(Float64Array.from(rows, ({ theta }) => theta)),
  };
}

/** Events sorted by a value and cut in `count` parts of equal number. */
export function parts(values: Float64Array, count: number): number[][] {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  return Array.from({ length: count }, (_, k) =>
    order.slice(Math.floor((k * order.length) / count), Math.floor(((k + 1) * order.length) / count)),
  );
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0) / values.length;
}
