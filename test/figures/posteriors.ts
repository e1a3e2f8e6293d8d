import type { SbcLike } from "../../src/figures/sbc.js";
import { key, type Matrix, standardNormals, uniforms } from "../../src/index.js";

/** Standard normals `[n, d]`, each correlated with the one before by rho. */
export function normalSamples(n: number, d: number, seed: number, rho = 0.6): Matrix {
  const z = standardNormals(key(seed), n * d);
  const values = new Float64Array(n * d);
  for (let at = 0; at < n * d; at++) values[at] = at % d === 0 ? z[at]! : rho * values[at - 1]! + Math.sqrt(1 - rho * rho) * z[at]!;
  return { rows: n, columns: d, values };
}

/** Posterior of two moons at x = (0, 0), drawn through the closed form: two crescents `[n, 2]`. */
export function moons(n: number, seed: number): Matrix {
  const u = uniforms(key(seed), 2 * n);
  const z = standardNormals(key(seed + 1), n);
  const values = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const angle = Math.PI * (u[i]! - 0.5);
    const radius = 0.1 + 0.01 * z[i]!;
    const sum = (u[n + i]! < 0.5 ? 1 : -1) * Math.SQRT2 * (0.25 + radius * Math.cos(angle));
    const difference = Math.SQRT2 * radius * Math.sin(angle);
    values.set([(sum - difference) / 2, (sum + difference) / 2], 2 * i);
  }
  return { rows: n, columns: 2, values };
}

/** Ranks of two parameters, those of the second skewed by a power, with pointwise bands of three standard errors. */
export function exactSbc(n: number, draws: number, seed: number, power: number): SbcLike {
  const u = uniforms(key(seed), 2 * n);
  const values = u.map((value, at) => Math.floor((draws + 1) * (at % 2 === 1 ? value ** power : value)));
  const z = Float64Array.from({ length: draws }, (_, k) => (k + 1) / (draws + 1));
  const high = z.map((value) => 3 * Math.sqrt((value * (1 - value)) / n));
  const parameters = ["slope", "offset"].map((name, d) => {
    const ranks = values.filter((_, at) => at % 2 === d);
    const difference = z.map((value) => ranks.filter((rank) => (rank + 1) / (draws + 1) <= value).length / n - value);
    return { name, ecdf: { z, difference, low: high.map((value) => -value), high } };
  });
  return { draws, ranks: { rows: n, columns: 2, values }, parameters };
}

/** A noisy sine, and one without noise as the observation. */
export function timeSeries(length: number, n: number, seed: number): { times: number[]; replicated: Matrix; observed: number[] } {
  const times = Array.from({ length }, (_, i) => i / 4);
  const z = standardNormals(key(seed), n * length);
  const values = z.map((value, at) => Math.sin(times[at % length]!) * (1 + 0.2 * z[at - (at % length)]!) + 0.1 * value);
  return { times, replicated: { rows: n, columns: length, values }, observed: times.map((t) => 1.1 * Math.sin(t)) };
}
