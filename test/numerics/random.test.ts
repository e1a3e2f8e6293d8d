import { describe, expect, it } from "vitest";
import { standardNormalQuantile } from "../../src/numerics/normal-quantile.js";
import { fold, integers, key, permutation, split, standardNormals, stream, uniforms } from "../../src/numerics/random.js";
import { threefry } from "../../src/numerics/threefry.js";

const N = 200_000;

describe("threefry", () => {
  // Known answers for 20 rounds, as published with Salmon et al. 2011 (Random123, kat_vectors).
  it.each([
    { key: [0, 0], counter: [0, 0], words: [0x6b200159, 0x99ba4efe] },
    { key: [0xffffffff, 0xffffffff], counter: [0xffffffff, 0xffffffff], words: [0x1cb996fc, 0xbb002be7] },
    { key: [0x13198a2e, 0x03707344], counter: [0x243f6a88, 0x85a308d3], words: [0xc4923a9c, 0x483df7a0] },
  ])("gives the known answer for key $key", ({ key: [high, low], counter: [first, second], words }) => {
    const out = new Int32Array(2);
    threefry(out, { high: high!, low: low! }, first!, second!);
    expect(Array.from(out, (word) => word >>> 0)).toEqual(words);
  });
});

describe("uniforms", () => {
  const draws = uniforms(key(1), N);

  it("lie inside the open interval, on odd multiples of 2^-53", () => {
    expect(draws.every((u) => u > 0 && u < 1)).toBe(true);
    expect(draws.every((u) => (u * 2 ** 53) % 2 === 1)).toBe(true);
  });

  it.each([
    { power: 1, mean: 1 / 2 },
    { power: 2, mean: 1 / 3 },
    { power: 3, mean: 1 / 4 },
  ])("have the moment of order $power", ({ power, mean }) => {
    const se = Math.sqrt((1 / (2 * power + 1) - mean ** 2) / N);
    expect(Math.abs(average(draws, (u) => u ** power) - mean)).toBeLessThan(5 * se);
  });

  it("fill 1000 cells evenly", () => {
    const counts = new Float64Array(1000);
    for (const u of draws) counts[Math.floor(1000 * u)]!++;
    expectChiSquared(counts, N / 1000);
  });

  it("fill pairs of cells evenly, neighbours in a sequence and neighbouring children alike", () => {
    const children = split(key(9), N / 2).map((child) => uniforms(child, 1)[0]!);
    for (const sequence of [draws, children]) {
      const counts = new Float64Array(400);
      for (let i = 0; i + 1 < sequence.length; i += 2) counts[20 * Math.floor(20 * sequence[i]!) + Math.floor(20 * sequence[i + 1]!)]!++;
      expectChiSquared(counts, Math.floor(sequence.length / 2) / 400);
    }
  });

  it("are random in their lowest bits too", () => {
    const counts = new Float64Array(256);
    for (const u of draws) counts[Math.floor(u * 2 ** 52) % 256]!++;
    expectChiSquared(counts, N / 256);
  });

  it("do not depend on how many are asked for", () => {
    expect(uniforms(key(1), 7)).toEqual(draws.slice(0, 7));
    const source = stream(key(1));
    expect(Array.from({ length: 7 }, () => source.uniform())).toEqual([...draws.slice(0, 7)]);
  });
});

describe("standardNormals", () => {
  const draws = standardNormals(key(2), N);

  it.each([
    { power: 1, moment: 0, variance: 1 },
    { power: 2, moment: 1, variance: 2 },
    { power: 3, moment: 0, variance: 15 },
    { power: 4, moment: 3, variance: 96 },
  ])("have the moment of order $power", ({ power, moment, variance }) => {
    expect(Math.abs(average(draws, (u) => u ** power) - moment)).toBeLessThan(5 * Math.sqrt(variance / N));
  });

  it.each([
    // 50-digit values of sqrt(2) erfinv(2 p - 1), rounded.
    { p: 0.975, x: 1.959963984540054 },
    { p: 0.1, x: -1.2815515655446004 },
    { p: 1e-5, x: -4.264890793922825 },
    { p: 1e-12, x: -7.034483825301131 },
    { p: 1e-300, x: -37.0470962993612 },
    { p: 0.5, x: 0 },
    { p: 0, x: -Infinity },
    { p: 1, x: Infinity },
  ])("invert the distribution function at $p", ({ p, x }) => {
    if (Number.isFinite(x)) expect(standardNormalQuantile(p)).toBeCloseTo(x, 12);
    else expect(standardNormalQuantile(p)).toBe(x);
  });
});

