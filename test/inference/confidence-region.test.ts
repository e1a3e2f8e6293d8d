import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import { confidenceRegion } from "../../src/inference/confidence-region.js";
import { logLikelihood } from "../../src/inference/log-likelihood.js";
import { wilks } from "../../src/inference/wilks.js";
import { average, coin, coins, flips, normalMean, normals, twoMeans } from "./models.js";

const LEVELS = [0.6827, 0.9545];

describe("confidenceRegion with wilks, one parameter", () => {
  it.each([4, 100, 1_000_000])("gives mean ± sqrt(threshold / n) for %d normal events, however narrow", async (n) => {
    const x = n > 1000 ? [0.5] : normals(5, n, 0.5);
    const std = n > 1000 ? 1 / Math.sqrt(n) : 1;
    const region = await confidenceRegion(logLikelihood(normalMean(std), x), { levels: LEVELS, method: wilks() });
    region.levels.forEach(({ probability, threshold, intervals }, i) => {
      expect(probability).toBe(LEVELS[i]);
      expect(intervals).toHaveLength(1);
      const half = Math.sqrt(threshold / n);
      expect(Math.abs((intervals[0]!.low - average(x) + half) / half)).toBeLessThan(1e-7);
      expect(Math.abs((intervals[0]!.high - average(x) - half) / half)).toBeLessThan(1e-7);
    });
    expect(region.method).toBe("wilks");
  });

  it("puts the test statistic on a grid around the region", async () => {
    const x = normals(6, 50);
    const { grid } = await confidenceRegion(logLikelihood(normalMean(), x), { levels: [0.9545], method: wilks(), points: 41 });
    expect(grid.shape).toEqual([41]);
    expect(grid.axes[0]!.at(-1)! - grid.axes[0]![0]!).toBeLessThan(2);
    grid.axes[0]!.forEach((mean, i) => {
      expect(grid.testStatistic[i]).toBeCloseTo(50 * (mean - average(x)) ** 2, 7);
    });
    const whole = await confidenceRegion(logLikelihood(normalMean(), x), { levels: [0.9545], method: wilks(), zoom: false });
    expect([whole.grid.axes[0]![0], whole.grid.axes[0]!.at(-1)]).toEqual([-10, 10]);
  });

  it("flags the end of the range: ten heads in ten", async () => {
    const { levels } = await confidenceRegion(logLikelihood(coin, coins(10, 10)), { levels: [0.95], method: wilks() });
    expect(levels[0]!.intervals[0]).toMatchObject({ high: 1, highAtRange: true, lowAtRange: false });
    // -2 * 10 log p = threshold
    expect(levels[0]!.intervals[0]!.low).toBeCloseTo(Math.exp(-levels[0]!.threshold / 20), 7);
  });

  it("gives two intervals for two valleys, one interval at a higher level", async () => {
    const logL = Object.assign(({ a }: { a: number }) => -((a * a - 4) ** 2) / 4, { parameters: { a: [-5, 5] as const } });
    const { levels } = await confidenceRegion(logL, { levels: [0.6827, 0.9973, 0.99999], method: wilks() });
    expect(levels.map(({ intervals }) => intervals.length)).toEqual([2, 1, 1].map((n, i) => (levels[i]!.threshold < 8 ? 2 : n)));
    for (const { threshold, intervals } of levels) {
      expect(intervals.at(-1)!.high).toBeCloseTo(Math.sqrt(4 + Math.sqrt(2 * threshold)), 7);
      expect(intervals[0]!.low).toBeCloseTo(-Math.sqrt(4 + Math.sqrt(2 * threshold)), 7);
    }
    expect(levels[0]!.intervals[1]!.low).toBeCloseTo(Math.sqrt(4 - Math.sqrt(2 * levels[0]!.threshold)), 7);
  });

  it("covers the true mean with its probability", async () => {
    const toys = 1000;
    let covered = 0;
    for (let toy = 0; toy < toys; toy++) {
      const logL = logLikelihood(normalMean(), normals(1000 + toy, 3, 1.5));
      const { levels } = await confidenceRegion(logL, { levels: [0.6827], method: wilks(), points: 11 });
      if (levels[0]!.intervals.some(({ low, high }) => low <= 1.5 && 1.5 <= high)) covered++;
    }
    expect(Math.abs(covered / toys - 0.6827)).toBeLessThan(5 * Math.sqrt((0.6827 * 0.3173) / toys));
  });

  it("covers the true probability of a coin as its exact distribution says", async () => {
    const [n, p, toys] = [20, 0.3, 600];
    const threshold = await wilks().threshold(0.9, 1);
    const exact = Array.from({ length: n + 1 }, (_, k) =>
      deviance(k, n, p) <= threshold ? choose(n, k) * p ** k * (1 - p) ** (n - k) : 0,
    ).reduce((a, b) => a + b);
    let covered = 0;
    for (let toy = 0; toy < toys; toy++) {
      const { levels } = await confidenceRegion(logLikelihood(coin, flips(toy, n, p)), { levels: [0.9], method: wilks(), points: 11 });
      if (levels[0]!.intervals.some(({ low, high }) => low <= p && p <= high)) covered++;
    }
    expect(Math.abs(covered / toys - exact)).toBeLessThan(5 * Math.sqrt((exact * (1 - exact)) / toys));
  });
});

