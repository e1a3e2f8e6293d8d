import { describe, expect, it } from "vitest";
import type { Matrix } from "../../src/numerics/matrix.js";
import { columnOf, rowOf } from "../../src/numerics/matrix.js";
import { solveOde } from "../../src/numerics/ode.js";
import { toTheta } from "../../src/numerics/parameters.js";
import { fold, key, standardNormals } from "../../src/numerics/random.js";
import { binomial } from "../../src/probability/binomial.js";
import { logNormal } from "../../src/probability/log-normal.js";
import { mine } from "../../src/simulators/mine.js";
import { simulate } from "../../src/simulators/simulate.js";
import { bernoulliGlm } from "../../src/simulators/tasks/bernoulli-glm.js";
import { gaussianLinear } from "../../src/simulators/tasks/gaussian-linear.js";
import { gaussianMixture } from "../../src/simulators/tasks/gaussian-mixture.js";
import { lotkaVolterra } from "../../src/simulators/tasks/lotka-volterra.js";
import { sir } from "../../src/simulators/tasks/sir.js";
import { slcp } from "../../src/simulators/tasks/slcp.js";
import type { BenchmarkTask } from "../../src/simulators/tasks/task.js";
import { benchmarkTasks } from "../../src/simulators/tasks/tasks.js";
import { twoMoons } from "../../src/simulators/tasks/two-moons.js";
import { meanAndError } from "../support/numbers.js";

const TASKS = Object.entries(benchmarkTasks).map(([name, make]) => ({ name, make }));
/** Those whose observation is all that was drawn, or as good as all. */
const SEEN = TASKS.filter(({ name }) => name !== "two_moons" && name !== "gaussian_mixture");
const SIZES: Record<string, readonly [parameters: number, observables: number]> = {
  gaussian_linear: [10, 10],
  gaussian_linear_uniform: [10, 10],
  gaussian_mixture: [2, 2],
  two_moons: [2, 2],
  slcp: [5, 8],
  bernoulli_glm: [10, 10],
  sir: [2, 10],
  lotka_volterra: [4, 20],
};

const thetasOf = (task: BenchmarkTask, n: number) => {
  const points = task.prior.sample(key(1), n);
  return Array.from({ length: n }, (_, i) => toTheta(rowOf(points, i), task.parameters));
};

describe.each(TASKS)("$name", ({ name, make }) => {
  const task = make();

  it("has its name, its sizes, and the prior's parameters", () => {
    expect(task.name).toBe(name);
    expect([task.prior.names.length, task.observables.length]).toEqual(SIZES[name]);
    expect(Object.keys(task.parameters)).toEqual(task.prior.names);
    expect(task.parameters).toEqual(task.prior.parameters);
  });

  it("is found by a worker from its source", async () => {
    const { module, name: exported, args } = task.source!;
    const found = ((await import(module)) as Record<string, (...given: unknown[]) => BenchmarkTask>)[exported]!(...args!);
    const [theta] = thetasOf(task, 1);
    expect(found.draw(theta!, key(3)).x).toEqual(task.draw(theta!, key(3)).x);
  });

  it("has a likelihood of one theta and of many", () => {
    const thetas = thetasOf(task, 20);
    const logLikelihood = task.logLikelihood(task.draw(thetas[0]!, key(2)).x);
    const values = logLikelihood.batch(task.prior.sample(key(1), 20));
    expect([...values]).toEqual(thetas.map((theta) => logLikelihood(theta)));
    expect(values[0]).toBeGreaterThan(-Infinity);
    expect(logLikelihood.parameters).toBe(task.parameters);
  });

  it("refuses an x of another length, an x that is no number, and a theta out of range or of another name", () => {
    const [theta] = thetasOf(task, 1);
    const { x } = task.draw(theta!, key(2));
    const L = x.length;
    expect(() => task.logLikelihood([1, 2, 3])).toThrow(`logLikelihood: x has shape [3]; expected [${L}]; ${name} observes`);
    expect(() => task.logLikelihood(x.map((value, l) => (l === 1 ? Number.NaN : value)))).toThrow(
      `logLikelihood: x.${task.observables[1]} is NaN; expected a finite number`,
    );
    expect(() => task.logLikelihood(x)({ ...theta, other: 1 })).toThrow("logLikelihood: theta.other is 1; expected one of the parameters");
    const [first, [, high]] = Object.entries(task.parameters)[0]!;
    if (high < Infinity) {
      const row = Array.from(task.prior.names, () => high + 1);
      expect(() => task.logLikelihood(x).batch([row])).toThrow(`logLikelihood: thetas[0].${first} is ${high + 1}; expected a number in`);
    }
    if (task.exactPosterior) expect(() => task.exactPosterior!([1])).toThrow("exactPosterior: x has shape [1]");
  });
});