describe("integers", () => {
  it.each([1, 2, 3, 10, 1000])("are uniform below %d", (bound) => {
    const counts = new Float64Array(bound);
    for (const draw of integers(key(3), N, bound)) counts[draw]!++;
    expect(counts.every((count) => count > 0)).toBe(true);
    expectChiSquared(counts, N / bound);
  });

  it("are unbiased where a remainder of 2^32 would favour small values", () => {
    const bound = 3 * 2 ** 30; // without rejection the lowest third would be twice as probable
    const low = average(integers(key(4), N, bound), (draw) => (draw < 2 ** 30 ? 1 : 0));
    expect(Math.abs(low - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / N));
  });
});

it("permutation holds each number once, and each order is equally probable", () => {
  expect([...permutation(key(5), 100)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = permutation(fold(key(6), i), 4).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  expectChiSquared([...counts.values()], 1000);
});

describe("keys", () => {
  it("repeat for the same seed and differ for others", () => {
    expect(key(7)).toEqual(key(7));
    const first = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].map((seed) => uniforms(key(seed), 1)[0]);
    expect(new Set(first).size).toBe(first.length);
  });

  it("have children that differ from each other, from the parent's draws and across 2^32", () => {
    const parent = key(8);
    const children = [0, 1, 2 ** 32, 2 ** 32 + 1].map((index) => fold(parent, index));
    expect(new Set(children.map(({ high, low }) => `${high} ${low}`)).size).toBe(4);
    const { high } = fold(parent, 0);
    expect(uniforms(parent, 4).some((u) => Math.floor(u * 2 ** 26) === high >>> 6)).toBe(false);
    expect(split(parent, 2)).toEqual([fold(parent, 0), fold(parent, 1)]);
  });

  it("restart a stream", () => {
    const source = stream(key(1));
    source.normal();
    source.restart(key(2));
    expect(source.uniform()).toBe(uniforms(key(2), 1)[0]);
  });
});

it.each([
  { refused: () => key(-1), message: "key: seed is -1; expected an integer from 0 to 2^53 - 1" },
  { refused: () => key(0.5), message: "key: seed is 0.5; expected" },
  { refused: () => fold(key(1), -1), message: "fold: index is -1; expected" },
  { refused: () => split(key(1), 1.5), message: "split: n is 1.5; expected a whole number" },
  { refused: () => uniforms(key(1), -2), message: "uniforms: n is -2; expected" },
  { refused: () => standardNormals(key(1), Number.NaN), message: "standardNormals: n is NaN; expected" },
  { refused: () => integers(key(1), 0.1, 2), message: "integers: n is 0.1; expected" },
  { refused: () => integers(key(1), 1, 0), message: "integers: bound is 0; expected an integer from 1 to 2^32" },
  { refused: () => permutation(key(1), -1), message: "permutation: n is -1; expected" },
])("refuses: $message", ({ refused, message }) => {
  expect(refused).toThrow(message);
});

function average(values: Float64Array | Uint32Array, of: (value: number) => number): number {
  let sum = 0;
  for (const value of values) sum += of(value);
  return sum / values.length;
}

/** Pearson's statistic within 5 of its standard deviations, sqrt(2 (cells - 1)), of its mean, cells - 1. */
function expectChiSquared(counts: ArrayLike<number>, expected: number): void {
  const statistic = Array.from(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const degrees = counts.length - 1;
  expect(Math.abs(statistic - degrees)).toBeLessThanOrEqual(5 * Math.sqrt(2 * degrees));
}
