import { describe, expect, test } from "vitest";
import { NotConvergedError } from "../../src/errors.js";
import { type Key, key, type Matrix, normal, standardNormals, uniform } from "../../src/index.js";
import { momentsOf } from "../../src/numerics/quantiles.js";
import { TruncatedPrior } from "../../src/sequential/truncation.js";

const PRIOR = uniform({ a: [-1, 1] });
/** N(0.2, std), as a trained posterior. */
const density = (std: number) => ({
  sample: (draws: Key, n: number): Matrix => ({ rows: n, columns: 1, values: standardNormals(draws, n).map((z) => 0.2 + std * z) }),
  logProb: ({ values }: Matrix) => values.map((a) => normal(0.2, std).logProb(a)),
});
const truncated = (std: number, epsilon: number) => new TruncatedPrior({ prior: PRIOR, density: density(std), epsilon, key: key(1) });

/** Kolmogorov's distance from the uniform distribution on [low, high]. */
function distance(values: Float64Array, low: number, high: number): number {
  const sorted = values.slice().sort();
  return sorted.reduce((most, value, i) => {
    const p = (value - low) / (high - low);
    return Math.max(most, Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length));
  }, 0);
}

describe("the truncated prior", () => {
  test.each([0.3, 0.1, 1e-2])("holds 1 - %f of the posterior", (epsilon) => {
    const n = 100_000;
    const within = truncated(0.1, epsilon).contains(density(0.1).sample(key(9), n));
    const share = within.filter(Boolean).length / n;
    // The threshold's own draws are 10 000, or so many that ten lie below it.
    const se = Math.sqrt(epsilon * (1 - epsilon) * (1 / n + 1 / Math.max(10_000, 10 / epsilon)));
    expect(Math.abs(share - (1 - epsilon))).toBeLessThan(5 * se);
  });

  // The central region of 90% of N(0.2, std) is 1.644854 standard deviations to either side; a distance above 2.2 / sqrt(n) has p = 2 exp(-2 2.2^2) = 1e-4.
  const half = 1.644854;
  test("is the prior within the region: uniform there", async () => {
    const draws = await truncated(0.1, 0.1).sample(key(2), 2000);
    expect(draws.notes).toEqual([]);
    expect(distance(draws.values, 0.2 - half * 0.1, 0.2 + half * 0.1)).toBeLessThan(2.2 / Math.sqrt(2000) + 0.01);
  });

  test("draws by importance where the prior is too wide, without repetition, and says so", async () => {
    const std = 5e-4;
    const draws = await truncated(std, 0.1).sample(key(3), 1000);
    expect(draws.notes[0]).toMatch(/drawn from the posterior by importance instead/);
    expect(new Set(draws.values).size).toBe(1000);
    expect(distance(draws.values, 0.2 - half * std, 0.2 + half * std)).toBeLessThan(2.2 / Math.sqrt(1000) + 0.01);
    // The posterior's own draws within the region are narrower than the uniform distribution by 17%, 12 standard errors of sqrt(0.2 / 1000) = 1.4%.
    expect(momentsOf(draws.values).std / (half * std)).toBeGreaterThan((1 / Math.sqrt(3)) * (1 - 5 * 0.014));
  });

  test("the same key gives the same draws", async () => {
    const [first, again] = [await truncated(0.1, 0.1).sample(key(2), 50), await truncated(0.1, 0.1).sample(key(2), 50)];
    expect(again).toEqual(first);
  });

  test("gives up where the posterior lies outside the prior", async () => {
    const away = {
      ...density(0.01),
      sample: (draws: Key, n: number): Matrix => ({ rows: n, columns: 1, values: standardNormals(draws, n).map((z) => 5 + z) }),
    };
    const nowhere = { ...away, logProb: ({ values }: Matrix) => values.map((a) => normal(5, 1).logProb(a)) };
    const prior = new TruncatedPrior({ prior: PRIOR, density: nowhere, epsilon: 0.1, key: key(1) });
    await expect(prior.sample(key(1), 100)).rejects.toThrow(NotConvergedError);
  });
});
