import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { c2st } from "../../src/diagnostics/c2st.js";
import { posterior } from "../../src/inference/posterior/posterior.js";
import { slice } from "../../src/inference/samplers/slice.js";
import { columnOf, type Matrix } from "../../src/numerics/matrix.js";
import { key } from "../../src/numerics/random.js";
import type { BenchmarkTask } from "../../src/simulators/tasks/task.js";
import { type BenchmarkTaskName, benchmarkTasks } from "../../src/simulators/tasks/tasks.js";
import { meanAndError } from "../support/numbers.js";

// Reference posteriors are computed from the exact likelihoods, never copied: where the benchmark's own samples lie beside the repository, they must agree.
const FOLDER = fileURLToPath(new URL("../../../shared/sbibm", import.meta.url));
const MISSING = !existsSync(FOLDER);
const N = 2000;

const read = (file: string): unknown => JSON.parse(gunzipSync(readFileSync(`${FOLDER}/${file}.json.gz`)).toString());

function shipped(name: string, number: number): { readonly x: readonly number[]; readonly reference: Matrix } {
  const { observation, referencePosterior } = read(`${name}/observation-${number}`) as {
    observation: number[];
    referencePosterior: number[][];
  };
  const values = Float64Array.from(referencePosterior.flat());
  return { x: observation, reference: { rows: referencePosterior.length, columns: referencePosterior[0]!.length, values } };
}

const taskOf = (name: BenchmarkTaskName): BenchmarkTask => benchmarkTasks[name]();

const firstRows = (matrix: Matrix): Matrix => ({ ...matrix, rows: N, values: matrix.values.subarray(0, N * matrix.columns) });

/** Draws, and how many independent ones they are worth. */
interface Draws {
  readonly theta: Matrix;
  readonly size: number;
}

/** Both are N independent points when they are of one distribution: their means, second moments and products agree, and no classifier can tell them apart. */
async function expectSame({ theta, size }: Draws, reference: Matrix): Promise<void> {
  const D = reference.columns;
  const [ours, theirs] = [theta, reference].map((rows) => Array.from({ length: D }, (_, j) => columnOf(rows, j)));
  const centre = theirs!.map((column) => meanAndError(column).mean);
  const moments = (columns: readonly Float64Array[]) =>
    columns.flatMap((column, j) => {
      const next = columns[(j + 1) % D]!;
      return [
        column,
        column.map((value) => (value - centre[j]!) ** 2),
        column.map((value, i) => (value - centre[j]!) * (next[i]! - centre[(j + 1) % D]!)),
      ];
    });
  const theirMoments = moments(theirs!);
  for (const [k, values] of moments(ours!).entries()) {
    const [a, b] = [meanAndError(values), meanAndError(theirMoments[k]!)];
    expect(Math.abs(a.mean - b.mean)).toBeLessThan(5 * Math.hypot(a.se * Math.sqrt(N / size), b.se));
  }
  // Forty epochs are enough for a network to see what is there. If nothing is, each unseen point is right with probability one half: N of theirs, and
  // ours, which are worth `size` independent ones.
  const { accuracy, standardError } = await c2st(firstRows(reference), theta, { seed: 1, epochs: 40 });
  const se = 0.25 * Math.sqrt(1 / N + 1 / size);
  expect(se).toBeGreaterThan(standardError * (1 - 1e-12));
  expect(accuracy).toBeLessThan(0.5 + 5 * se);
}

const few = slice({ chains: 20, starts: 2000 });
const SAMPLED = [
  { name: "slcp", numbers: [1, 2, 3, 4, 5], sampler: slice({ chains: 20 }) },
  { name: "bernoulli_glm", numbers: [1, 2, 3, 4, 5], sampler: few },
  { name: "sir", numbers: [1, 2], sampler: few },
  { name: "lotka_volterra", numbers: [1], sampler: few },
] as const;

describe.skipIf(MISSING).each(SAMPLED)("the posterior of $name, sampled from its exact likelihood", ({ name, numbers, sampler }) => {
  it.each(numbers)("is that of the reference samples, observation %i", { timeout: 120_000 }, async (number) => {
    const task = taskOf(name);
    const { x, reference } = shipped(name, number);
    const samples = await posterior(task.logLikelihood(x), task.prior).sample({ n: N, seed: number, seconds: 100, sampler });
    expect([samples.stopped, samples.diagnosis, samples.theta.rows]).toEqual(["done", [], N]);
    expect(Math.max(...Object.values(samples.rHat!))).toBeLessThan(1.01);
    const size = Math.min(N, ...Object.values(samples.ess));
    expect(size).toBeGreaterThan(N / 2);
    await expectSame({ theta: samples.theta, size }, reference);
  });
});

const SOLVED = ["gaussian_linear", "gaussian_linear_uniform", "gaussian_mixture", "two_moons"] as const;
describe.skipIf(MISSING).each(SOLVED)("the closed posterior of %s", (name) => {
  // All five observations are compared in `tasks-sbibm.test.ts`, parameter by parameter; here all parameters together.
  it("is that of the reference samples, observation 1", { timeout: 120_000 }, async () => {
    const { x, reference } = shipped(name, 1);
    await expectSame({ theta: taskOf(name).exactPosterior!(x).sample(key(1), N), size: N }, reference);
  });
});

describe.skipIf(MISSING)("the comparison", () => {
  it("tells a posterior from one that is a quarter of a standard deviation off in each parameter", { timeout: 120_000 }, async () => {
    const { x, reference } = shipped("gaussian_linear", 1);
    const theta = taskOf("gaussian_linear").exactPosterior!(x).sample(key(1), N);
    const off = { ...theta, values: theta.values.map((value) => value + 0.25 * Math.sqrt(0.05)) };
    const { accuracy, standardError } = await c2st(firstRows(reference), off, { seed: 1, epochs: 40 });
    expect(accuracy).toBeGreaterThan(0.5 + 5 * standardError);
    await expect(expectSame({ theta: off, size: N }, reference)).rejects.toThrow();
  });
});