describe.each(SEEN)("$name", ({ make }) => {
  const task = make();

  it("has a trace whose log-probability is the log-likelihood, at any theta", () => {
    const thetas = thetasOf(task, 30);
    thetas.forEach((theta, i) => {
      const { x, trace } = task.draw(theta, fold(key(4), i));
      const logLikelihood = task.logLikelihood(x);
      for (const at of [theta, thetas[(i + 1) % 30]!]) {
        const exact = logLikelihood(at);
        if (exact > -1e6) expect(Math.abs(task.logProb(at, trace) - exact)).toBeLessThan(1e-9 * (100 + Math.abs(exact)));
      }
    });
  });

  it("has gold: the joint ratio is the ratio, the score has mean zero and is the slope of the log-likelihood", async () => {
    const [theta0, theta1] = thetasOf(task, 2) as [Record<string, number>, Record<string, number>];
    const near = Object.fromEntries(task.prior.names.map((name) => [name, theta0[name]! + 0.1 * (theta1[name]! - theta0[name]!)]));
    const N = 400;
    const mined = await mine(task, { numerator: theta0, denominator: near, n: N, seed: 6 });
    const atTheta0 = Array.from(mined.label, (_, i) => i).filter((i) => mined.label[i] === 0);
    const names = task.prior.names;
    for (const i of atTheta0.slice(0, 20)) {
      const logLikelihood = task.logLikelihood(rowOf(mined.x, i));
      const logRatio = logLikelihood(theta0) - logLikelihood(near);
      expect(Math.abs(mined.jointLogRatio[i]! - logRatio)).toBeLessThan(1e-9 * (100 + Math.abs(logRatio)));
      names.forEach((name, j) => {
        const h = 1e-4 * Math.max(0.1, Math.abs(theta0[name]!));
        const at = (step: number) => logLikelihood({ ...theta0, [name]: theta0[name]! + step });
        const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        // An error of the equations' solution of 1e-6 in log p, divided by h, is what a difference cannot see.
        expect(Math.abs(mined.jointScore!.values[i * names.length + j]! - slope)).toBeLessThan(2e-6 / h + 1e-5 * Math.abs(slope));
      });
    }
    for (let j = 0; j < names.length; j++) {
      const { mean, se } = meanAndError(atTheta0.map((i) => mined.jointScore!.values[i * names.length + j]!));
      expect(Math.abs(mean)).toBeLessThan(5 * se);
    }
  });
});

/** Integral of exp(logProb) over a rectangle by the midpoint rule. */
function massOf(
  logProb: (a: number, b: number) => number,
  [a0, a1]: readonly number[],
  [b0, b1]: readonly number[],
  steps: number,
): number {
  const [da, db] = [(a1! - a0!) / steps, (b1! - b0!) / steps];
  let sum = 0;
  for (let i = 0; i < steps; i++) for (let j = 0; j < steps; j++) sum += Math.exp(logProb(a0! + (i + 0.5) * da, b0! + (j + 0.5) * db));
  return sum * da * db;
}

