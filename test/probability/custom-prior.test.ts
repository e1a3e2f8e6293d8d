import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import { columnOf } from "../../src/numerics/matrix.js";
import { type Key, key, stream, uniforms } from "../../src/numerics/random.js";
import { customPrior } from "../../src/probability/custom-prior.js";
import { exponential } from "../../src/probability/exponential.js";
import { gamma } from "../../src/probability/gamma.js";
import { independent, type Prior } from "../../src/probability/independent.js";
import { logNormal } from "../../src/probability/log-normal.js";
import { multivariateNormal } from "../../src/probability/multivariate-normal.js";
import { normal } from "../../src/probability/normal.js";
import { truncated } from "../../src/probability/truncated.js";
import { uniform } from "../../src/probability/uniform.js";
import { integrate, kolmogorovSmirnov, meanAndError } from "../support/numbers.js";

/** Uniform on the triangle low < high of the unit square: two parameters that depend on each other. */
const ordered = customPrior({
  parameters: { low: [0, 1], high: [0, 1] },
  logProb: ({ low, high }) => (low < high ? Math.LN2 : -Infinity),
  sample: (key: Key, n: number) => {
    const u = uniforms(key, 2 * n);
    return Array.from({ length: n }, (_, i) => [Math.min(u[2 * i]!, u[2 * i + 1]!), Math.max(u[2 * i]!, u[2 * i + 1]!)]);
  },
});

// Laws that every prior keeps, of one parameter; a new kind of prior is a new row.
const ONE: readonly { name: string; prior: Prior<"a">; bounds: readonly [number, number] }[] = [
  { name: "uniform", prior: uniform({ a: [-1, 3] }), bounds: [-1, 3] },
  { name: "normal", prior: independent({ a: normal(1, 2) }), bounds: [-30, 32] },
  { name: "logNormal", prior: independent({ a: logNormal(0, 0.5) }), bounds: [0, 80] },
  { name: "gamma", prior: independent({ a: gamma(2, 3) }), bounds: [0, 30] },
  { name: "exponential", prior: independent({ a: exponential(3) }), bounds: [0, 30] },
  { name: "truncated", prior: truncated(independent({ a: normal(0, 1) }), { a: [-1, 4] }), bounds: [-1, 4] },
  { name: "multivariateNormal", prior: multivariateNormal({ mean: { a: 1 }, covariance: [[4]] }), bounds: [-30, 32] },
  {
    name: "customPrior that draws",
    prior: customPrior({
      parameters: { a: [0, 1] },
      logProb: ({ a }) => Math.log(2 * a),
      draw: (source) => ({ a: Math.sqrt(source.uniform()) }),
    }),
    bounds: [0, 1],
  },
  {
    name: "customPrior that samples",
    prior: customPrior({
      parameters: { a: [0, 1] },
      logProb: ({ a }) => Math.log(2 * a),
      sample: (key, n) => uniforms(key, n).map(Math.sqrt),
    }),
    bounds: [0, 1],
  },
];

describe.each(ONE)("a prior: $name", ({ prior, bounds: [low, high] }) => {
  it("integrates to one", () => {
    expect(integrate((a) => Math.exp(prior.logProb({ a })), low, high, 1000)).toBeCloseTo(1, 8);
  });

  it("samples and draws what logProb says, inside its ranges", () => {
    const n = 4000;
    const source = stream(key(2));
    const row = new Float64Array(1);
    const drawn = Float64Array.from({ length: n }, () => {
      prior.draw(source, row);
      return row[0]!;
    });
    for (const points of [columnOf(prior.sample(key(1), n), 0), drawn]) {
      expect(points.every((a) => a >= prior.parameters.a[0] && a <= prior.parameters.a[1])).toBe(true);
      // P(D > 1.95 / sqrt(n)) = 0.001 for the right distribution.
      expect(kolmogorovSmirnov(points, { logProb: (a) => prior.logProb({ a }) }, low)).toBeLessThan(1.95 / Math.sqrt(n));
    }
  });

  it("has no density outside its ranges, and says its names", () => {
    for (const a of [prior.parameters.a[0] - 0.1, prior.parameters.a[1] + 0.1])
      if (Number.isFinite(a)) expect(prior.logProb({ a })).toBe(-Infinity);
    expect(prior.names).toEqual(["a"]);
    expect(prior.sample(key(5), 4)).toEqual(prior.sample(key(5), 4));
  });
});

