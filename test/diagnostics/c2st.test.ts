import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { c2st } from "../../src/diagnostics/c2st.js";
import { DomainError, type Key, key, type Matrix, ShapeError, standardNormals } from "../../src/index.js";
import { standardNormalQuantile } from "../../src/numerics/normal-quantile.js";
import { standardNormalCdf } from "../../src/numerics/special.js";

interface Recipe {
  readonly dimension: number;
  readonly points: number;
  readonly scale?: number;
  readonly shift?: number;
  readonly sides?: number;
  readonly angle?: number;
  readonly tail?: number;
  /** Sums of all numbers of both samples: that they are the same. */
  readonly sums: readonly [number, number];
  readonly accuracy: number;
  readonly scatter: number;
}

// Made by python/c2st_fixtures.py.
const fixture = JSON.parse(readFileSync(new URL("fixtures/c2st.json", import.meta.url), "utf8")) as { seeds: number; pairs: Recipe[] };

/** The finaliser of MurmurHash3. */
function hashed(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function hashNormals(stream: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) =>
    standardNormalQuantile((hashed((hashed(i + 1) + Math.imul(stream, 0x9e3779b9)) | 0) + 0.5) / 2 ** 32),
  );
}

function pairOf(index: number, { dimension: d, points, scale = 1, shift = 0, sides = 0, angle = 0, tail = 0 }: Recipe): [Matrix, Matrix] {
  const [x, z, other, side] = [1, 2, 3, 4].map((k) => hashNormals(4 * index + k, points * d)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const y = z.map((value, i) => {
    const row = i - (i % d);
    const before = z[row + ((i - row + d - 1) % d)]!;
    const turned = value * Math.cos(angle) + before * Math.sin(angle);
    return (scale * turned + shift + sides * Math.sign(side[row]!)) * Math.exp(tail * other[i]!);
  });
  return [x, y].map((values) => ({ rows: points, columns: d, values })) as [Matrix, Matrix];
}

const normals = (from: Key, rows: number, columns: number, shift = 0): Matrix => ({
  rows,
  columns,
  values: standardNormals(from, rows * columns).map((z) => z + shift),
});

describe("c2st against scikit-learn", () => {
  it("has ten pairs over the range from 0.5 to 0.95", () => {
    const accuracies = fixture.pairs.map(({ accuracy }) => accuracy);
    expect(accuracies).toHaveLength(10);
    expect(Math.min(...accuracies)).toBeLessThan(0.51);
    expect(Math.max(...accuracies)).toBeGreaterThan(0.85);
  });

  it.each(fixture.pairs.map((recipe, index) => ({ index, recipe, ...recipe })))(
    "agrees within 0.01 on pair $index: $points points in $dimension dimensions, $accuracy",
    async ({ index, recipe }) => {
      const [x, y] = pairOf(index, recipe);
      const total = ({ values }: Matrix) => values.reduce((sum, value) => sum + value, 0);
      expect(total(x)).toBeCloseTo(recipe.sums[0], 4);
      expect(total(y)).toBeCloseTo(recipe.sums[1], 4);
      // As many seeds as bring the scatter of our mean well below 0.01.
      const seeds = Math.max(2, Math.ceil((recipe.scatter / 0.0025) ** 2));
      let mean = 0;
      for (let seed = 1; seed <= seeds; seed++) mean += (await c2st(x, y, { seed })).accuracy / seeds;
      expect(Math.abs(mean - recipe.accuracy)).toBeLessThan(0.01);
    },
    120_000,
  );
});

describe("c2st", () => {
  it("is near 1/2 for equal distributions, and 5 standard errors from it for others", async () => {
    const [x, y] = [normals(key(1), 2000, 2), normals(key(2), 2000, 2)];
    const { accuracy, standardError, folds } = await c2st(x, y, { seed: 1 });
    expect(standardError).toBeCloseTo(0.5 / Math.sqrt(4000), 12);
    expect(Math.abs(accuracy - 0.5)).toBeLessThan(5 * standardError);
    expect(accuracy).toBeCloseTo(
      folds.reduce((total, value) => total + value / 5, 0),
      12,
    );
    expect((await c2st(x, normals(key(2), 2000, 2, 0.3), { seed: 1 })).accuracy).toBeGreaterThan(0.5 + 5 * standardError);
  });

  it.each([{ shift: 1 }, { shift: 3 }])("is what the best classifier gets for normal distributions apart by $shift", async ({ shift }) => {
    const { accuracy, standardError } = await c2st(normals(key(3), 2000, 1), normals(key(4), 2000, 1, shift), { seed: 1 });
    expect(Math.abs(accuracy - standardNormalCdf(shift / 2))).toBeLessThan(5 * standardError);
  });

  it("does not depend on the unit, unless it is told not to scale", async () => {
    const [x, y] = [normals(key(5), 300, 2), normals(key(6), 300, 2, 0.8)];
    const scaled = ({ values, ...rest }: Matrix) => ({ ...rest, values: values.map((value) => 1024 * value) });
    const once = await c2st(x, y, { seed: 1 });
    expect(await c2st(scaled(x), scaled(y), { seed: 1 })).toEqual(once);
    expect((await c2st(scaled(x), scaled(y), { seed: 1, zScore: false })).epochs).not.toEqual(once.epochs);
    expect((await c2st(x, y, { seed: 2 })).folds).not.toEqual(once.folds);
  });

  it("cuts the longer sample, and lives with a column that does not vary", async () => {
    const y = normals(key(8), 300, 2, 1);
    const x = normals(key(7), 200, 2);
    const first = { ...y, rows: 200, values: y.values.slice(0, 400) };
    expect(await c2st(x, y, { seed: 1, folds: 3 })).toEqual(await c2st(x, first, { seed: 1, folds: 3 }));
    const constant = { ...x, values: x.values.map((value, i) => (i % 2 === 0 ? value : 4)) };
    expect((await c2st(constant, first, { seed: 1, folds: 2 })).accuracy).toBeGreaterThan(0.95);
  });

  it("ends when it is aborted", async () => {
    const signal = AbortSignal.timeout(20);
    await expect(c2st(normals(key(1), 4000, 5), normals(key(2), 4000, 5), { seed: 1, signal })).rejects.toThrow();
  });

  it.each([
    { what: "other columns", y: [[1, 2]], options: {}, error: ShapeError, message: "y has shape [M, 2]" },
    { what: "NaN", y: [Number.NaN, 1, 2, 3, 4, 5], options: {}, error: DomainError, message: "y[0][0] is NaN" },
    { what: "fewer points than folds", y: [1, 2, 3], options: {}, error: DomainError, message: "3 points each" },
    { what: "one fold", y: [1, 2, 3, 4, 5, 6], options: { folds: 1 }, error: DomainError, message: "folds is 1" },
  ])("refuses $what", async ({ y, options, error, message }) => {
    const run = c2st([1, 2, 3, 4, 5, 6], y as number[], { seed: 1, ...options });
    await expect(run).rejects.toThrow(error);
    await expect(run).rejects.toThrow(message);
  });

  const six = [1, 2, 3, 4, 5, 6];
  it.each([
    { what: "no options", call: [six, six], message: "c2st: options is undefined; expected a record of options, with seed" },
    { what: "no samples", call: [undefined, six, { seed: 1 }], message: "c2st: x is undefined; expected rows of numbers [N, D]" },
    { what: "a record of samples", call: [six, { theta: six }, { seed: 1 }], message: 'c2st: y is {"theta":[1,2,3,4,5,6]}' },
    { what: "no seed", call: [six, six, {}], message: "c2st: seed is undefined; expected an integer" },
    { what: "a number as hidden", call: [six, six, { seed: 1, hidden: 5 }], message: "c2st: hidden is 5; expected a list" },
    { what: "half a unit", call: [six, six, { seed: 1, hidden: [0.5] }], message: "c2st: hidden is [0.5]; expected a list" },
    { what: "no epochs", call: [six, six, { seed: 1, epochs: 0 }], message: "c2st: epochs is 0; expected a whole number from 1" },
    { what: "zScore no", call: [six, six, { seed: 1, zScore: "no" }], message: 'c2st: zScore is "no"; expected true or false' },
    { what: "a number as signal", call: [six, six, { seed: 1, signal: 5 }], message: "c2st: signal is 5; expected an AbortSignal" },
    {
      what: "two constants",
      call: [new Array(9).fill(4), new Array(9).fill(5), { seed: 1 }],
      message: "c2st: every row of x is [4]; expected points that differ, in x or in y",
    },
  ])("refuses $what, by name", async ({ call, message }) => {
    const run = c2st(...(call as unknown as Parameters<typeof c2st>));
    await expect(run).rejects.toThrow(DomainError);
    await expect(run).rejects.toThrow(message);
  });

  it("lives with one of the samples constant", async () => {
    const { accuracy } = await c2st(new Array(40).fill(4), normals(key(3), 40, 1), { seed: 1, folds: 2, epochs: 200, zScore: false });
    expect(accuracy).toBeGreaterThan(0.9);
  });
});
