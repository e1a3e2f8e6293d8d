import { describe, expect, it } from "vitest";
import { cosineMeans, cosineMeans2, positionsOf, smoothed2 } from "../../src/figures/corner-cosines.js";
import { kernelVariance, kernelVariances } from "../../src/figures/corner-width.js";
import { key, standardNormals } from "../../src/index.js";

const N = 5000;
const equal = { of: undefined, each: 1 / N };
const z = standardNormals(key(1), 2 * N);
const [first, second] = [z.subarray(0, N), z.subarray(N)];
/** Normals on [0, 1] with these standard deviations. */
const xs = positionsOf(first, -8, 8);
const ys = positionsOf(
  second.map((value, i) => 0.6 * first[i]! + 0.8 * value),
  -6,
  6,
);
const [sx, sy] = [1 / 16, 1 / 12];

describe("means of cosines", () => {
  const n = 128;
  // Between nodes a cosine is taken as straight: off by at most (pi k / n)^2 / 8.
  const error = (k: number) => (Math.PI * k) ** 2 / (8 * n * n);

  it("are those of the samples", () => {
    const means = cosineMeans(xs, equal, n);
    for (const k of [0, 1, 2, 5, 20]) {
      const exact = xs.reduce((sum, x) => sum + Math.cos(Math.PI * k * x), 0) / N;
      expect(Math.abs(means[k]! - exact)).toBeLessThanOrEqual(error(k) + 1e-12);
    }
  });

  it("are those of the samples in two dimensions, weighted", () => {
    const of = xs.map((x) => (2 * x) / N);
    const means = cosineMeans2(xs, ys, { of, each: 0 }, n);
    const total = of.reduce((sum, weight) => sum + weight, 0);
    for (const [j, k] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [2, 3],
      [7, 4],
    ] as const) {
      const exact = xs.reduce((sum, x, i) => sum + of[i]! * Math.cos(Math.PI * j * x) * Math.cos(Math.PI * k * ys[i]!), 0);
      expect(Math.abs(means[j * (n + 1) + k]! - exact), `${j}, ${k}`).toBeLessThanOrEqual((error(j) + error(k)) * total + 1e-12);
    }
  });

  it("give back what lay at the nodes", () => {
    const nodes = { low: 0, high: 1, intervals: 8 };
    const density = smoothed2(
      cosineMeans2(Float64Array.of(0.25), Float64Array.of(0.5), { of: undefined, each: 1 }, 8),
      [0, 0],
      [nodes, nodes],
    );
    const at = density.indexOf(Math.max(...density));
    expect([Math.floor(at / 9), at % 9]).toEqual([2, 4]);
  });
});

// For a normal the width of least error is known: 1.06 s n^(-1/5) in one dimension and s n^(-1/6) in two.
// The plug-in estimates it with a relative error that falls slowly with n: a few per cent here.
describe("widths of the kernel", () => {
  it("are those of least error for a normal", () => {
    const width = Math.sqrt(kernelVariance(cosineMeans(xs, equal, 256), N));
    expect(width / (1.06 * sx * N ** -0.2)).toBeGreaterThan(0.85);
    expect(width / (1.06 * sx * N ** -0.2)).toBeLessThan(1.15);
  });

  it("go with the spread along each axis", () => {
    const independent = positionsOf(second, -6, 6);
    const [x, y] = kernelVariances(cosineMeans2(xs, independent, equal, 128), N).map(Math.sqrt) as [number, number];
    for (const ratio of [x / (sx * N ** (-1 / 6)), y / (sy * N ** (-1 / 6))]) {
      expect(ratio).toBeGreaterThan(0.85);
      expect(ratio).toBeLessThan(1.15);
    }
  });

  it("shrink with the number of samples that they are worth", () => {
    const means = cosineMeans(xs, equal, 256);
    expect(kernelVariance(means, 100)).toBeGreaterThan(1.5 * kernelVariance(means, 5000));
  });
});
