import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.js";
import { rejectionAbc } from "../../src/estimators/abc/rejection-abc.js";
import { euclidean } from "../../src/estimators/distance.js";
import { columnOf } from "../../src/numerics/matrix.js";
import { fold, key, standardNormals, uniforms } from "../../src/numerics/random.js";
import { normalFromPrior, simulationsOf } from "./models.js";

const X = 0.9;

describe("linear adjustment", () => {
  const simulations = { ...normalFromPrior(20_000), parameters: { mean: [-Infinity, Infinity] } as const };
  const at = (adjustment: "none" | "linear" | "heteroscedastic", tolerance: number, x = X) =>
    rejectionAbc({ distance: euclidean, tolerance, adjustment }).fit(simulations).at([x]);

  it.each(["linear", "heteroscedastic"] as const)(
    "gives the conjugate posterior N(x / 2, 1 / 2) at a tolerance that is far off without: %s",
    (adjustment) => {
      const posterior = at(adjustment, 2);
      // The regression is exact here, so that the intercept has the variance of a weighted mean plus that of the slope times the summaries' offset.
      const se = Math.SQRT1_2 / Math.sqrt(posterior.ess);
      expect(Math.abs(posterior.mean.mean - X / 2)).toBeLessThan(5 * 1.5 * se);
      expect(Math.abs(posterior.std.mean - Math.SQRT1_2)).toBeLessThan((5 * Math.SQRT1_2) / Math.sqrt(2 * posterior.ess));
      const plain = at("none", 2);
      expect(Math.abs(plain.std.mean - Math.SQRT1_2)).toBeGreaterThan(10 * Math.abs(posterior.std.mean - Math.SQRT1_2));
      expect(Math.abs(plain.mean.mean - X / 2)).toBeGreaterThan(5 * Math.abs(posterior.mean.mean - X / 2));
    },
  );

  it("weighs by Epanechnikov's kernel", () => {
    const posterior = at("linear", 1.5);
    const kernel = posterior.distances.map((distance) => 1 - (distance / 1.5) ** 2);
    const total = kernel.reduce((a, b) => a + b);
    posterior.weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(kernel[i]! / total, 14);
    });
    expect(posterior.ess).toBeLessThan(posterior.theta.rows);
  });

  it("draws by weight, and has the quantiles of its weights", () => {
    const posterior = at("linear", 1);
    const draws = columnOf(posterior.sample(key(1), 20_000), 0).sort();
    for (const p of [0.05, 0.5, 0.95]) {
      const below = posterior.quantile(p).mean;
      const part = draws.filter((draw) => draw <= below).length / draws.length;
      expect(Math.abs(part - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / draws.length) + 1 / posterior.theta.rows);
    }
    expect(posterior.sample(key(1), 3)).toEqual(posterior.sample(key(1), 3));
    expect(posterior.names).toEqual(["mean"]);
  });
});

it("takes the regression's trend away exactly, with two summaries and two parameters", () => {
  const n = 50;
  const u = uniforms(key(3), 2 * n);
  const rows = Array.from({ length: n }, (_, i) => {
    const x = [u[2 * i]!, u[2 * i + 1]!];
    return { theta: [1 + 2 * x[0]! - x[1]!, 5 - 3 * x[1]!], x };
  });
  const free = { a: [-Infinity, Infinity], b: [-Infinity, Infinity] } as const;
  const posterior = rejectionAbc({ distance: euclidean, tolerance: 2, adjustment: "linear" })
    .fit(simulationsOf(free, rows))
    .at([[0.3, 0.6]]);
  columnOf(posterior.theta, 0).forEach((a) => {
    expect(a).toBeCloseTo(1 + 0.6 - 0.6, 12);
  });
  columnOf(posterior.theta, 1).forEach((b) => {
    expect(b).toBeCloseTo(5 - 1.8, 12);
  });
});

