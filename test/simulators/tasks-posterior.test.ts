import { describe, expect, it } from "vitest";
import { columnOf, rowOf } from "../../src/numerics/matrix.js";
import { toTheta } from "../../src/numerics/parameters.js";
import { key } from "../../src/numerics/random.js";
import { gaussianLinear } from "../../src/simulators/tasks/gaussian-linear.js";
import { gaussianLinearUniform } from "../../src/simulators/tasks/gaussian-linear-uniform.js";
import { gaussianMixture } from "../../src/simulators/tasks/gaussian-mixture.js";
import type { SolvedTask } from "../../src/simulators/tasks/task.js";
import { twoMoons } from "../../src/simulators/tasks/two-moons.js";
import { integrate, kolmogorovSmirnov, meanAndError } from "../support/numbers.js";

type Solved = SolvedTask<Record<string, readonly [number, number]>>;

const TASKS = [gaussianLinear(), gaussianLinearUniform(), gaussianMixture(), twoMoons()] as unknown as readonly Solved[];

describe.each(TASKS)("$name", (task) => {
  it("has a posterior that is likelihood times prior, up to one factor", () => {
    const theta = toTheta(rowOf(task.prior.sample(key(1), 1), 0), task.parameters);
    const { x } = task.draw(theta, key(2));
    const posterior = task.exactPosterior(x);
    const logLikelihood = task.logLikelihood(x);
    const points = [...Array(50).keys()].map((i) => [...rowOf(task.prior.sample(key(3), 50), i)]);
    const logEvidence = posterior
      .logProb(points)
      .map(
        (logProb, i) =>
          logLikelihood(toTheta(points[i]!, task.parameters)) + task.prior.logProb(toTheta(points[i]!, task.parameters)) - logProb,
      );
    for (const value of logEvidence)
      expect(Math.abs(value - logEvidence[0]!)).toBeLessThan(1e-9 * (1 + Math.max(...logEvidence.map(Math.abs))) * 100);
  });

  it("repeats for the same key, and begins with the same draws however many", () => {
    const theta = toTheta(rowOf(task.prior.sample(key(1), 1), 0), task.parameters);
    const posterior = task.exactPosterior(task.draw(theta, key(2)).x);
    const D = task.prior.names.length;
    expect(posterior.sample(key(4), 30).values.slice(0, 10 * D)).toEqual(posterior.sample(key(4), 10).values);
    expect(posterior.sample(key(5), 10).values).not.toEqual(posterior.sample(key(4), 10).values);
  });
});

// The density of each task of ten parameters is a product: what belongs to one is found by moving that one alone.
describe.each([
  { task: TASKS[0]!, x: [2.1, -0.4, 0, 1, -3, 0.2, 0.1, 0.9, -0.9, 0.5], ends: [-4, 4] },
  { task: TASKS[1]!, x: [0.2, 0.95, -1.4, 3, -6, 0, 1, -1, 0.5, 0.7], ends: [-1, 1] },
] as const)("$task.name", ({ task, x, ends: [low, high] }) => {
  const posterior = task.exactPosterior(x);
  const N = 3000;
  const draws = posterior.sample(key(6), N);
  const centre = Array.from({ length: 10 }, (_, j) => columnOf(draws, j).reduce((sum, value) => sum + value, 0) / N);
  const along = (j: number) => (value: number) =>
    posterior.logProb([centre.map((c, k) => (k === j ? value : c))])[0]! - posterior.logProb([centre])[0]!;

  it("integrates to one", () => {
    const logMass = centre.reduce((sum, _, j) => sum + Math.log(integrate((value) => Math.exp(along(j)(value)), low, high, 400)), 0);
    expect(Math.abs(posterior.logProb([centre])[0]! + logMass)).toBeLessThan(1e-6);
  });

  it("draws what its density says, parameter by parameter", () => {
    centre.forEach((_, j) => {
      const logMass = Math.log(integrate((value) => Math.exp(along(j)(value)), low, high, 400));
      const distance = kolmogorovSmirnov(columnOf(draws, j), { logProb: (value) => along(j)(value) - logMass }, low);
      // P(D > 2.22 / sqrt(n)) = 1e-4 for the right distribution, for each of twenty.
      expect(distance).toBeLessThan(2.22 / Math.sqrt(N));
    });
  });
});

/** Points of the midpoint rule `[M, 2]` and the area of each. */
interface Points {
  readonly values: Float64Array;
  readonly area: number;
}

/** Midpoints of a rectangle, each mapped to the values of one or more thetas. */
function midpoints(
  ranges: readonly (readonly [number, number])[],
  counts: readonly [number, number],
  toThetas: (a: number, b: number) => number[],
): Points {
  const [[a0, a1], [b0, b1]] = ranges as [[number, number], [number, number]];
  const [da, db] = [(a1 - a0) / counts[0], (b1 - b0) / counts[1]];
  const size = toThetas(a0, b0).length;
  const values = new Float64Array(counts[0] * counts[1] * size);
  for (let i = 0; i < counts[0]; i++) {
    for (let j = 0; j < counts[1]; j++) values.set(toThetas(a0 + (i + 0.5) * da, b0 + (j + 0.5) * db), (i * counts[1] + j) * size);
  }
  return { values, area: da * db };
}