/** Where the crescent of theta = (0.3, 0.2) ends: the density jumps there, so the cells begin there. */
const EDGE = 0.25 - 0.5 * Math.SQRT1_2;

const PLANE = [
  {
    task: benchmarkTasks.gaussian_mixture(),
    theta: { theta1: 3, theta2: -1 },
    ranges: [
      [-1, 7],
      [-5, 3],
    ],
    cells: 16,
    part: 0.9999,
  },
  {
    task: benchmarkTasks.two_moons(),
    theta: { theta1: 0.3, theta2: 0.2 },
    ranges: [
      [EDGE, EDGE + 0.16],
      [-0.22, 0.08],
    ],
    cells: 12,
    part: 0.9999,
  },
];

describe.each(PLANE)("$task.name", ({ task, theta, ranges: [first, second], cells, part }) => {
  it("draws x where the likelihood says, cell by cell", async () => {
    const N = 40_000;
    const { x } = await simulate(task, { theta, n: N, seed: 7 });
    const edges = ([low, high]: readonly number[], i: number) => [
      low! + ((high! - low!) * i) / cells,
      low! + ((high! - low!) * (i + 1)) / cells,
    ];
    const place = (value: number, [low, high]: readonly number[]) => Math.floor(((value - low!) / (high! - low!)) * cells);
    const counts = new Float64Array(cells * cells);
    for (let n = 0; n < N; n++) {
      const [i, j] = [place(rowOf(x, n)[0]!, first!), place(rowOf(x, n)[1]!, second!)];
      if (i >= 0 && j >= 0 && i < cells && j < cells) counts[i * cells + j]!++;
    }
    const density = (a: number, b: number) => task.logLikelihood([a, b])(theta);
    let [total, statistic, degrees] = [0, 0, 0];
    for (let i = 0; i < cells; i++) {
      for (let j = 0; j < cells; j++) {
        const p = massOf(density, edges(first!, i), edges(second!, j), 40);
        total += p;
        if (N * p < 10) continue;
        statistic += (counts[i * cells + j]! - N * p) ** 2 / (N * p);
        degrees++;
      }
    }
    expect(total).toBeGreaterThan(part);
    expect(total).toBeLessThan(1.0002);
    // Pearson's statistic: mean and half the variance are the degrees of freedom; 5 of its standard deviations.
    expect(Math.abs(statistic - degrees)).toBeLessThan(5 * Math.sqrt(2 * degrees));
  });
});

it("gaussian_linear has the normal's likelihood, with 0.1 the variance", () => {
  const x = standardNormals(key(1), 10);
  const value = gaussianLinear()
    .logLikelihood(x)
    .batch([new Array(10).fill(0.2)])[0]!;
  const squares = x.reduce((sum, xj) => sum + (xj - 0.2) ** 2, 0);
  expect(Math.abs(value - (-squares / 0.2 - 5 * Math.log(2 * Math.PI * 0.1)))).toBeLessThan(1e-12 * Math.abs(value));
});

it("two_moons has no joint ratio, and says so", async () => {
  const mined = mine(twoMoons(), { numerator: { theta1: 0, theta2: 0.1 }, denominator: { theta1: 0.5, theta2: 0 }, n: 4, seed: 1 });
  await expect(mined).rejects.toThrow("joint ratio and score need the same draws");
});

it("slcp sees neither the signs of theta3 and theta4 nor the order of its points", () => {
  const x = [0.3, -1, 2, 0.5, -0.7, 1, 0.1, 0.2];
  const theta = { theta1: 0.4, theta2: -0.3, theta3: 1.2, theta4: 0.8, theta5: 0.6 };
  const value = slcp().logLikelihood(x)(theta);
  expect(slcp().logLikelihood(x)({ ...theta, theta3: -1.2 })).toBe(value);
  expect(slcp().logLikelihood(x)({ ...theta, theta4: -0.8 })).toBe(value);
  expect(Math.abs(slcp().logLikelihood([...x.slice(2), ...x.slice(0, 2)])(theta) - value)).toBeLessThan(1e-12);
  expect(Math.abs(slcp().logLikelihood(x)({ ...theta, theta5: -0.6 }) - value)).toBeGreaterThan(0.1);
});

