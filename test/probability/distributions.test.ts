import { describe, expect, it } from "vitest";
import {
  bernoulli,
  categorical,
  type Distribution,
  exponential,
  gamma,
  key,
  logGamma,
  logNormal,
  normal,
  poisson,
  stream,
  uniform,
} from "../../src/index.js";
import { sameSupport } from "../../src/probability/support.js";
import { integrate, kolmogorovSmirnov, meanAndError } from "../support/numbers.js";

const N = 20_000;

// Laws that every distribution keeps; a new distribution is a new row.
const CONTINUOUS: readonly { name: string; distribution: Distribution; bounds: readonly [number, number] }[] = [
  { name: "normal", distribution: normal(0.3, 2), bounds: [-30, 30] },
  { name: "uniform", distribution: uniform(-1, 4), bounds: [-1, 4] },
  { name: "exponential", distribution: exponential(2.5), bounds: [0, 30] },
  { name: "logNormal", distribution: logNormal(-0.125, 0.5), bounds: [0, 60] },
  { name: "gamma of shape 3", distribution: gamma(3, 2), bounds: [0, 60] },
  { name: "gamma of shape 0.6", distribution: gamma(0.6, 0.5), bounds: [0, 120] },
];

const DISCRETE: readonly { name: string; distribution: Distribution; values: number }[] = [
  { name: "bernoulli", distribution: bernoulli(0.3), values: 2 },
  { name: "categorical", distribution: categorical([0.2, 0, 0.5, 0.3]), values: 4 },
  { name: "poisson of mean 2.5", distribution: poisson(2.5), values: 60 },
  { name: "poisson of mean 40", distribution: poisson(40), values: 400 },
  { name: "poisson of mean 1000", distribution: poisson(1000), values: 3000 },
];

describe.each(CONTINUOUS)("$name", ({ distribution, bounds: [low, high] }) => {
  it("integrates to one", () => {
    expect(integrate((x) => Math.exp(distribution.logProb(x)), low, high)).toBeCloseTo(1, 9);
  });

  it("has the mean and the variance of its density", () => {
    const moment = (power: number, about: number) => integrate((x) => (x - about) ** power * Math.exp(distribution.logProb(x)), low, high);
    expect(moment(1, 0) / distribution.mean).toBeCloseTo(1, 7);
    expect(moment(2, distribution.mean) / distribution.variance).toBeCloseTo(1, 6);
  });

  it("draws what logProb says", () => {
    const draws = distribution.sample(key(1), N);
    // P(D > 1.95 / sqrt(n)) = 0.001 for the right distribution.
    expect(kolmogorovSmirnov(draws, distribution, low)).toBeLessThan(1.95 / Math.sqrt(N));
  });

  it("has no density outside its support", () => {
    const { support } = distribution;
    expect(support.discrete).toBe(false);
    for (const x of [support.low - 1, support.high + 1]) if (Number.isFinite(x)) expect(distribution.logProb(x)).toBe(-Infinity);
  });
});

describe.each(DISCRETE)("$name", ({ distribution, values }) => {
  const probabilities = Array.from({ length: values }, (_, k) => Math.exp(distribution.logProb(k)));
  const mean = probabilities.reduce((sum, p, k) => sum + k * p, 0);

  it("sums to one", () => {
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 10);
  });

  it("has the mean and the variance of its probabilities", () => {
    expect(distribution.mean).toBeCloseTo(mean, 7);
    const variance = probabilities.reduce((sum, p, k) => sum + (k - mean) ** 2 * p, 0);
    expect(distribution.variance / variance).toBeCloseTo(1, 9);
  });

  it("draws what logProb says", () => {
    const counts = new Map<number, number>();
    for (const draw of distribution.sample(key(2), N)) counts.set(draw, (counts.get(draw) ?? 0) + 1);
    const cells = probabilities.map((p, k) => ({ p, count: counts.get(k) ?? 0 })).filter(({ p }) => N * p > 10);
    const seen = cells.reduce((sum, { count }) => sum + count, 0);
    const covered = cells.reduce((sum, { p }) => sum + p, 0);
    const statistic = cells.reduce((sum, { p, count }) => sum + (count - N * p) ** 2 / (N * p), 0);
    // Pearson's statistic has about as many degrees of freedom as cells; 5 of its standard deviations.
    expect(Math.abs(statistic - cells.length)).toBeLessThan(5 * Math.sqrt(2 * cells.length));
    expect(Math.abs(seen - N * covered)).toBeLessThanOrEqual(5 * Math.sqrt(N * covered * (1 - covered)) + 1e-6 * N);
  });

  it("has probability on the integers of its support alone", () => {
    expect(distribution.support.discrete).toBe(true);
    for (const x of [-1, 0.5, distribution.support.high + 1]) if (Number.isFinite(x)) expect(distribution.logProb(x)).toBe(-Infinity);
  });
});

