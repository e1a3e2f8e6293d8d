import { independent, key, type Matrix, normal, simulator, standardNormals } from "../../src/index.js";

const NOISE = 0.3;
/** x = A theta + noise. */
const A = [
  [1, 0.5],
  [0, 1],
] as const;

/** theta ~ N(0, I) in two dimensions, x ~ N(A theta, 0.09 I): the posterior is normal. */
export const linear = simulator(
  { name: "linear", parameters: { a: [-Infinity, Infinity], b: [-Infinity, Infinity] }, observables: ["u", "v"] },
  ({ a, b }, sample) => A.map(([p, q], i) => sample(`x${i}`, normal(p * a + q * b, NOISE))),
);
export const PRIOR = independent({ a: normal(0, 1), b: normal(0, 1) });
export const X = [1.2, 0.6];

/** Mean, covariance and draws of the exact posterior: C = (I + A^T A / s^2)^-1, m = C A^T x / s^2. */
export function exactPosterior(x: readonly number[] = X) {
  const s2 = NOISE ** 2;
  const [[p, q], [r, t]] = A;
  const precision = [1 + (p * p + r * r) / s2, (p * q + r * t) / s2, 1 + (q * q + t * t) / s2] as const;
  const det = precision[0] * precision[2] - precision[1] ** 2;
  const covariance = [precision[2] / det, -precision[1] / det, precision[0] / det] as const;
  const w = [(p * x[0]! + r * x[1]!) / s2, (q * x[0]! + t * x[1]!) / s2] as const;
  const mean = [covariance[0] * w[0] + covariance[1] * w[1], covariance[1] * w[0] + covariance[2] * w[1]] as const;
  return { mean, covariance };
}

/** Draws `[n, 2]` of the exact posterior. */
export function exactDraws(seed: number, n: number): Matrix {
  const { mean, covariance } = exactPosterior();
  const z = standardNormals(key(seed), 2 * n);
  const l11 = Math.sqrt(covariance[0]);
  const l21 = covariance[1] / l11;
  const l22 = Math.sqrt(covariance[2] - l21 * l21);
  const values = z.map((_, k) => (k % 2 === 0 ? mean[0] + l11 * z[k]! : mean[1] + l21 * z[k - 1]! + l22 * z[k]!));
  return { rows: n, columns: 2, values };
}