it("slcp's points have the mean and the covariance of the paper", async () => {
  const theta = { theta1: 0.7, theta2: -2, theta3: 1.5, theta4: -1.1, theta5: 0.9 };
  const { x } = await simulate(slcp(), { theta, n: 10_000, seed: 2 });
  const [s1, s2, rho] = [1.5 ** 2, 1.1 ** 2, Math.tanh(0.9)];
  for (const point of [0, 3]) {
    const [u, v] = [columnOf(x, 2 * point).map((value) => (value - 0.7) / s1), columnOf(x, 2 * point + 1).map((value) => (value + 2) / s2)];
    for (const [values, expected] of [
      [u, 0],
      [v, 0],
      [u.map((a) => a * a), 1],
      [v.map((a) => a * a), 1],
      [u.map((a, i) => a * v[i]!), rho],
    ] as const) {
      const { mean, se } = meanAndError(values);
      expect(Math.abs(mean - expected)).toBeLessThan(5 * se);
    }
  }
});

it("sir without recovery grows by the logistic law", () => {
  const x = [0, 1, 20, 300, 900, 990, 1000, 1000, 1000, 1000];
  const part = (t: number) => 1 / (1 + (1e6 - 1) * Math.exp(-0.2 * t));
  const exact = x.reduce((sum, count, i) => sum + binomial(1000, part(17 * i)).logProb(count), 0);
  expect(Math.abs(sir().logLikelihood(x)({ beta: 0.2, gamma: 0 }) - exact)).toBeLessThan(1e-4);
});

it("lotka_volterra without encounters grows and dies exponentially, cut at its ends", () => {
  const at = (rate: number, start: number) => (_: unknown, i: number) => start * Math.exp(rate * 2.1 * i);
  const prey = Array.from({ length: 10 }, at(0.5, 30));
  const predators = Array.from({ length: 10 }, at(-1.5, 1));
  const cut = (value: number) => Math.min(1e4, Math.max(1e-10, value));
  const counts = [...prey, ...predators].map((count) => 1.05 * cut(count));
  const exact = [...prey, ...predators].reduce((sum, mean, l) => sum + logNormal(Math.log(cut(mean)), 0.1).logProb(counts[l]!), 0);
  expect(prey[9]).toBeGreaterThan(1e4);
  expect(predators[9]).toBeLessThan(1e-10);
  const value = lotkaVolterra().logLikelihood(counts)({ alpha: 0.5, beta: 0, gamma: 1.5, delta: 0 });
  expect(Math.abs(value - exact)).toBeLessThan(1e-3);
});

it("the equations of sir and lotka_volterra are those of people and animals, not of their logarithms", () => {
  const [alpha, beta, gamma, delta] = [0.7, 0.1, 0.9, 0.12];
  const times = Array.from({ length: 10 }, (_, i) => 2.1 * i);
  const tight = { relativeTolerance: 1e-12, absoluteTolerance: 1e-14 };
  const animals = solveOde((_t, y, slope) => slope.set([alpha * y[0]! - beta * y[0]! * y[1]!, -gamma * y[1]! + delta * y[0]! * y[1]!]), {
    initial: [30, 1],
    times,
    ...tight,
  });
  const counts = [...columnOf(animals.values, 0), ...columnOf(animals.values, 1)];
  const exact = counts.reduce((sum, count) => sum + logNormal(Math.log(count), 0.1).logProb(count), 0);
  expect(Math.abs(lotkaVolterra().logLikelihood(counts)({ alpha, beta, gamma, delta }) - exact)).toBeLessThan(1e-6);
  const shifted = counts.map((count) => 1.1 * count);
  const lower = counts.reduce((sum, count) => sum + logNormal(Math.log(count), 0.1).logProb(1.1 * count), 0);
  expect(Math.abs(lotkaVolterra().logLikelihood(shifted)({ alpha, beta, gamma, delta }) - lower)).toBeLessThan(1e-2);
  const people = solveOde((_t, y, slope) => slope.set([(-0.5 * y[0]! * y[1]!) / 1e6, (0.5 * y[0]! * y[1]!) / 1e6 - 0.1 * y[1]!]), {
    initial: [1e6 - 1, 1],
    times: times.map((_, i) => 17 * i),
    ...tight,
  });
  const infected = columnOf(people.values, 1).map((count) => count / 1e6);
  const tested = infected.map((part) => Math.round(1000 * part));
  const chance = tested.reduce((sum, count, i) => sum + binomial(1000, infected[i]!).logProb(count), 0);
  expect(Math.abs(sir().logLikelihood(tested)({ beta: 0.5, gamma: 0.1 }) - chance)).toBeLessThan(1e-4);
});

