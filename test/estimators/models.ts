import { NO_FAILURES } from "../../src/data/failures.js";
import type { Simulations } from "../../src/data/simulations.js";
import { zeros } from "../../src/numerics/matrix.js";
import type { ParameterRanges } from "../../src/numerics/parameters.js";
import { fold, key, standardNormals, uniforms } from "../../src/numerics/random.js";

/** Simulations from rows of parameters and rows of observables. */
export function simulationsOf<const Ranges extends ParameterRanges>(
  parameters: Ranges,
  rows: readonly { readonly theta: ArrayLike<number>; readonly x: ArrayLike<number> }[],
): Simulations<Ranges> {
  const [theta, x] = [zeros(rows.length, rows[0]!.theta.length), zeros(rows.length, rows[0]!.x.length)];
  rows.forEach((row, i) => {
    theta.values.set(Array.from(row.theta), i * theta.columns);
    x.values.set(Array.from(row.x), i * x.columns);
  });
  return {
    simulator: "test",
    parameters,
    observables: Array.from({ length: x.columns }, (_, j) => `x${j}`),
    seed: 0,
    theta,
    x,
    failures: NO_FAILURES,
  };
}

/** n normal events of unit width at each mean of a grid. */
export function normalGrid(means: readonly number[], n: number, seed = 1): Simulations<{ mean: readonly [-5, 5] }> {
  const rows = means.flatMap((mean, k) => Array.from(standardNormals(fold(key(seed), k), n), (u) => ({ theta: [mean], x: [mean + u] })));
  return simulationsOf({ mean: [-5, 5] }, rows);
}

/** One normal event of unit width at each of n means from a standard normal prior. */
export function normalFromPrior(n: number, seed = 1): Simulations<{ mean: readonly [-9, 9] }> {
  const [prior, noise] = [standardNormals(fold(key(seed), 0), n), standardNormals(fold(key(seed), 1), n)];
  return simulationsOf(
    { mean: [-9, 9] },
    Array.from(prior, (mean, i) => ({ theta: [mean], x: [mean + noise[i]!] })),
  );
}

/** n draws from probabilities of 0, 1, ... */
export function drawIntegers(seed: number, n: number, probabilities: Float64Array): Float64Array {
  return uniforms(key(seed), n).map((u) => {
    let rest = u;
    let k = 0;
    while (k < probabilities.length - 1 && rest >= probabilities[k]!) rest -= probabilities[k++]!;
    return k;
  });
}

/** int f over [low, high] by the midpoint rule. */
export function integrate(f: (x: number) => number, low: number, high: number, cells = 4000): number {
  const width = (high - low) / cells;
  return Array.from({ length: cells }, (_, i) => f(low + (i + 0.5) * width) * width).reduce((a, b) => a + b);
}
