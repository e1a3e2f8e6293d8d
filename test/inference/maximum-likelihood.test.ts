import { describe, expect, it } from "vitest";
import { DomainError, NotConvergedError } from "../../src/errors.js";
import { logLikelihood } from "../../src/inference/log-likelihood.js";
import { maximumLikelihood } from "../../src/inference/maximum-likelihood.js";
import type { ParameterRanges, Theta } from "../../src/numerics/parameters.js";
import { average, coin, coins, normalMean, normals, twoMeans } from "./models.js";

function likelihood<const Ranges extends ParameterRanges>(parameters: Ranges, value: (theta: Theta<Ranges>) => number) {
  return Object.assign(value, { parameters });
}

describe("maximumLikelihood", () => {
  it.each([5, 1000, 100_000])("finds the average of %d normal events", (n) => {
    const x = normals(2, n, 1.234);
    const best = maximumLikelihood(logLikelihood(normalMean(), x));
    // The log-likelihood is known to a few 1e-16 of its size n, hence the mean to 1e-8 standard errors times sqrt(n).
    expect(Math.abs(best.theta.mean - average(x))).toBeLessThan(1e-7);
    expect(best.atRange).toEqual([]);
  });

  it.each([
    { heads: 3, at: 0.3, atRange: [] },
    { heads: 10, at: 1, atRange: ["p"] },
    { heads: 0, at: 0, atRange: ["p"] },
  ])("finds $at for $heads heads in 10", ({ heads, at, atRange }) => {
    const best = maximumLikelihood(logLikelihood(coin, coins(heads, 10)));
    expect(best.theta.p).toBeCloseTo(at, 7);
    expect(best.atRange).toEqual(atRange);
  });

  it("finds two correlated means", () => {
    const [u, v] = [normals(3, 400, 1), normals(4, 400, -2)];
    const best = maximumLikelihood(
      logLikelihood(
        twoMeans(0.9),
        Array.from(u, (value, i) => [value, v[i]!]),
      ),
    );
    expect(best.theta.a).toBeCloseTo(average(u), 5);
    expect(best.theta.b).toBeCloseTo(average(v), 5);
  });

  it("finds the higher of two peaks, narrow and far apart", () => {
    const peaks = ({ a }: { a: number }) =>
      Math.log(Math.exp(-0.5 * ((a + 3) / 0.1) ** 2) + 1.5 * Math.exp(-0.5 * ((a - 2.03) / 0.1) ** 2) + 1e-300);
    expect(maximumLikelihood(likelihood({ a: [-5, 5] }, peaks)).theta.a).toBeCloseTo(2.03, 6);
    const plane = ({ a, b }: { a: number; b: number }) => -Math.min((a + 1) ** 2 + (b + 1) ** 2, (a - 1) ** 2 + (b - 1) ** 2 - 0.5);
    expect(maximumLikelihood(likelihood({ a: [-2, 2], b: [-2, 2] }, plane)).theta.b).toBeCloseTo(1, 5);
  });

  it("finds a peak in three parameters, one of them at the end of its range", () => {
    const bowl = ({ a, b, c }: { a: number; b: number; c: number }) => -((a - 0.2) ** 2) - 4 * (b - c) ** 2 + c;
    const best = maximumLikelihood(likelihood({ a: [-1, 1], b: [-1, 1], c: [-1, 1] }, bowl));
    expect([best.theta.a, best.theta.b, best.theta.c].map((value) => Number(value.toFixed(4)))).toEqual([0.2, 1, 1]);
    expect(best.atRange).toContain("c");
    expect(best.logLikelihood).toBeCloseTo(1, 9);
  });

  it("tries the start that is given: a spike that the grid misses", () => {
    const spike = likelihood({ a: [0, 1] }, ({ a }) => (Math.abs(a - 0.123) < 1e-4 ? 5 : -a));
    expect(maximumLikelihood(spike).theta.a).toBe(0);
    expect(maximumLikelihood(spike, { start: { a: 0.123 } }).logLikelihood).toBe(5);
  });

  it("steps around thetas at which the events are impossible", () => {
    const half = likelihood({ a: [0, 1] }, ({ a }) => (a < 0.4 ? -Infinity : -a));
    expect(maximumLikelihood(half).theta.a).toBeCloseTo(0.4, 6);
  });

  it.each([
    {
      name: "-Infinity everywhere",
      logL: likelihood({ a: [0, 1] }, () => -Infinity),
      error: DomainError,
      message: "maximumLikelihood: logL is -Infinity; expected a finite value somewhere",
    },
    {
      name: "NaN",
      logL: likelihood({ a: [0, 1] }, () => Number.NaN),
      error: DomainError,
      message: 'maximumLikelihood: logL({"a":0}) is NaN',
    },
    {
      name: "+Infinity",
      logL: likelihood({ a: [0, 1] }, () => Infinity),
      error: DomainError,
      message: "is Infinity; expected a finite number or -Infinity",
    },
    {
      name: "a range without end",
      logL: likelihood({ a: [0, Infinity] }, ({ a }) => -a),
      error: DomainError,
      message: "maximumLikelihood: parameters.a is",
    },
    {
      name: "a flat likelihood",
      logL: likelihood({ a: [0, 1] }, () => -3),
      error: NotConvergedError,
      message: "the log-likelihood is -3 at every theta that was tried",
    },
  ])("refuses $name", ({ logL, error, message }) => {
    expect(() => maximumLikelihood(logL)).toThrow(error);
    expect(() => maximumLikelihood(logL)).toThrow(message);
  });

  it("refuses a start outside the range", () => {
    expect(() => maximumLikelihood(logLikelihood(coin, [1]), { start: { p: 2 } })).toThrow("maximumLikelihood: start.p is 2");
  });
});
