import { beforeAll, describe, expect, it } from "vitest";
import { posterior } from "../../src/inference/posterior/posterior.js";
import type { PosteriorSamples } from "../../src/inference/posterior/posterior-samples.js";
import { hmc } from "../../src/inference/samplers/hmc.js";
import { nuts } from "../../src/inference/samplers/nuts.js";
import type { Sampler } from "../../src/inference/samplers/sampler.js";
import { slice } from "../../src/inference/samplers/slice.js";
import { columnOf, type Matrix, rowOf } from "../../src/numerics/matrix.js";
import { toTheta } from "../../src/numerics/parameters.js";
import { key } from "../../src/numerics/random.js";
import type { BenchmarkTask } from "../../src/simulators/tasks/task.js";
import { type BenchmarkTaskName, benchmarkTasks } from "../../src/simulators/tasks/tasks.js";
import { meanAndError } from "../support/numbers.js";

const NAMES = Object.keys(benchmarkTasks) as BenchmarkTaskName[];
/** Ordinary differential equations at each evaluation: their chains are fewer. */
const SLOW: readonly string[] = ["sir", "lotka_volterra"];

/** An observation of a theta of the prior. */
function observationOf(task: BenchmarkTask, seed: number): Float64Array {
  return task.draw(toTheta(task.prior.sample(key(seed), 1).values, task.parameters), key(seed + 100)).x;
}

function expectWell(samples: PosteriorSamples, n: number): void {
  expect([samples.stopped, samples.diagnosis, samples.theta.rows]).toEqual(["done", [], n]);
  expect(Math.max(...Object.values(samples.rHat!))).toBeLessThan(1.01);
  expect(Math.min(...Object.values(samples.ess))).toBeGreaterThan(n / 2);
}

/** Means and mean squares of each parameter, within five standard errors of the draws' worth and of the exact ones. */
function expectMoments(samples: PosteriorSamples, exact: Matrix): void {
  samples.names.forEach((name, j) => {
    const worth = Math.min(1, samples.ess[name]! / samples.theta.rows);
    for (const moment of [(value: number) => value, (value: number) => value * value]) {
      const [a, b] = [samples.theta, exact].map((rows) => meanAndError(columnOf(rows, j).map(moment)));
      expect(Math.abs(a!.mean - b!.mean)).toBeLessThan(5 * Math.hypot(a!.se / Math.sqrt(worth), b!.se));
    }
  });
}

describe.each(NAMES)("the default sampler on the posterior of %s", (name) => {
  it("reaches R-hat below 1.01, and where there is an exact posterior is that", { timeout: 200_000 }, async () => {
    const [task, n] = [benchmarkTasks[name](), 1000];
    const x = observationOf(task, 1);
    const sampler = SLOW.includes(name) ? { sampler: slice({ chains: 10, starts: 2000 }) } : {};
    const samples = await posterior(task.logLikelihood(x), task.prior).sample({ n, seed: 2, seconds: 180, ...sampler });
    expectWell(samples, n);
    if (task.exactPosterior) expectMoments(samples, task.exactPosterior(x).sample(key(3), 10_000));
  });
});

const SMOOTH = NAMES.filter((name) => {
  const task = benchmarkTasks[name]();
  return task.logLikelihood(observationOf(task, 1)).gradient !== undefined;
});

it("has gradients of all likelihoods but those of crescents, which end sharply, and of slcp", () => {
  expect(SMOOTH).toEqual(["gaussian_linear", "gaussian_linear_uniform", "gaussian_mixture", "bernoulli_glm", "sir", "lotka_volterra"]);
});

describe.each(SMOOTH)("the gradient of the log-likelihood of %s", (name) => {
  it("is its slope, by central differences", () => {
    const task = benchmarkTasks[name]();
    const logLikelihood = task.logLikelihood(observationOf(task, 1));
    const thetas = task.prior.sample(key(4), 10);
    const { values, gradients } = logLikelihood.gradient!(thetas);
    expect(values).toEqual(logLikelihood.batch(thetas));
    for (let i = 0; i < thetas.rows; i++) {
      for (let j = 0; j < thetas.columns; j++) {
        const h = 1e-4 * Math.max(0.1, Math.abs(rowOf(thetas, i)[j]!));
        const at = (step: number) => {
          const row = rowOf(thetas, i).slice();
          row[j]! += step;
          return logLikelihood.batch({ rows: 1, columns: row.length, values: row })[0]!;
        };
        const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        // The solution of the equations is good to their tolerance, of which a difference sees 1 / h.
        const tolerance = SLOW.includes(name) ? 1e-6 * Math.abs(values[i]!) : 1e-12 * Math.abs(values[i]!);
        expect(Math.abs(gradients.values[i * thetas.columns + j]! - slope)).toBeLessThan(tolerance / h + 1e-6 * (1 + Math.abs(slope)));
      }
    }
  });
});

const neuron = benchmarkTasks.bernoulli_glm();
const target = posterior(neuron.logLikelihood(observationOf(neuron, 1)), neuron.prior);
let across: PosteriorSamples;
beforeAll(async () => {
  across = await target.sample({ n: 2000, seed: 3 });
  expectWell(across, 2000);
});

const PATHS: readonly { name: string; sampler: Sampler }[] = [
  { name: "hmc", sampler: hmc() },
  { name: "nuts", sampler: nuts() },
];
describe.each(PATHS)("$name, along gradients", ({ sampler }) => {
  it.each(["gaussian_linear", "gaussian_linear_uniform", "gaussian_mixture"] as const)(
    "recovers the exact posterior of %s",
    async (name) => {
      const [task, n] = [benchmarkTasks[name](), 1000];
      const x = observationOf(task, 1);
      const samples = await posterior(task.logLikelihood(x), task.prior).sample({ n, seed: 2, sampler, seconds: 60 });
      expectWell(samples, n);
      expectMoments(samples, task.exactPosterior!(x).sample(key(3), 10_000));
    },
  );

  it("agrees with slice sampling on bernoulli_glm", async () => {
    const n = 1000;
    const along = await target.sample({ n, seed: 2, sampler });
    expectWell(along, n);
    expectMoments(along, across.theta);
  });
});
