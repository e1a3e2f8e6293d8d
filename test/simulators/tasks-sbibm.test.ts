import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { columnOf, type Matrix, rowOf } from "../../src/numerics/matrix.js";
import { toTheta } from "../../src/numerics/parameters.js";
import { key } from "../../src/numerics/random.js";
import { twisterNormals } from "../../src/simulators/tasks/mersenne-twister.js";
import type { BenchmarkTask } from "../../src/simulators/tasks/task.js";
import { type BenchmarkTaskName, benchmarkTasks } from "../../src/simulators/tasks/tasks.js";
import { meanAndError, twoSampleDistance } from "../support/numbers.js";

// The benchmark's own observations and reference posteriors are no part of this repository: where they are missing there is nothing to compare with.
const FOLDER = fileURLToPath(new URL("../../../shared/sbibm", import.meta.url));
const MISSING = !existsSync(FOLDER);
const NAMES = Object.keys(benchmarkTasks) as BenchmarkTaskName[];

interface Shipped {
  readonly observation: number[];
  readonly trueTheta: number[];
  readonly referencePosterior: number[][];
}

const read = (file: string): unknown => JSON.parse(gunzipSync(readFileSync(`${FOLDER}/${file}.json.gz`)).toString());
const shipped = (name: string, i: number) => read(`${name}/observation-${i}`) as Shipped;
const taskOf = (name: BenchmarkTaskName): BenchmarkTask => benchmarkTasks[name]();

const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  columns: rows[0]!.length,
  values: Float64Array.from(rows.flat()),
});

describe.skipIf(MISSING).each(NAMES.filter((name) => benchmarkTasks[name]().exactPosterior))("the posterior of %s", (name) => {
  it.each([1, 2, 3, 4, 5])("is that of the reference samples, observation %i", (number) => {
    const { observation, referencePosterior } = shipped(name, number);
    const reference = matrixOf(referencePosterior);
    const draws = taskOf(name).exactPosterior!(observation).sample(key(number), reference.rows);
    const D = reference.columns;
    const columns = (rows: Matrix) => Array.from({ length: D }, (_, j) => columnOf(rows, j));
    // Of two parameters their sum and difference too, along which the crescents lie.
    const views = (rows: Matrix) => {
      const all = columns(rows);
      const [a, b] = [all[0]!, all[1]!];
      return [...all, a.map((value, n) => value + b[n]!), a.map((value, n) => value - b[n]!)];
    };
    const [ours, theirs] = [views(draws), views(reference)];
    // Kolmogorov and Smirnov: P(D > c sqrt(2 / n)) = 2 exp(-2 c^2), 1e-3 for all views, tasks and observations together.
    const c = Math.sqrt(-Math.log(1e-3 / (2 * 4 * 5 * ours.length)) / 2);
    ours.forEach((values, j) => {
      expect(twoSampleDistance(values, theirs[j]!)).toBeLessThan(c * Math.sqrt(2 / reference.rows));
      const moments = [(value: number) => value, (value: number) => value * value];
      for (const moment of moments) {
        const [a, b] = [meanAndError(values.map(moment)), meanAndError(theirs[j]!.map(moment))];
        expect(Math.abs(a.mean - b.mean)).toBeLessThan(5 * Math.hypot(a.se, b.se));
      }
    });
  });
});

// Stein's identity: for the density p of the reference samples, E[g d log p / d theta_j + dg / d theta_j] = 0 when g p is zero at the ends of theta_j.
const ODES = ["sir", "lotka_volterra"];
describe.skipIf(MISSING).each(NAMES)("the likelihood of %s", (name) => {
  it.each(ODES.includes(name) ? [1, 2, 3] : [1, 2, 3, 4, 5])(
    "fulfils Stein's identity on the reference samples, observation %i",
    (number) => {
      const task = taskOf(name);
      const { observation, referencePosterior } = shipped(name, number);
      const thetas = matrixOf(referencePosterior.slice(0, ODES.includes(name) ? 1000 : 2000));
      const logLikelihood = task.logLikelihood(observation);
      const logPosterior = (rows: Matrix) =>
        logLikelihood.batch(rows).map((value, i) => value + task.prior.logProb(toTheta(rowOf(rows, i), task.parameters)));
      expect([...logPosterior(thetas)].every(Number.isFinite)).toBe(true);
      Object.values(task.parameters).forEach(([low, high], j) => {
        const column = columnOf(thetas, j);
        const spread = meanAndError(column).se * Math.sqrt(thetas.rows);
        const bounded = low > -Infinity && high < Infinity;
        const g = (theta: number) => (bounded ? (theta - low) * (high - theta) : 1);
        const gSlope = (theta: number) => (bounded ? low + high - 2 * theta : 0);
        // A point nearer to an end than the step of the difference is worth nothing to g, and is left where it is.
        const steps = column.map((theta) => Math.min(1e-3 * spread, 0.5 * (theta - low), 0.5 * (high - theta)));
        const moved = (sign: number) => {
          const values = thetas.values.slice();
          for (let i = 0; i < thetas.rows; i++) values[i * thetas.columns + j]! += sign * steps[i]!;
          return logPosterior({ ...thetas, values });
        };
        const [above, below] = [moved(1), moved(-1)];
        const terms = column.map((theta, i) =>
          steps[i]! > 0 ? (g(theta) * (above[i]! - below[i]!)) / (2 * steps[i]!) + gSlope(theta) : 0,
        );
        const { mean, se } = meanAndError(terms);
        expect(Math.abs(mean), `${task.prior.names[j]}`).toBeLessThan(5 * se);
      });
    },
  );
});

it.skipIf(MISSING)("bernoulli_glm has the shipped design matrix", () => {
  const design = read("bernoulli_glm/design_matrix") as number[][];
  const task = taskOf("bernoulli_glm");
  const { observation, trueTheta } = shipped("bernoulli_glm", 1);
  const drive = design.map((row) => row.reduce((sum, value, j) => sum + value * trueTheta[j]!, 0));
  const exact =
    observation.reduce((sum, value, j) => sum + value * trueTheta[j]!, 0) - drive.reduce((sum, u) => sum + Math.log1p(Math.exp(u)), 0);
  // The file has float32: 100 bins and 10 sums of counts, each off by at most 2^-24 of some ten.
  expect(Math.abs(task.logLikelihood(observation).batch([trueTheta])[0]! - exact)).toBeLessThan(110 * 10 * 2 ** -24);
});

it.skipIf(MISSING)("bernoulli_glm's stimulus is the shipped one, number by number", () => {
  const stimulus = read("bernoulli_glm/stimulus_I") as number[];
  expect(stimulus).toHaveLength(100);
  expect(twisterNormals(42, 100).map(Math.fround)).toEqual(stimulus.map(Math.fround));
});

it.skipIf(MISSING)("two_moons's reference samples lie on the moon, of radius 0.1 and spread 0.01", () => {
  // Of observation 5 the box cuts the crescents, and with them the distribution of the radius.
  for (const number of [1, 2, 3, 4]) {
    const { observation: [x1, x2] = [], referencePosterior } = shipped("two_moons", number);
    const radii = referencePosterior.map(([a, b]) =>
      Math.hypot(x1! - 0.25 + Math.abs(a! + b!) * Math.SQRT1_2, x2! - (b! - a!) * Math.SQRT1_2),
    );
    const { mean, se } = meanAndError(radii);
    expect(Math.abs(mean - 0.1)).toBeLessThan(5 * se);
    expect(Math.abs(se * Math.sqrt(radii.length) - 0.01)).toBeLessThan((5 * 0.01) / Math.sqrt(2 * radii.length));
  }
});