it("bernoulli_glm with all weights zero fires in half of the bins, and x is the sum of what came before the spikes", () => {
  const stimulus = [1, -2, 0.5];
  const task = bernoulliGlm({ stimulus });
  const zero = Object.fromEntries(task.prior.names.map((name) => [name, 0])) as Parameters<typeof task.draw>[0];
  const { x, trace } = task.draw(zero, key(1));
  const y = [...trace.values];
  const before = (lag: number) => stimulus.reduce((sum, _, t) => sum + (t >= lag ? stimulus[t - lag]! * y[t]! : 0), 0);
  expect([...x]).toEqual([y.reduce((sum, spike) => sum + spike, 0), ...Array.from({ length: 9 }, (_, lag) => before(lag))]);
  expect(Math.abs(task.logLikelihood(x)(zero) + 3 * Math.LN2)).toBeLessThan(1e-14);
});

it("bernoulli_glm's prior has the precision of the paper", () => {
  const M = 9;
  const { covariance } = bernoulliGlm().prior as unknown as { covariance: Matrix };
  const D = Array.from({ length: M }, (_, i) => Array.from({ length: M }, (_, j) => (i === j ? 1 : i === j + 1 ? -1 : 0)));
  const times = (a: number[][], b: number[][]) =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
  const F = times(D, D).map((row, i) => row.map((value, j) => value + (i === j ? Math.sqrt(i / M) : 0)));
  const filter = times(
    F[0]!.map((_, j) => F.map((row) => row[j]!)),
    F,
  );
  const precision = Array.from({ length: M + 1 }, (_, i) =>
    Array.from({ length: M + 1 }, (_, j) => (i === 0 || j === 0 ? (i === j ? 0.5 : 0) : filter[i - 1]![j - 1]!)),
  );
  const C = Array.from({ length: M + 1 }, (_, i) => [...rowOf(covariance, i)]);
  times(precision, C).forEach((row, i) => {
    row.forEach((value, j) => {
      expect(Math.abs(value - (i === j ? 1 : 0))).toBeLessThan(1e-9);
    });
  });
});

it.each([
  { refused: () => bernoulliGlm({ stimulus: [] }), message: "bernoulliGlm: stimulus has shape [0]; expected [T] with T at least 1" },
  { refused: () => bernoulliGlm({ stimulus: [1, Number.NaN] }), message: "bernoulliGlm: stimulus[1] is NaN; expected a finite number" },
])("refuses: $message", ({ refused, message }) => {
  expect(refused).toThrow(message);
});

it("gaussian_mixture draws the wide component half of the time, for each event", () => {
  const theta = { theta1: 0, theta2: 0 };
  const narrow = Array.from({ length: 4000 }, (_, i) => gaussianMixture().draw(theta, fold(key(1), i)).trace.values[0]!);
  const { mean, se } = meanAndError(narrow);
  expect(Math.abs(mean - 0.5)).toBeLessThan(5 * se);
});
