import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import { credibleRegion } from "../../src/inference/credible-region.js";
import { gridPosterior } from "../../src/inference/grid-posterior.js";
import { logLikelihood } from "../../src/inference/log-likelihood.js";
import { independent } from "../../src/probability/independent.js";
import { normal } from "../../src/probability/normal.js";
import { uniform } from "../../src/probability/uniform.js";
import { average, coin, coins, normalMean, normals, twoMeans } from "./models.js";

describe("gridPosterior in one parameter", () => {
  // Uniform prior and k heads in n: Beta(k + 1, n - k + 1).
  it.each([
    { heads: 3, n: 10 },
    { heads: 0, n: 5 },
    { heads: 70, n: 200 },
  ])("is the beta posterior of $heads heads in $n", ({ heads, n }) => {
    const posterior = gridPosterior(logLikelihood(coin, coins(heads, n)), uniform({ p: [0, 1] }), { points: 2001 });
    const [a, b] = [heads + 1, n - heads + 1];
    expect(posterior.mean.p).toBeCloseTo(a / (a + b), 6);
    expect(posterior.std.p).toBeCloseTo(Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1))), 6);
    expect(posterior.mode.p).toBeCloseTo(heads / n, 6);
    // B(a, b) = 1 / ((n + 1) choose(n, k))
    const logChoose = Array.from({ length: heads }, (_, i) => Math.log((n - i) / (i + 1))).reduce((total, value) => total + value, 0);
    expect(posterior.logEvidence).toBeCloseTo(-Math.log(n + 1) - logChoose, 5);
  });

  it("has the quantiles 1 - (1 - q)^(1/6) of Beta(1, 6)", () => {
    const posterior = gridPosterior(logLikelihood(coin, coins(0, 5)), uniform({ p: [0, 1] }), { points: 1001 });
    for (const q of [0, 0.025, 0.5, 0.9, 1]) expect(posterior.quantile(q).p).toBeCloseTo(1 - (1 - q) ** (1 / 6), q === 1 ? 1 : 5);
  });

  it("is the normal posterior of a normal prior", () => {
    const x = normals(11, 25, 0.8);
    const posterior = gridPosterior(logLikelihood(normalMean(), x), independent({ mean: normal(-1, 0.5) }));
    const precision = 25 + 1 / 0.25;
    const mean = (25 * average(x) - 1 / 0.25) / precision;
    expect(posterior.mean.mean).toBeCloseTo(mean, 8);
    expect(posterior.std.mean).toBeCloseTo(1 / Math.sqrt(precision), 8);
    expect(posterior.quantile(0.975).mean).toBeCloseTo(mean + 1.959963984540054 / Math.sqrt(precision), 4);
    const { axis, density } = posterior.marginal("mean");
    density.forEach((value, i) => {
      expect(value).toBeCloseTo(Math.sqrt(precision / (2 * Math.PI)) * Math.exp(-0.5 * precision * (axis[i]! - mean) ** 2), 6);
    });
  });

  it("stays the prior where the data say nothing", () => {
    const flat = Object.assign(() => -7, { parameters: { a: [0, 4] as const } });
    const posterior = gridPosterior(flat, uniform({ a: [1, 3] }));
    expect(posterior.mean.a).toBeCloseTo(2, 12);
    expect(posterior.std.a).toBeCloseTo(1 / Math.sqrt(3), 4);
    expect(posterior.logEvidence).toBeCloseTo(-7, 12);
  });

  it("is summed with an exact interval of highest density", () => {
    const x = normals(12, 9, 0.1);
    const posterior = gridPosterior(logLikelihood(normalMean(), x), uniform({ mean: [-10, 10] }), { points: 401 });
    const { levels, method, best } = credibleRegion(posterior, { levels: [0.6827, 0.95] });
    for (const { probability, threshold, intervals } of levels) {
      const z = posterior.quantile((1 + probability) / 2).mean - posterior.mean.mean;
      expect(threshold).toBeCloseTo((3 * z) ** 2, 2);
      expect(intervals).toHaveLength(1);
      expect(intervals[0]!.high - posterior.mean.mean).toBeCloseTo(z, 3);
      expect(posterior.mean.mean - intervals[0]!.low).toBeCloseTo(z, 3);
    }
    expect(method).toBe("posterior mass");
    expect(best.theta.mean).toBeCloseTo(average(x), 6);
  });

  it("cuts the falling density 7 (1 - p)^6 at its highest part, which touches the range", () => {
    const posterior = gridPosterior(logLikelihood(coin, coins(0, 6)), uniform({ p: [0, 1] }), { points: 2001 });
    const { intervals, threshold } = credibleRegion(posterior, { levels: [0.9] }).levels[0]!;
    expect(intervals[0]).toMatchObject({ low: 0, lowAtRange: true, highAtRange: false });
    expect(intervals[0]!.high).toBeCloseTo(1 - 0.1 ** (1 / 7), 5);
    expect(threshold).toBeCloseTo(-12 * Math.log(0.1 ** (1 / 7)), 4);
  });
});

