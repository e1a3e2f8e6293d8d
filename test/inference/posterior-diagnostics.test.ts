import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.js";
import { effectiveSampleSize, tailSampleSize } from "../../src/inference/posterior/effective-sample-size.js";
import { paretoShape } from "../../src/inference/posterior/pareto.js";
import { rHat } from "../../src/inference/posterior/r-hat.js";
import { standardNormalQuantile } from "../../src/numerics/normal-quantile.js";
import { fold, key, standardNormals, uniforms } from "../../src/numerics/random.js";

/** x_t = rho x_(t-1) + sqrt(1 - rho^2) e_t, from its stationary distribution. */
function autoregressive(seed: number, n: number, rho: number): Float64Array {
  const noise = standardNormals(key(seed), n);
  for (let t = 1; t < n; t++) noise[t] = rho * noise[t - 1]! + Math.sqrt(1 - rho * rho) * noise[t]!;
  return noise;
}

const independentChains = (count: number, n: number) => Array.from({ length: count }, (_, c) => standardNormals(fold(key(4), c), n));

/** The formulas of arXiv 1903.08008, section 4, once more and as slowly as they are written. */
function slowRHat(chains: readonly (readonly number[])[]): number {
  const halves = chains.flatMap((chain) => [chain.slice(0, chain.length / 2), chain.slice(chain.length / 2)]);
  const sorted = halves.flat().sort((a, b) => a - b);
  const median = (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2;
  const of = (values: readonly (readonly number[])[]) => {
    const all = values.flat();
    const rank = (x: number) => all.filter((y) => y < x).length + (all.filter((y) => y === x).length + 1) / 2;
    const z = values.map((half) => half.map((x) => standardNormalQuantile((rank(x) - 0.375) / (all.length + 0.25))));
    const [N, M] = [z[0]!.length, z.length];
    const means = z.map((half) => half.reduce((a, b) => a + b) / N);
    const grand = means.reduce((a, b) => a + b) / M;
    const B = (N / (M - 1)) * means.reduce((total, mean) => total + (mean - grand) ** 2, 0);
    const W = z.reduce((total, half, m) => total + half.reduce((sum, x) => sum + (x - means[m]!) ** 2, 0) / (N - 1), 0) / M;
    return Math.sqrt((((N - 1) / N) * W + B / N) / W);
  };
  return Math.max(of(halves), of(halves.map((half) => half.map((x) => Math.abs(x - median)))));
}

describe("rHat", () => {
  it.each([
    {
      name: "equal draws among them",
      chains: [
        [1, 2, 2, 5, 3, 3],
        [2, 2, 4, 1, 0, 7],
      ],
    },
    {
      name: "a chain elsewhere",
      chains: [
        [1, 2, 3, 5],
        [7, 9, 8, 6],
        [1.5, 2.5, 3.5, 4.5],
      ],
    },
    {
      name: "a wide chain",
      chains: [
        [0.125, -0.25, 0.375, -0.125, 0.0625, -0.3125],
        [9, -8, 7, -9, 6, -5],
      ],
    },
  ])("is the paper's formula, with $name", ({ chains }) => {
    expect(rHat(chains)).toBeCloseTo(slowRHat(chains), 12);
  });

  it("is near one for chains that agree, for draws without a variance too", () => {
    const cauchy = independentChains(4, 1000).map((chain, c) => chain.map((x, i) => x / standardNormals(fold(key(5), c), 1000)[i]!));
    // For M halves of N independent draws B / (N W) has mean 1 / N and standard error sqrt(2 / (M - 1)) / N.
    for (const chains of [independentChains(4, 1000), cauchy])
      expect(Math.abs(rHat(chains) - 1)).toBeLessThan((5 * Math.sqrt(2 / 7)) / 500);
  });

  it("sees a chain of another place, of another width, and one that drifts", () => {
    const [a, b, c] = independentChains(3, 1000);
    expect(rHat([a!, b!, c!.map((x) => x + 1)])).toBeGreaterThan(1.05);
    expect(rHat([a!, b!, c!.map((x) => 4 * x)])).toBeGreaterThan(1.05);
    expect(rHat([a!, b!, c!.map((x, i) => x + i / 500)])).toBeGreaterThan(1.05);
  });

  it("does not change with a rising map of the draws", () => {
    const chains = independentChains(4, 100);
    const logarithms = Math.abs(rHat(chains.map((chain) => chain.map(Math.exp))) - rHat(chains));
    // The bulk's part is the same by ranks; the folded part is not, and below it here or near.
    expect(logarithms).toBeLessThan(0.01);
  });

  it("is infinite for chains that do not move", () => {
    expect(
      rHat([
        [1, 1, 1, 1],
        [2, 2, 2, 2],
      ]),
    ).toBe(Infinity);
  });
});

describe("effectiveSampleSize", () => {
  // tau = (1 + rho) / (1 - rho). Over seeds the estimate spreads by about 4% for 4 chains of 10 000.
  it.each([0, 0.3, 0.6, 0.9])("of an autoregressive process with correlation %d is S (1 - rho) / (1 + rho)", (rho) => {
    const chains = [11, 12, 13, 14].map((seed) => autoregressive(seed, 10_000, rho));
    const expected = (40_000 * (1 - rho)) / (1 + rho);
    expect(Math.abs(effectiveSampleSize(chains) / expected - 1)).toBeLessThan(0.2);
  });

  it("is larger than the number of draws that alternate", () => {
    const chains = [11, 12].map((seed) => autoregressive(seed, 2000, -0.5));
    expect(effectiveSampleSize(chains)).toBeGreaterThan(6000);
  });

  it("is small for chains that do not agree", () => {
    const [a, b] = independentChains(2, 1000);
    expect(effectiveSampleSize([a!, b!.map((x) => x + 5)])).toBeLessThan(10);
  });

  it("is one for chains that do not move", () => {
    expect(
      effectiveSampleSize([
        [1, 1, 1, 1],
        [1, 1, 1, 1],
      ]),
    ).toBe(1);
  });

  it("of the tails sees them alone", () => {
    // The sign is drawn anew each time, the size hardly ever: only the tails are slow.
    const sizes = [31, 32, 33, 34].map((seed) => autoregressive(seed, 4000, 0.95).map(Math.abs));
    const signs = [41, 42, 43, 44].map((seed) => uniforms(key(seed), 4000));
    const chains = sizes.map((chain, c) => chain.map((x, i) => (signs[c]![i]! < 0.5 ? -x : x)));
    expect(tailSampleSize(chains)).toBeLessThan(0.5 * effectiveSampleSize(chains));
  });
});

describe("refusals", () => {
  it.each([
    { name: "no chain", chains: [] },
    { name: "three draws", chains: [[1, 2, 3]] },
    {
      name: "different lengths",
      chains: [
        [1, 2, 3, 4],
        [1, 2, 3, 4, 5],
      ],
    },
  ])("of $name", ({ chains }) => {
    for (const f of [rHat, effectiveSampleSize, tailSampleSize]) expect(() => f(chains)).toThrow(ShapeError);
  });
});

describe("paretoShape", () => {
  // The largest M of n Pareto variables: k-hat has standard error about (1 + k) / sqrt(M), and is drawn towards 0.5 by 10 draws.
  it.each([0.2, 0.7, 1.2])("of Pareto weights with shape %d is that", (k) => {
    const n = 40_000;
    const tail = 3 * Math.sqrt(n);
    const found = paretoShape(uniforms(key(6), n).map((u) => -k * Math.log(u)))!;
    expect(Math.abs(found - (tail * k + 5) / (tail + 10))).toBeLessThan((5 * (1 + k)) / Math.sqrt(tail));
  });

  it("is negative for weights with a largest value", () => {
    expect(paretoShape(uniforms(key(7), 10_000).map((u) => Math.log(u)))).toBeLessThan(0);
  });

  it("is undefined for few or equal weights", () => {
    expect(paretoShape(Float64Array.of(1, 2, 3, -Infinity))).toBeUndefined();
    expect(paretoShape(new Float64Array(1000))).toBeUndefined();
  });
});
