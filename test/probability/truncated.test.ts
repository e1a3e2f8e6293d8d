import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.js";
import { columnOf } from "../../src/numerics/matrix.js";
import { key, stream } from "../../src/numerics/random.js";
import type { Distribution } from "../../src/probability/distribution.js";
import { exponential } from "../../src/probability/exponential.js";
import { gamma } from "../../src/probability/gamma.js";
import { independent } from "../../src/probability/independent.js";
import { logNormal } from "../../src/probability/log-normal.js";
import { multivariateNormal } from "../../src/probability/multivariate-normal.js";
import { normal } from "../../src/probability/normal.js";
import { poisson } from "../../src/probability/poisson.js";
import { truncated } from "../../src/probability/truncated.js";
import { uniform } from "../../src/probability/uniform.js";
import { integrate, kolmogorovSmirnov, meanAndError } from "../support/numbers.js";

const N = 4000;

/** `bounds` hold all of the probability but what is below rounding. */
const CASES: readonly { name: string; law: Distribution; bounds: readonly [number, number] }[] = [
  { name: "normal cut on both sides", law: truncated(normal(0.3, 2), { low: -1, high: 4 }), bounds: [-1, 4] },
  { name: "normal cut below", law: truncated(normal(0, 1), { low: 0 }), bounds: [0, 40] },
  { name: "normal cut above, in its tail", law: truncated(normal(1, 1), { high: -4 }), bounds: [-12, -4] },
  { name: "normal cut to [30, 31]", law: truncated(normal(0, 1), { low: 30, high: 31 }), bounds: [30, 31] },
  { name: "normal cut beyond underflow", law: truncated(normal(0, 1), { low: 1000 }), bounds: [1000, 1000.05] },
  { name: "normal cut below underflow", law: truncated(normal(0, 1), { high: -60 }), bounds: [-61, -60] },
  { name: "normal cut to a sliver", law: truncated(normal(0, 1), { low: 0.5, high: 0.5 + 1e-9 }), bounds: [0.5, 0.5 + 1e-9] },
  { name: "normal cut twice", law: truncated(truncated(normal(0, 1), { low: -1 }), { high: 2 }), bounds: [-1, 2] },
  { name: "uniform", law: truncated(uniform(-1, 4), { low: 0, high: 9 }), bounds: [0, 4] },
  { name: "exponential in its tail", law: truncated(exponential(2.5), { low: 500 }), bounds: [500, 520] },
  { name: "logNormal", law: truncated(logNormal(-0.125, 0.5), { low: 0.2, high: 1 }), bounds: [0.2, 1] },
  { name: "logNormal in its tail", law: truncated(logNormal(0, 0.5), { low: 20 }), bounds: [20, 400] },
  { name: "gamma of shape 3", law: truncated(gamma(3, 2), { low: 4 }), bounds: [4, 40] },
  { name: "gamma of shape 0.6 at its pole", law: truncated(gamma(0.6, 0.5), { high: 0.01 }), bounds: [0, 0.01] },
];

describe.each(CASES)("truncated $name", ({ law, bounds: [low, high] }) => {
  const moment = (of: (x: number) => number) => integrate((x) => of(x) * Math.exp(law.logProb(x)), low, high, 1000);

  it("integrates to one", () => {
    expect(moment(() => 1)).toBeCloseTo(1, 8);
  });

  it("has the mean and the variance of its density", () => {
    // Besides the quadrature's error the mean has the rounding error of a number of its size.
    const rounding = 2 * Number.EPSILON * Math.abs(low);
    expect(Math.abs(law.mean - low - moment((x) => x - low))).toBeLessThan(1e-7 * Math.sqrt(law.variance) + rounding);
    expect(law.variance / moment((x) => (x - law.mean) ** 2)).toBeCloseTo(1, 6);
  });

  it("has the distribution function of its density", () => {
    for (const part of [0.1, 0.4, 0.8]) {
      const x = low + part * part * (high - low);
      const below = integrate((y) => Math.exp(law.logProb(y)), low, x, 1000);
      expect(law.cdf!(x)).toBeCloseTo(below, 8);
      expect(law.survival!(x)).toBeCloseTo(1 - below, 8);
    }
    expect([law.cdf!(law.support.low), law.survival!(law.support.high)]).toEqual([0, 0]);
  });

  it("draws what logProb says, inside", () => {
    const draws = law.sample(key(1), N);
    expect(draws.every((x) => x >= law.support.low && x <= law.support.high)).toBe(true);
    // P(D > 1.95 / sqrt(n)) = 0.001 for the right distribution.
    expect(kolmogorovSmirnov(draws, law, low)).toBeLessThan(1.95 / Math.sqrt(N));
    const { mean, se } = meanAndError(draws.map((x) => x - low));
    expect(Math.abs(mean - (law.mean - low))).toBeLessThan(5 * se);
  });

  it("has no density outside and repeats for the same key", () => {
    for (const x of [law.support.low - 1, law.support.high + 1]) if (Number.isFinite(x)) expect(law.logProb(x)).toBe(-Infinity);
    const source = stream(key(2));
    expect(law.sample(key(2), 5)).toEqual(Float64Array.from({ length: 5 }, () => law.draw(source)));
  });
});