describe("gridPosterior in two parameters", () => {
  const [rho, n] = [0.6, 40];
  const [u, v] = [normals(13, n, 0.5), normals(14, n, 2)];
  const logL = logLikelihood(
    twoMeans(rho),
    Array.from(u, (value, i) => [value, v[i]!]),
  );
  const prior = independent({ a: normal(0, 0.3), b: normal(1, 2) });
  const posterior = gridPosterior(logL, prior, { points: 161 });

  // Precision of the posterior: n Sigma^-1 + diag(1 / 0.09, 1 / 4).
  const off = (-n * rho) / (1 - rho * rho);
  const [pa, pb] = [n / (1 - rho * rho) + 1 / 0.09, n / (1 - rho * rho) + 1 / 4];
  const determinant = pa * pb - off * off;
  const [ra, rb] = [
    (n * (average(u) - rho * average(v))) / (1 - rho * rho),
    (n * (average(v) - rho * average(u))) / (1 - rho * rho) + 1 / 4,
  ];

  it("has the mean and covariance of the conjugate normal", () => {
    expect(posterior.mean.a).toBeCloseTo((pb * ra - off * rb) / determinant, 8);
    expect(posterior.mean.b).toBeCloseTo((pa * rb - off * ra) / determinant, 8);
    [pb, -off, -off, pa].forEach((value, i) => {
      expect(posterior.covariance.values[i]).toBeCloseTo(value / determinant, 8);
    });
    expect(posterior.std.b).toBeCloseTo(Math.sqrt(pa / determinant), 8);
    expect(posterior.mode.a).toBeCloseTo(posterior.mean.a, 4);
  });

  it("has normal marginals and quantiles", () => {
    const { axis, density } = posterior.marginal("b");
    const [mean, std] = [posterior.mean.b, posterior.std.b];
    density.forEach((value, i) => {
      expect(value * std).toBeCloseTo(Math.exp(-0.5 * ((axis[i]! - mean) / std) ** 2) / Math.sqrt(2 * Math.PI), 6);
    });
    expect((posterior.quantile(0.158655).b - mean) / std).toBeCloseTo(-1, 2);
  });

  it("has regions of highest density at the chi-square quantiles", () => {
    const { levels, grid } = credibleRegion(posterior, { levels: [0.6827, 0.9545] });
    // The heights are known to the scatter of nodes near the edge, about one in a hundred.
    expect(Math.abs(levels[0]!.threshold - 2.2958)).toBeLessThan(0.02);
    expect(Math.abs(levels[1]!.threshold - 6.1801)).toBeLessThan(0.05);
    expect(grid.shape).toEqual([161, 161]);
    expect(levels[0]!.intervals).toEqual([]);
  });
});

describe("gridPosterior refuses", () => {
  const logL = logLikelihood(coin, coins(1, 2));
  const posterior = gridPosterior(logL, uniform({ p: [0, 1] }));
  const three = Object.assign(() => 0, { parameters: { a: [0, 1], b: [0, 1], c: [0, 1] } as const });
  it.each([
    {
      name: "a prior over other parameters",
      run: () => gridPosterior(logL, uniform({ q: [0, 1] }) as never),
      error: DomainError,
      message: "gridPosterior: prior is",
    },
    {
      name: "a prior elsewhere",
      run: () => gridPosterior(logL, uniform({ p: [2, 3] })),
      error: DomainError,
      message: "gridPosterior: prior.parameters.p is [2,3]",
    },
    {
      name: "a prior of no density",
      run: () => gridPosterior(logL, { logProb: () => -Infinity }),
      error: DomainError,
      message: "gridPosterior: logL plus prior is -Infinity",
    },
    { name: "NaN from the prior", run: () => gridPosterior(logL, { logProb: () => Number.NaN }), error: DomainError, message: "is NaN" },
    {
      name: "three parameters",
      run: () => gridPosterior(three, { logProb: () => 0 }),
      error: ShapeError,
      message: "one or two parameters",
    },
    {
      name: "too few points",
      run: () => gridPosterior(logL, { logProb: () => 0 }, { points: 1 }),
      error: DomainError,
      message: "gridPosterior: points is 1",
    },
    { name: "a quantile above one", run: () => posterior.quantile(50), error: DomainError, message: "quantile: p is 50" },
    {
      name: "the marginal of an unknown name",
      run: () => posterior.marginal("q" as "p"),
      error: DomainError,
      message: 'marginal: name is "q"; expected one of the parameters p',
    },
    {
      name: "a credible level in per cent",
      run: () => credibleRegion(posterior, { levels: [95] }),
      error: DomainError,
      message: "credibleRegion: levels[0] is 95",
    },
    {
      name: "no credible level",
      run: () => credibleRegion(posterior, { levels: [] }),
      error: ShapeError,
      message: "credibleRegion: levels has shape [0]",
    },
  ])("$name", ({ run, error, message }) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});
