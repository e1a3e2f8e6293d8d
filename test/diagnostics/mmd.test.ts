import { describe, expect, it } from "vitest";
import { mmd } from "../../src/diagnostics/mmd.js";
import { DomainError, fold, type Key, key, type Matrix, ShapeError, standardNormals } from "../../src/index.js";

const normals = (from: Key, rows: number, columns: number, shift = 0): Matrix => ({
  rows,
  columns,
  values: standardNormals(from, rows * columns).map((z) => z + shift),
});

describe("mmd", () => {
  it("is the sum over all pairs", () => {
    const [x, y, h] = [[0, 1.5, -2], [0.3, 4], 1.3];
    const kernel = (a: number, b: number) => Math.exp(-((a - b) ** 2) / (2 * h * h));
    const mean = (left: number[], right: number[], skip: boolean) => {
      const pairs = left.flatMap((a, i) => right.flatMap((b, j) => (skip && i === j ? [] : [kernel(a, b)])));
      return pairs.reduce((total, value) => total + value, 0) / pairs.length;
    };
    const { unbiased, biased, bandwidth, pValue } = mmd(x, y, { seed: 1, bandwidth: h, permutations: 0 });
    expect(unbiased).toBeCloseTo(mean(x, x, true) + mean(y, y, true) - 2 * mean(x, y, false), 12);
    expect(biased).toBeCloseTo(mean(x, x, false) + mean(y, y, false) - 2 * mean(x, y, false), 12);
    expect(bandwidth).toBe(h);
    expect(pValue).toBeUndefined();
  });

  it("is on average the closed form of two normal distributions", () => {
    const [h, shift, d, n, repeats] = [1.2, 0.7, 2, 40, 300];
    // E k(a, b) for a - b normal with variance 2 and mean s in each of d dimensions.
    const expected = (s: number) => ((h * h) / (h * h + 2)) ** (d / 2) * Math.exp((-d * s * s) / (2 * (h * h + 2)));
    const truth = 2 * expected(0) - 2 * expected(shift);
    const values = Array.from({ length: repeats }, (_, i) => {
      const from = fold(key(1), i);
      return mmd(normals(fold(from, 0), n, d), normals(fold(from, 1), n + 5, d, shift), { seed: 1, bandwidth: h, permutations: 0 })
        .unbiased;
    });
    const mean = values.reduce((total, value) => total + value, 0) / repeats;
    const error = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / repeats / (repeats - 1));
    expect(Math.abs(mean - truth)).toBeLessThan(5 * error);
  });

  it("has p-values at most p with probability p for equal distributions, and 0 on average", () => {
    const repeats = 400;
    const found = Array.from({ length: repeats }, (_, i) => {
      const from = fold(key(2), i);
      return mmd(normals(fold(from, 0), 25, 2), normals(fold(from, 1), 35, 2), { seed: i, permutations: 39 });
    });
    for (const p of [0.05, 0.25, 0.5]) {
      const part = found.filter(({ pValue }) => pValue! <= p).length / repeats;
      expect(Math.abs(part - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / repeats));
    }
    const mean = found.reduce((total, { unbiased }) => total + unbiased, 0) / repeats;
    const error = Math.sqrt(found.reduce((total, { unbiased }) => total + unbiased ** 2, 0)) / repeats;
    expect(Math.abs(mean)).toBeLessThan(5 * error);
    expect(found.every(({ biased }) => biased >= 0)).toBe(true);
  });

  it("sees another mean and another width", () => {
    const x = normals(key(3), 150, 3);
    const wide = normals(key(4), 150, 3);
    expect(mmd(x, normals(key(4), 150, 3, 0.6), { seed: 1 }).pValue).toBeLessThan(0.01);
    expect(mmd(x, { ...wide, values: wide.values.map((z) => 1.6 * z) }, { seed: 1 }).pValue).toBeLessThan(0.01);
  });

  it("takes the median of all distances as bandwidth", () => {
    expect(mmd([0, 1], [3, 7], { seed: 1, permutations: 0 }).bandwidth).toBeCloseTo(Math.sqrt((9 + 16) / 2), 12);
  });

  it.each([
    { what: "one point", x: [1], y: [1, 2], error: ShapeError, message: "x has shape [1, 1]" },
    { what: "other columns", x: [[1, 2]], y: [1, 2], error: ShapeError, message: "y has shape [M, 1]" },
    { what: "NaN", x: [1, Number.NaN], y: [1, 2], error: DomainError, message: "x[1][0] is NaN" },
    { what: "equal points", x: [1, 1], y: [1, 1], error: DomainError, message: "bandwidth is 0" },
    { what: "half a permutation", x: [1, 2], y: [1, 2], options: { permutations: 0.5 }, error: DomainError, message: "permutations" },
  ])("refuses $what", ({ x, y, options, error, message }) => {
    expect(() => mmd(x, y, { seed: 1, ...options })).toThrow(error);
    expect(() => mmd(x, y, { seed: 1, ...options })).toThrow(message);
  });

  it.each([
    {
      what: "no options",
      call: [
        [1, 2],
        [3, 4],
      ],
      message: "mmd: options is undefined; expected a record of options, with seed",
    },
    { what: "no sample", call: [[1, 2], undefined, { seed: 1 }], message: "mmd: y is undefined; expected rows of numbers [N, D]" },
    { what: "a text as seed", call: [[1, 2], [3, 4], { seed: "1" }], message: 'mmd: seed is "1"; expected an integer' },
    {
      what: "a text as bandwidth",
      call: [[1, 2], [3, 4], { seed: 1, bandwidth: "1" }],
      message: 'mmd: bandwidth is "1"; expected a number',
    },
  ])("refuses $what, by name", ({ call, message }) => {
    const run = () => mmd(...(call as unknown as Parameters<typeof mmd>));
    expect(run).toThrow(DomainError);
    expect(run).toThrow(message);
  });
});