// The distribution functions that truncation stands on; a new one is a new row.
it.each([
  { name: "normal", law: normal(0.3, 2), low: -40, points: [-3, 0, 2], tail: 12 },
  { name: "uniform", law: uniform(-1, 4), low: -1, points: [-0.5, 3.9], tail: 3.999 },
  { name: "exponential", law: exponential(2.5), low: 0, points: [0.01, 1], tail: 20 },
  { name: "logNormal", law: logNormal(-0.125, 0.5), low: 0, points: [0.2, 1, 3], tail: 20 },
  { name: "gamma of shape 3", law: gamma(3, 2), low: 0, points: [0.1, 1, 4], tail: 20 },
  { name: "gamma of shape 0.6", law: gamma(0.6, 0.5), low: 0, points: [0.001, 1, 4], tail: 80 },
])("the distribution function of $name is the integral of its density, in the tail too", ({ law, low, points, tail }) => {
  for (const x of points) {
    expect(law.cdf!(x)).toBeCloseTo(
      integrate((y) => Math.exp(law.logProb(y)), low, x),
      10,
    );
    expect(law.survival!(x)).toBeCloseTo(1 - law.cdf!(x), 12);
  }
  const end = Math.min(law.support.high, 8 * tail);
  expect(law.survival!(tail) / integrate((y) => Math.exp(law.logProb(y)), tail, end)).toBeCloseTo(1, 8);
  if (law.support.low > -Infinity) expect([law.cdf!(law.support.low - 1), law.survival!(law.support.low - 1)]).toEqual([0, 1]);
});

it("has the closed forms of the half normal and of the exponential without memory", () => {
  const half = truncated(normal(0, 2), { low: 0 });
  expect(half.logProb(1.3)).toBeCloseTo(normal(0, 2).logProb(1.3) + Math.LN2, 13);
  expect(half.mean).toBeCloseTo(2 * Math.sqrt(2 / Math.PI), 11);
  expect(half.variance).toBeCloseTo(4 * (1 - 2 / Math.PI), 11);
  const late = truncated(exponential(2), { low: 700 });
  expect(late.mean).toBeCloseTo(700.5, 10);
  expect(late.variance).toBeCloseTo(0.25, 10);
  expect(late.logProb(701)).toBeCloseTo(exponential(2).logProb(1), 10);
});

it("has the mean of Mills' ratio far in a normal tail", () => {
  // E[x | x > a] = a + 1 / a - 2 / a^3 + 10 / a^5 - ...
  for (const a of [50, 200]) expect(truncated(normal(0, 1), { low: a }).mean - a).toBeCloseTo(1 / a - 2 / a ** 3 + 10 / a ** 5, 8);
});

it("is the distribution itself where nothing is cut off", () => {
  const law = gamma(3, 2);
  expect(truncated(law, { low: -1 })).toBe(law);
});

describe("truncated prior", () => {
  const prior = independent({ slope: normal(0, 1), rate: gamma(2, 1) });
  const box = truncated(prior, { slope: [-1, 0.5] });

  it("is the product with one factor cut", () => {
    expect(box.parameters).toEqual({ slope: [-1, 0.5], rate: [0, Infinity] });
    const slope = truncated(normal(0, 1), { low: -1, high: 0.5 });
    expect(box.logProb({ slope: 0.2, rate: 1 })).toBe(slope.logProb(0.2) + gamma(2, 1).logProb(1));
    expect(box.logProb({ slope: 0.6, rate: 1 })).toBe(-Infinity);
    expect(columnOf(box.sample(key(1), 500), 0).every((x) => x >= -1 && x <= 0.5)).toBe(true);
  });

  it.each([
    {
      name: "an unknown name",
      run: () => truncated(prior, { slop: [0, 1] } as never),
      message: 'truncated: box is "slop"; expected one of slope, rate',
    },
    {
      name: "an empty range",
      run: () => truncated(prior, { slope: [1, 1] }),
      message: "truncated: box.slope[1] is 1; expected a number above 1",
    },
    {
      name: "parameters that depend on each other",
      run: () => truncated(multivariateNormal({ mean: { a: 0 }, covariance: [[1]] }) as never, { a: [0, 1] } as never),
      message: "truncated: prior.marginals is undefined; expected a prior of independent parameters",
    },
  ])("refuses $name", ({ run, message }) => {
    expect(run).toThrow(DomainError);
    expect(run).toThrow(message);
  });
});

it.each([
  {
    name: "an empty interval",
    run: () => truncated(normal(0, 1), { low: 2, high: 1 }),
    message: "truncated: high is 1; expected a number above 2",
  },
  { name: "NaN", run: () => truncated(normal(0, 1), { low: Number.NaN }), message: "truncated: low is NaN" },
  {
    name: "an interval outside the support",
    run: () => truncated(uniform(0, 1), { low: 2 }),
    message: 'truncated: interval is ["2","Infinity"]',
  },
  {
    name: "an interval that touches the support",
    run: () => truncated(uniform(0, 1), { low: 1, high: 2 }),
    message: "truncated: interval is",
  },
  { name: "an interval beyond all numbers", run: () => truncated(normal(0, 1), { low: 1e200 }), message: "truncated: interval is" },
  { name: "a discrete distribution", run: () => truncated(poisson(3), { high: 4 }), message: 'truncated: distribution is "discrete"' },
  {
    name: "a distribution without a distribution function",
    run: () => truncated({ ...gamma(2, 1), support: gamma(2, 1).support, logProb: () => 0 } as never, { high: 1 }),
    message: "truncated: distribution.cdf is undefined; expected a distribution function; give it cdf(x)",
  },
])("refuses $name", ({ run, message }) => {
  expect(run).toThrow(DomainError);
  expect(run).toThrow(message);
});
