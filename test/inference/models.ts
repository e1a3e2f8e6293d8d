import type { Matrix } from "../../src/numerics/matrix.js";
import { rowOf } from "../../src/numerics/matrix.js";
import { key, standardNormals, uniforms } from "../../src/numerics/random.js";

/** Normal of known width; the mean is the parameter. */
export function normalMean(std = 1, range: readonly [number, number] = [-10, 10]) {
  return {
    parameters: { mean: range },
    observables: ["x"],
    logProb: (x: Matrix, { mean }: { readonly mean: number }) =>
      x.values.map((value) => -0.5 * ((value - mean) / std) ** 2 - Math.log(std) - 0.5 * Math.log(2 * Math.PI)),
  };
}

/** Bernoulli with probability p. */
export const coin = {
  parameters: { p: [0, 1] as const },
  logProb: (x: Matrix, { p }: { readonly p: number }) => x.values.map((heads) => Math.log(heads === 1 ? p : 1 - p)),
};

/** Two correlated normals of unit width whose means are the parameters. */
export function twoMeans(rho: number) {
  return {
    parameters: { a: [-5, 5] as const, b: [-8, 8] as const },
    logProb: (x: Matrix, { a, b }: { readonly a: number; readonly b: number }) =>
      Float64Array.from({ length: x.rows }, (_, i) => {
        const [u, v] = [rowOf(x, i)[0]! - a, rowOf(x, i)[1]! - b];
        return -(u * u - 2 * rho * u * v + v * v) / (2 * (1 - rho * rho)) - Math.log(2 * Math.PI) - 0.5 * Math.log(1 - rho * rho);
      }),
  };
}

/** n draws of a normal. */
export function normals(seed: number, n: number, mean = 0, std = 1): Float64Array {
  return standardNormals(key(seed), n).map((u) => mean + std * u);
}

/** n draws of a coin. */
export function flips(seed: number, n: number, p: number): Float64Array {
  return uniforms(key(seed), n).map((u) => (u < p ? 1 : 0));
}

/** Average of `[N]`. */
export function average(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0) / values.length;
}

/** A coin seen `heads` times up in n. */
export function coins(heads: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => (i < heads ? 1 : 0));
}