describe.each([...CONTINUOUS, ...DISCRETE])("$name", ({ distribution }) => {
  it("repeats for the same key, differs for another, and draws from a stream as it samples", () => {
    const draws = distribution.sample(key(1), 50);
    expect(distribution.sample(key(1), 50)).toEqual(draws);
    expect(distribution.sample(key(2), 50)).not.toEqual(draws);
    const source = stream(key(1));
    expect(Float64Array.from({ length: 50 }, () => distribution.draw(source))).toEqual(draws);
  });

  it("draws with its mean", () => {
    const { mean, se } = meanAndError(distribution.sample(key(3), N));
    expect(Math.abs(mean - distribution.mean)).toBeLessThan(5 * se);
  });
});

it.each([
  { x: 1, value: 0 },
  { x: 2, value: 0 },
  { x: 5, value: Math.log(24) },
  { x: 0.5, value: Math.log(Math.PI) / 2 },
  { x: 1.5, value: Math.log(Math.PI) / 2 - Math.log(2) },
  { x: 171, value: 706.5730622457875 },
  { x: 1e-8, value: 18.420680738180209 },
])("logGamma($x)", ({ x, value }) => {
  expect(Math.abs(logGamma(x) - value)).toBeLessThan(4e-15 * Math.max(1, Math.abs(value)));
});

it("logGamma is infinite at 0 and NaN below", () => {
  expect(logGamma(0)).toBe(Infinity);
  expect(logGamma(-1)).toBeNaN();
});

it("supports are the same when they hold the same numbers", () => {
  expect(sameSupport(uniform(0, 1).support, uniform(0, 1).support)).toBe(true);
  expect(sameSupport(uniform(0, 1).support, uniform(0, 2).support)).toBe(false);
  expect(sameSupport(bernoulli(0.1).support, bernoulli(1).support)).toBe(true);
  expect(sameSupport(exponential(1).support, poisson(1).support)).toBe(false);
  expect(sameSupport(bernoulli(0.1).support, categorical([0.5, 0.5]).support)).toBe(true);
});

it.each([
  { refused: () => normal(Number.NaN, 1), message: "normal: mean is NaN; expected a finite number" },
  { refused: () => normal(0, -1), message: "normal: std is -1; expected a positive finite number; pass the standard deviation" },
  { refused: () => logNormal(Infinity, 1), message: "logNormal: logMean is Infinity; expected" },
  { refused: () => logNormal(0, 0), message: "logNormal: logStd is 0; expected" },
  { refused: () => exponential(0), message: "exponential: rate is 0; expected" },
  { refused: () => gamma(0, 1), message: "gamma: shape is 0; expected" },
  { refused: () => gamma(1, -1), message: "gamma: rate is -1; expected" },
  { refused: () => bernoulli(1.01), message: "bernoulli: probability is 1.01; expected a number in [0, 1]" },
  { refused: () => bernoulli(Number.NaN), message: "bernoulli: probability is NaN" },
  { refused: () => poisson(0), message: "poisson: mean is 0; expected" },
  { refused: () => categorical([]), message: "categorical: probabilities has shape [0]; expected [K]" },
  { refused: () => categorical([0.5, -0.5, 1]), message: "categorical: probabilities[1] is -0.5; expected" },
  { refused: () => categorical([0.5, 0.4]), message: "categorical: the sum of probabilities is 0.9; expected 1 within 1e-9" },
  { refused: () => uniform(-Infinity, 0), message: "uniform: low is -Infinity; expected" },
  { refused: () => uniform(1, 1), message: "uniform: high is 1; expected a finite number above 1" },
])("refuses: $message", ({ refused, message }) => {
  expect(refused).toThrow(message);
});