/** In the frame of the crescents, whose ends, where the density jumps, lie along it. The box lies askew in it: cells of a prime ratio average over how it cuts them. */
function crescentPoints([x1, x2]: readonly [number, number]): Points {
  const end = Math.max(0, 0.25 - x1);
  const ranges = [
    [end, end + 0.2],
    [x2 - 0.2, x2 + 0.2],
  ] as const;
  const turned = (sum: number, difference: number) => [(sum - difference) * Math.SQRT1_2, (sum + difference) * Math.SQRT1_2];
  return midpoints(ranges, [401, 743], (sum, difference) => [...turned(sum, difference), ...turned(-sum, difference)]);
}

const square = (ranges: readonly (readonly [number, number])[]) => midpoints(ranges, [500, 500], (a, b) => [a, b]);

describe.each([
  {
    name: "in the middle",
    task: TASKS[2]!,
    x: [0.4, -2],
    points: square([
      [-5, 6],
      [-8, 4],
    ]),
  },
  {
    name: "beside a corner",
    task: TASKS[2]!,
    x: [9.93, -10.4],
    points: square([
      [4, 10],
      [-10, -4],
    ]),
  },
  { name: "in the middle", task: TASKS[3]!, x: [0, 0], points: crescentPoints([0, 0]) },
  { name: "where the crescents meet", task: TASKS[3]!, x: [0.32, 0.05], points: crescentPoints([0.32, 0.05]) },
  { name: "with a part of the crescent outside the box", task: TASKS[3]!, x: [-0.45, 0.6], points: crescentPoints([-0.45, 0.6]) },
  { name: "at a corner of the box", task: TASKS[3]!, x: [-1.06, 0.03], points: crescentPoints([-1.06, 0.03]) },
])("$task.name, $name", ({ task, x, points: { values, area } }) => {
  const posterior = task.exactPosterior(x);
  const rows = { rows: values.length / 2, columns: 2, values };
  const p = posterior.logProb(rows).map((logProb) => Math.exp(logProb) * area);
  const N = 20_000;
  const draws = posterior.sample(key(7), N);

  it("integrates to one over the box", () => {
    // The midpoint rule is off where the box cuts the rectangle's cells askew: by less than a step, 5e-4, of a density of about 50 along 0.1, at random.
    expect(Math.abs(p.reduce((sum, q) => sum + q, 0) - 1)).toBeLessThan(1e-3);
  });

  it("draws within the box what its density says", () => {
    for (const [d, name] of task.prior.names.entries()) {
      const [low, high] = task.parameters[name]!;
      for (const value of columnOf(draws, d)) expect(value >= low && value <= high).toBe(true);
    }
    // Means of functions that tell shape from shape, each within 5 standard errors and what the integral may be off.
    const tests: ((a: number, b: number) => number)[] = [
      (a) => a,
      (_a, b) => b,
      (a, b) => (a + b) ** 2,
      (a, b) => (b - a) ** 2,
      (a, b) => Math.sin(9 * a) * Math.cos(7 * b),
      (a, b) => Math.cos(20 * (a + b)),
      (a, b) => (a + b > 0 ? 1 : 0),
    ];
    for (const f of tests) {
      const seen = Float64Array.from({ length: N }, (_, n) => f(draws.values[2 * n]!, draws.values[2 * n + 1]!));
      const expected = p.reduce((sum, q, i) => sum + q * f(values[2 * i]!, values[2 * i + 1]!), 0);
      const largest = p.reduce((most, q, i) => (q > 0 ? Math.max(most, Math.abs(f(values[2 * i]!, values[2 * i + 1]!))) : most), 0);
      const { mean, se } = meanAndError(seen);
      expect(Math.abs(mean - expected)).toBeLessThan(5 * se + 1e-3 * largest);
    }
  });
});

it.each([
  {
    task: TASKS[1]!,
    x: new Array(10).fill(0).with(2, 14) as number[],
    message: "exactPosterior: an element of x is 14; expected within 37 standard deviations",
  },
  { task: TASKS[2]!, x: [0, 60], message: "exactPosterior: an element of x is 60; expected within 37 standard deviations" },
  { task: TASKS[3]!, x: [5, 0], message: "exactPosterior: x is [5,0]; expected an observation that some theta of the prior gives" },
  { task: TASKS[3]!, x: [0, Number.NaN], message: "exactPosterior: x.x2 is NaN; expected a finite number" },
])("refuses: $message", ({ task, x, message }) => {
  expect(() => task.exactPosterior(x)).toThrow(message);
});

it("has no density outside the prior", () => {
  expect(
    gaussianLinearUniform()
      .exactPosterior(new Array(10).fill(0))
      .logProb([new Array(10).fill(0).with(3, 1.001)])[0],
  ).toBe(-Infinity);
  expect(
    gaussianMixture()
      .exactPosterior([9, 9])
      .logProb([[9, 10.001]])[0],
  ).toBe(-Infinity);
  expect(
    twoMoons()
      .exactPosterior([0, 0])
      .logProb([[1.001, 0]])[0],
  ).toBe(-Infinity);
});