it("heteroscedastic adjustment follows a width that changes, linear does not", () => {
  // theta given x is N(2 + 3 x, exp(2 x)): at x = 0 it is N(2, 1); the nearest data sets lie on one side, at x in (0, 1).
  const n = 8000;
  const [x, noise] = [uniforms(fold(key(4), 0), n), standardNormals(fold(key(4), 1), n)];
  const rows = Array.from(x, (value, i) => ({ theta: [2 + 3 * value + noise[i]! * Math.exp(value)], x: [value] }));
  const simulations = simulationsOf({ a: [-Infinity, Infinity] }, rows);
  const std = (adjustment: "linear" | "heteroscedastic") =>
    rejectionAbc({ distance: euclidean, tolerance: 1, adjustment }).fit(simulations).at([0]);
  const [linear, both] = [std("linear"), std("heteroscedastic")];
  // The slope of log e^2 has the variance pi^2 / 2 over ess times the summaries' variance, about 0.06; x is 0.375 on average.
  const se = Math.sqrt(0.5 / both.ess + (0.375 ** 2 * (Math.PI ** 2 / 2)) / (4 * both.ess * 0.059));
  expect(Math.abs(both.std.a - 1)).toBeLessThan(5 * se);
  // The intercept lies 0.375 off the middle of summaries of variance 0.059, where the width is about e^0.375.
  expect(Math.abs(both.mean.a - 2)).toBeLessThan(5 * Math.exp(0.375) * Math.sqrt((1 + 0.375 ** 2 / 0.059) / both.ess));
  expect(linear.std.a).toBeGreaterThan(1.3);
});

it("stays inside the prior's ranges, where an adjustment in theta would leave them", () => {
  const n = 4000;
  const [a, noise] = [uniforms(fold(key(5), 0), n), standardNormals(fold(key(5), 1), n)];
  const rows = Array.from(a, (value, i) => ({ theta: [value], x: [value + 0.05 * noise[i]!] }));
  const posterior = rejectionAbc({ distance: euclidean, tolerance: 0.4, adjustment: "linear" })
    .fit(simulationsOf({ a: [0, 1] }, rows))
    .at([0.01]);
  expect(posterior.theta.values.every((value) => value >= 0 && value <= 1)).toBe(true);
  expect(posterior.mean.a).toBeLessThan(0.08);
});

it("leaves points alone whose data sets are the observed one", () => {
  const rows = Array.from({ length: 10 }, (_, i) => ({ theta: [i / 10], x: [i % 2] }));
  const posterior = rejectionAbc({ distance: euclidean, tolerance: 0, adjustment: "linear" })
    .fit(simulationsOf({ a: [0, 1] }, rows))
    .at([1]);
  expect(Array.from(posterior.theta.values).sort()).toEqual([0.1, 0.3, 0.5, 0.7, 0.9]);
});

it("takes one event of several observables as plain numbers, as the diagnostics do", () => {
  const rows = Array.from({ length: 10 }, (_, i) => ({ theta: [i / 10], x: [i, -i] }));
  const fitted = rejectionAbc({ distance: euclidean, tolerance: 1 }).fit(simulationsOf({ a: [0, 1] }, rows));
  expect(fitted.at([3, -3]).theta).toEqual(fitted.at([[3, -3]]).theta);
  expect([fitted.name, fitted.observables]).toEqual(["rejectionAbc", ["x0", "x1"]]);
});

const few = simulationsOf(
  { a: [0, 1] },
  [0.2, 0.5, 0.7].map((value) => ({ theta: [value], x: [value, 1] })),
);
const many = (x: (value: number) => number[]) =>
  simulationsOf(
    { a: [0, 1] },
    Array.from({ length: 20 }, (_, i) => ({ theta: [(i + 0.5) / 20], x: x(i / 20) })),
  );
const linear = rejectionAbc({ distance: euclidean, tolerance: 3, adjustment: "linear" });
it.each([
  {
    name: "three simulations",
    run: () => linear.fit(few).at([[0.4, 1]]),
    message: "rejectionAbc: accepted data sets nearer than the tolerance is 3; expected at least 4 for 2 summaries; simulate more",
  },
  {
    name: "a summary of no variance",
    run: () => linear.fit(many((value) => [value, 1])).at([[0.4, 1]]),
    message: "rejectionAbc: summary[1]'s spread among the accepted data sets is 0; expected a positive spread; leave out summaries",
  },
  {
    name: "a summary that follows from another",
    run: () => linear.fit(many((value) => [value, 2 * value])).at([[0.4, 0.8]]),
    message: 'rejectionAbc: the accepted summaries\' correlation is "not positive definite"',
  },
  {
    name: "an unknown adjustment",
    run: () => rejectionAbc({ distance: euclidean, tolerance: 3, adjustment: "quadratic" as never }),
    message: 'rejectionAbc: adjustment is "quadratic"; expected one of none, linear, heteroscedastic',
  },
])("refuses $name", ({ run, message }) => {
  expect(run).toThrow(DomainError);
  expect(run).toThrow(message);
});
