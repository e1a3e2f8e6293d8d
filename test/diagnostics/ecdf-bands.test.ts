import { describe, expect, it } from "vitest";
import { ecdfBand, ecdfPValue } from "../../src/diagnostics/ecdf-bands.js";
import { insideProbability } from "../../src/diagnostics/ecdf-bands-crossing.js";
import { isInside, rankUniformity } from "../../src/diagnostics/ecdf-bands-ranks.js";
import { DomainError, fold, integers, key, uniforms } from "../../src/index.js";

const grid = (points: number) => Float64Array.from({ length: points }, (_, i) => (i + 1) / (points + 1));

const within = (count: number, n: number) => Math.min(n, Math.max(0, count));

/** By adding up the multinomial probabilities of all ways to put n values into the cells. */
function enumerated(n: number, z: readonly number[], { low, high }: { low: readonly number[]; high: readonly number[] }): number {
  const edges = [0, ...z, 1];
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
  const walk = (cell: number, count: number, weight: number): number => {
    if (cell === z.length) return (weight * (1 - z.at(-1)!) ** (n - count)) / factorial(n - count);
    let total = 0;
    for (let k = count; k <= high[cell]!; k++) {
      if (k >= low[cell]!) total += walk(cell + 1, k, (weight * (edges[cell + 1]! - edges[cell]!) ** (k - count)) / factorial(k - count));
    }
    return total;
  };
  return factorial(n) * walk(0, 0, 1);
}

describe("insideProbability", () => {
  it.each([
    { n: 5, z: [0.5], low: [1], high: [4] },
    { n: 8, z: [0.2, 0.5, 0.9], low: [0, 2, 5], high: [3, 6, 8] },
    { n: 12, z: [0.1, 0.3, 0.31, 0.7], low: [0, 1, 2, 6], high: [4, 6, 7, 11] },
  ])("is the sum over all outcomes: n = $n", ({ n, z, low, high }) => {
    expect(insideProbability(n, z, { low, high })).toBeCloseTo(enumerated(n, z, { low, high }), 12);
  });

  it("is 1 for limits that nothing can leave, and 0 for those that nothing meets", () => {
    expect(insideProbability(5000, [0.25, 0.75], { low: [0, 0], high: [5000, 5000] })).toBeCloseTo(1, 9);
    expect(insideProbability(10, [0.5], { low: [6], high: [5] })).toBe(0);
  });
});

describe("ecdfBand", () => {
  it.each([
    { n: 50, points: 10, alpha: 0.05 },
    { n: 200, points: 40, alpha: 0.1 },
    { n: 1000, points: 99, alpha: 0.01 },
  ])("holds all of $n uniform values' counts at $points points in 1 - $alpha of the cases", ({ n, points, alpha }) => {
    const z = grid(points);
    const { fewest, most } = ecdfBand(n, z, { alpha });
    const trials = 4000;
    const left = Array.from({ length: trials }, (_, t) => {
      const counts = new Float64Array(points + 1);
      for (const u of uniforms(fold(key(n), t), n)) counts[Math.floor(u * (points + 1))]!++;
      let total = 0;
      return z.some((_, i) => {
        total += counts[i]!;
        return total < fewest[i]! || total > most[i]!;
      });
    }).filter(Boolean).length;
    const exact = 1 - insideProbability(n, z, { low: fewest, high: most });
    expect(Math.abs(left / trials - exact)).toBeLessThan(5 * Math.sqrt((exact * (1 - exact)) / trials));
    expect(exact).toBeLessThanOrEqual(alpha);
    expect(exact).toBeGreaterThan(0.8 * alpha);
  });

  it("at a single point is the binomial interval", () => {
    const { fewest, most } = ecdfBand(100, [0.5], { alpha: 0.05 });
    expect([fewest[0], most[0]]).toEqual([40, 60]);
  });

  it("is wider at more points", () => {
    const at = (points: number) => ecdfBand(300, grid(points), { alpha: 0.05 }).pointwise;
    expect(at(50)).toBeLessThan(at(5));
  });

  it.each([
    { n: 0, z: [0.5], alpha: 0.1, argument: "n" },
    { n: 10, z: [0.5, 0.5], alpha: 0.1, argument: "z[1]" },
    { n: 10, z: [0.5, 1], alpha: 0.1, argument: "z[1]" },
    { n: 10, z: [0.5], alpha: 0, argument: "alpha" },
  ])("refuses $argument", ({ n, z, alpha, argument }) => {
    expect(() => ecdfBand(n, z, { alpha })).toThrow(DomainError);
    expect(() => ecdfBand(n, z, { alpha })).toThrow(argument);
  });
});

describe("ecdfPValue", () => {
  it("is below alpha when the band of alpha is left, and not otherwise", () => {
    const z = grid(20);
    const { fewest, most } = ecdfBand(120, z, { alpha: 0.05 });
    for (let t = 0; t < 300; t++) {
      const counts = z.map((point, i) => within(Math.round(120 * point + (uniforms(fold(key(7), t), 20)[i]! - 0.5) * 40), 120));
      const outside = counts.some((count, i) => count < fewest[i]! || count > most[i]!);
      expect(ecdfPValue(120, z, counts) <= 0.05).toBe(outside);
    }
  });

  it("refuses a count that cannot be", () => {
    expect(() => ecdfPValue(10, [0.5], [11])).toThrow(DomainError);
    expect(() => ecdfPValue(10, [0.5], [2.5])).toThrow("counts[0]");
  });

  it("is at most p with probability p for uniform ranks", () => {
    const trials = 3000;
    const z = Float64Array.from({ length: 30 }, (_, j) => (j + 1) / 31);
    const pValues = Array.from({ length: trials }, (_, t) => {
      const ranks = integers(fold(key(8), t), 100, 31);
      const counts = z.map((_, j) => ranks.filter((rank) => rank <= j).length);
      return ecdfPValue(100, z, counts);
    });
    for (const p of [0.01, 0.1, 0.5]) {
      const part = pValues.filter((value) => value <= p).length / trials;
      const error = Math.sqrt((p * (1 - p)) / trials);
      expect(part).toBeLessThan(p + 5 * error);
      expect(part).toBeGreaterThan(0.7 * p - 5 * error);
    }
  });
});

describe("rankUniformity", () => {
  it("has the moments of ranks, and sees those at one end", () => {
    const uniform = rankUniformity(
      Float64Array.from({ length: 202 }, (_, i) => i % 101),
      { draws: 100, alpha: 0.01 },
    );
    expect(uniform.mean).toBeCloseTo(0.5, 12);
    expect(uniform.variance).toBeCloseTo((1 - 1 / 101 ** 2) / 12, 12);
    expect(isInside(uniform.ecdf)).toBe(true);
    const low = rankUniformity(
      Float64Array.from({ length: 200 }, (_, i) => i % 51),
      { draws: 100, alpha: 0.01 },
    );
    expect(isInside(low.ecdf)).toBe(false);
    expect(low.ecdf.difference[49]).toBeGreaterThan(0.4);
  });
});