describe("confidenceRegion with wilks, two parameters", () => {
  it("encloses pi threshold sqrt(det covariance), around the best fit", async () => {
    const [rho, n] = [0.8, 100];
    const [u, v] = [normals(7, n, 0.4), normals(8, n, -1)];
    const logL = logLikelihood(
      twoMeans(rho),
      Array.from(u, (value, i) => [value, v[i]!]),
    );
    const region = await confidenceRegion(logL, { levels: LEVELS, method: wilks(), points: 201 });
    const [a, b] = region.grid.axes as [Float64Array, Float64Array];
    expect(region.levels.map(({ threshold }) => Number(threshold.toFixed(4)))).toEqual([2.2958, 6.1801]);
    const cell = (a[1]! - a[0]!) * (b[1]! - b[0]!);
    for (const { threshold, intervals } of region.levels) {
      const inside = region.grid.testStatistic.filter((value) => value <= threshold).length;
      const area = (Math.PI * threshold * Math.sqrt(1 - rho * rho)) / n;
      // Of the cells that the ellipse's edge cuts, about as many are counted as not: 1 % for some 6000 cells inside.
      expect(Math.abs((inside * cell) / area - 1)).toBeLessThan(0.01);
      expect(intervals).toEqual([]);
    }
    expect(region.best.theta.a).toBeCloseTo(average(u), 5);
    expect(region.grid.shape).toEqual([201, 201]);
    const [i, j] = [50, 120];
    const exact = n * quadratic(a[i]! - average(u), b[j]! - average(v), rho);
    expect(region.grid.testStatistic[i * 201 + j]).toBeCloseTo(exact, 6);
  });
});

describe("wilks", () => {
  it.each([
    { probability: 0.682689492137086, degrees: 1, threshold: 1 },
    { probability: 0.954499736103642, degrees: 1, threshold: 4 },
    { probability: 0.6827, degrees: 2, threshold: 2.2958 },
    { probability: 0.9545, degrees: 2, threshold: 6.1801 },
    { probability: 0.9973, degrees: 2, threshold: 11.829 },
  ])("cuts $degrees parameters at $threshold for $probability", async ({ probability, degrees, threshold }) => {
    expect(await wilks().threshold(probability, degrees)).toBeCloseTo(threshold, 4);
  });
});

describe("confidenceRegion refuses", () => {
  const logL = logLikelihood(normalMean(), [0.3]);
  const three = Object.assign(() => 0, { parameters: { a: [0, 1], b: [0, 1], c: [0, 1] } as const });
  it.each([
    {
      name: "no level",
      run: () => confidenceRegion(logL, { levels: [], method: wilks() }),
      error: ShapeError,
      message: "confidenceRegion: levels has shape [0]",
    },
    {
      name: "a level in per cent",
      run: () => confidenceRegion(logL, { levels: [0.68, 95], method: wilks() }),
      error: DomainError,
      message: "confidenceRegion: levels[1] is 95; expected a probability between 0 and 1",
    },
    {
      name: "three parameters",
      run: () => confidenceRegion(three, { levels: [0.5], method: wilks() }),
      error: ShapeError,
      message: "confidenceRegion: logL.parameters has shape [3] (a, b, c); expected one or two parameters",
    },
    {
      name: "a broken number of points",
      run: () => confidenceRegion(logL, { levels: [0.5], method: wilks(), points: 10.5 }),
      error: DomainError,
      message: "confidenceRegion: points is 10.5",
    },
  ])("$name", async ({ run, error, message }) => {
    await expect(run()).rejects.toThrow(error);
    await expect(run()).rejects.toThrow(message);
  });
});

function quadratic(u: number, v: number, rho: number): number {
  return (u * u - 2 * rho * u * v + v * v) / (1 - rho * rho);
}

function deviance(k: number, n: number, p: number): number {
  const part = (count: number, expected: number) => (count === 0 ? 0 : 2 * count * Math.log(count / expected));
  return part(k, n * p) + part(n - k, n * (1 - p));
}

function choose(n: number, k: number): number {
  return Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((product, factor) => product * factor, 1);
}