describe("customPrior", () => {
  it("keeps the order of the names and the dependence", () => {
    expect(ordered.names).toEqual(["low", "high"]);
    const points = ordered.sample(key(1), 2000);
    const [low, high] = [columnOf(points, 0), columnOf(points, 1)];
    expect(low.every((value, i) => value < high[i]!)).toBe(true);
    for (const [values, expected] of [
      [low, 1 / 3],
      [high, 2 / 3],
    ] as const) {
      const { mean, se } = meanAndError(values);
      expect(Math.abs(mean - expected)).toBeLessThan(5 * se);
    }
    expect(ordered.logProb({ high: 0.2, low: 0.4 })).toBe(-Infinity);
    expect(ordered.logProb({ high: 0.4, low: 0.2 })).toBe(Math.LN2);
  });

  it("without a density still draws, and says who needs one", () => {
    const drawn = customPrior({ parameters: { a: [0, 1] }, draw: (source) => ({ a: source.uniform() }) });
    expect(drawn.sample(key(1), 3).rows).toBe(3);
    expect(() => drawn.logProb({ a: 0.5 })).toThrow(DomainError);
    expect(() => drawn.logProb({ a: 0.5 })).toThrow(
      "customPrior: logProb is undefined; expected a density, for a method that evaluates the prior; MCMC, NLE, APT, abcSmc and importance weights need it",
    );
  });

  const parameters = { a: [0, 1], b: [0, Infinity] } as const;
  const draw = () => ({ a: 0.5, b: 1 });
  it.each([
    {
      name: "no parameter",
      run: () => customPrior({ parameters: {}, draw: () => ({}) }),
      error: DomainError,
      message: "customPrior: parameters is {}",
    },
    {
      name: "an empty range",
      run: () => customPrior({ parameters: { a: [1, 0] }, draw: () => ({ a: 0 }) }),
      error: DomainError,
      message: "customPrior: parameters.a is [1,0]; expected a range [low, high] with low below high",
    },
    {
      name: "no way to draw",
      run: () => customPrior({ parameters, logProb: () => 0 } as never),
      error: DomainError,
      message: "customPrior: sample and draw is",
    },
    {
      name: "two ways to draw",
      run: () => customPrior({ parameters, draw, sample: () => [] } as never),
      error: DomainError,
      message: "customPrior: sample and draw is",
    },
    {
      name: "NaN as a density, with theta",
      run: () => customPrior({ parameters, draw, logProb: () => Number.NaN }).logProb({ a: 0.5, b: 2 }),
      error: DomainError,
      message: 'customPrior: logProb({"a":0.5,"b":2}) is NaN; expected a number below Infinity',
    },
    {
      name: "a density of +Infinity",
      run: () => customPrior({ parameters, draw, logProb: () => Infinity }).logProb({ a: 0.5, b: 2 }),
      error: DomainError,
      message: "is Infinity; expected a number below Infinity",
    },
    {
      name: "a draw outside the ranges",
      run: () => customPrior({ parameters, draw: () => ({ a: 2, b: 1 }) }).sample(key(1), 1),
      error: DomainError,
      message: "customPrior: draw's point.a is 2; expected a number in [0, 1]; widen the range, or draw inside it",
    },
    {
      name: "a draw without a parameter",
      run: () => customPrior({ parameters, draw: () => ({ a: 0.5 }) as never }).sample(key(1), 1),
      error: DomainError,
      message: "customPrior: draw's point.b is NaN",
    },
    {
      name: "too few points",
      run: () => customPrior({ parameters, sample: () => [[0.5, 1]] }).sample(key(1), 2),
      error: ShapeError,
      message: "customPrior: sample's points has shape [1, ...]; expected [2, 2]",
    },
    {
      name: "points of another length",
      run: () => customPrior({ parameters, sample: () => [[0.5]] }).sample(key(1), 1),
      error: ShapeError,
      message: "customPrior: sample's points[0] has shape [1]; expected [2]",
    },
    {
      name: "points outside the ranges",
      run: () => customPrior({ parameters, sample: () => [[0.5, -1]] }).sample(key(1), 1),
      error: DomainError,
      message: "customPrior: sample's points[0].b is -1; expected a number in [0, Infinity]",
    },
    {
      name: "a point that is NaN",
      run: () => customPrior({ parameters, sample: () => [[0.5, Number.NaN]] }).sample(key(1), 1),
      error: DomainError,
      message: "customPrior: sample's points[0][1] is NaN",
    },
  ])("refuses $name", ({ run, error, message }) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});
