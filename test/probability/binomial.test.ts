import { describe, expect, it } from "vitest";
import { key, stream } from "../../src/numerics/random.js";
import { binomial } from "../../src/probability/binomial.js";

const N = 20_000;

/** Probabilities of 0, ..., n by adding trials one after the other. */
function byRecursion(n: number, p: number): Float64Array {
  let row = Float64Array.of(1);
  for (let trial = 0; trial < n; trial++) {
    row = Float64Array.from({ length: trial + 2 }, (_, k) => (row[k] ?? 0) * (1 - p) + (row[k - 1] ?? 0) * p);
  }
  return row;
}

describe.each([
  { n: 1, p: 0.3 },
  { n: 7, p: 0.5 },
  { n: 40, p: 0.02 },
  { n: 40, p: 0.98 },
  { n: 19, p: 0.5 },
  { n: 20, p: 0.5 },
  { n: 60, p: 0.6 },
  { n: 1000, p: 0.005 },
  { n: 1000, p: 0.0101 },
  { n: 1000, p: 0.37 },
  { n: 1000, p: 0.993 },
  { n: 100_000, p: 0.2, sampled: true },
])("binomial($n, $p)", ({ n, p, sampled }) => {
  const law = binomial(n, p);
  const probabilities = sampled ? Float64Array.from({ length: n + 1 }, (_, k) => Math.exp(law.logProb(k))) : byRecursion(n, p);

  it.skipIf(sampled)("has the probabilities of adding trials", () => {
    probabilities.forEach((probability, k) => {
      if (probability > 1e-280) expect(Math.abs(law.logProb(k) - Math.log(probability))).toBeLessThan(1e-14 * (n + 100));
    });
  });

  it("sums to one, with its mean and variance", () => {
    const sum = (power: number) => probabilities.reduce((total, q, k) => total + q * (k - law.mean) ** power, 0);
    expect(sum(0)).toBeCloseTo(1, 8);
    expect(sum(1) / law.mean).toBeCloseTo(0, 8);
    expect(sum(2) / law.variance).toBeCloseTo(1, 7);
  });

  it("draws what logProb says", () => {
    const draws = law.sample(key(1), N);
    expect([...draws].every((k) => Number.isInteger(k) && k >= 0 && k <= n)).toBe(true);
    const sorted = draws.slice().sort();
    // Largest distance of the distribution functions; P(D > 1.95 / sqrt(n)) is below 0.001, smaller still for a discrete law.
    let [below, i, distance] = [0, 0, 0];
    probabilities.forEach((q, k) => {
      below += q;
      while (i < N && sorted[i]! <= k) i++;
      distance = Math.max(distance, Math.abs(below - i / N));
    });
    expect(distance).toBeLessThan(1.95 / Math.sqrt(N));
    const mean = draws.reduce((sum, k) => sum + k, 0) / N;
    expect(Math.abs(mean - law.mean)).toBeLessThan(5 * Math.sqrt(law.variance / N));
    const spread = draws.reduce((sum, k) => sum + (k - law.mean) ** 2, 0) / N;
    const fourth = probabilities.reduce((total, q, k) => total + q * (k - law.mean) ** 4, 0);
    expect(Math.abs(spread - law.variance)).toBeLessThan(5 * Math.sqrt((fourth - law.variance ** 2) / N));
  });

  it("repeats for the same key, and draws from a stream as it samples", () => {
    const source = stream(key(5));
    expect(Float64Array.from({ length: 50 }, () => law.draw(source))).toEqual(law.sample(key(5), 50));
  });

  it("has probability on 0, ..., n alone", () => {
    expect(law.support).toEqual({ discrete: true, low: 0, high: n });
    for (const x of [-1, 0.5, n + 1, Number.NaN]) expect(law.logProb(x)).toBe(-Infinity);
  });
});

it.each([
  { n: 5, p: 0, certain: 0 },
  { n: 5, p: 1, certain: 5 },
  { n: 0, p: 0.3, certain: 0 },
])("binomial($n, $p) is always $certain", ({ n, p, certain }) => {
  expect(binomial(n, p).logProb(certain)).toBe(0);
  expect([...binomial(n, p).sample(key(1), 20)]).toEqual(Array(20).fill(certain));
  if (n > 0) expect(binomial(n, p).logProb(1 + (certain === 5 ? 2 : 0))).toBe(-Infinity);
});

it.each([
  { refused: () => binomial(-1, 0.5), message: "binomial: trials is -1; expected a whole number" },
  { refused: () => binomial(1.5, 0.5), message: "binomial: trials is 1.5; expected a whole number" },
  { refused: () => binomial(3, 1.1), message: "binomial: probability is 1.1; expected a number in [0, 1]" },
  { refused: () => binomial(3, Number.NaN), message: "binomial: probability is NaN" },
])("refuses: $message", ({ refused, message }) => {
  expect(refused).toThrow(message);
});
