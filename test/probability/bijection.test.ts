import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.js";
import type { Matrix } from "../../src/numerics/matrix.js";
import type { ParameterRanges } from "../../src/numerics/parameters.js";
import { key, uniforms } from "../../src/numerics/random.js";
import { toUnbounded } from "../../src/probability/bijection.js";
import { logNormal } from "../../src/probability/log-normal.js";
import { normal } from "../../src/probability/normal.js";

const RANGES: readonly { name: string; range: readonly [number, number]; points: readonly number[] }[] = [
  { name: "an interval", range: [-1, 3], points: [-0.999999, -0.3, 1, 2.2, 2.9999] },
  { name: "a narrow interval far from zero", range: [1e6, 1e6 + 1], points: [1e6 + 0.01, 1e6 + 0.5, 1e6 + 0.9] },
  { name: "a half-line upward", range: [2, Infinity], points: [2.00001, 2.5, 3, 1000] },
  { name: "a half-line downward", range: [-Infinity, -1], points: [-1e4, -2, -1.1, -1.0001] },
  { name: "the real line", range: [-Infinity, Infinity], points: [-1e5, 0, 3] },
];

const column = (values: ArrayLike<number>): Matrix => ({ rows: values.length, columns: 1, values: Float64Array.from(values) });
const of = (range: readonly [number, number]) => toUnbounded({ a: range });

describe.each(RANGES)("toUnbounded on $name", ({ range, points }) => {
  const map = of(range);
  const forward = (theta: number) => map.forwardAndLogDet(column([theta])).rows.values[0]!;
  const inverse = (u: number) => map.inverseAndLogDet(column([u])).rows.values[0]!;

  it("comes back", () => {
    const there = map.forwardAndLogDet(column(points));
    const back = map.inverseAndLogDet(there.rows);
    const width = Number.isFinite(range[1] - range[0]) ? range[1] - range[0] : 1;
    points.forEach((theta, i) => {
      expect(Math.abs(back.rows.values[i]! - theta)).toBeLessThan(1e-12 * Math.max(width, Math.abs(theta)));
      expect(back.logDet[i]).toBeCloseTo(-there.logDet[i]!, 12);
    });
  });

  it("goes over the whole of space and rises", () => {
    const us = [-6, -2, -0.5, 0, 0.5, 2, 5];
    const thetas = us.map(inverse);
    thetas.forEach((theta, i) => {
      expect(theta > range[0] && theta < range[1]).toBe(true);
      if (i > 0) expect(theta).toBeGreaterThan(thetas[i - 1]!);
    });
  });

  it("has the logDet of its finite differences, both ways", () => {
    for (const theta of points) {
      const distance = Math.min(theta - range[0], range[1] - theta, 1);
      const h = 1e-4 * distance;
      const slope = (forward(theta + h) - forward(theta - h)) / (theta + h - (theta - h));
      // Central differences are of second order; the steps of far points are rounded to a part of 1e-16 theta / h.
      const tolerance = 1e-6 + (4e-16 * Math.abs(theta)) / h;
      expect(Math.abs(map.forwardAndLogDet(column([theta])).logDet[0]! - Math.log(slope))).toBeLessThan(tolerance);
    }
    for (const u of [-2, 0.3, 1.5]) {
      const h = 1e-3;
      const slope = (inverse(u + h) - inverse(u - h)) / (2 * h);
      const tolerance = 1e-5 + (4e-16 * Math.abs(inverse(u))) / (h * slope);
      expect(Math.abs(map.inverseAndLogDet(column([u])).logDet[0]! - Math.log(slope))).toBeLessThan(tolerance);
    }
  });

  it("is finite at the ends and beyond what numbers resolve", () => {
    const finite = range.filter(Number.isFinite);
    const { rows, logDet } = map.forwardAndLogDet(column(finite));
    expect([...rows.values, ...logDet].every(Number.isFinite)).toBe(true);
    for (const u of [-40, 40]) {
      const theta = inverse(u);
      expect(theta >= range[0] && theta <= range[1]).toBe(true);
    }
  });
});

it("makes a uniform distribution standard normal and a log-normal one normal", () => {
  const us = [-3, -1, 0, 0.7, 2.5];
  const interval = of([-1, 3]).inverseAndLogDet(column(us));
  us.forEach((u, i) => {
    expect(interval.logDet[i]! - Math.log(4)).toBeCloseTo(normal(0, 1).logProb(u), 12);
  });
  const half = of([0, Infinity]).inverseAndLogDet(column(us));
  us.forEach((u, i) => {
    expect(logNormal(0.3, 0.8).logProb(half.rows.values[i]!) + half.logDet[i]!).toBeCloseTo(normal(0.3, 0.8).logProb(u), 12);
  });
});

it("maps column by column in the order of the names and adds the logDets", () => {
  const ranges: ParameterRanges = { a: [0, 1], b: [0, Infinity], c: [-Infinity, Infinity] };
  const u = uniforms(key(1), 12);
  const theta: Matrix = { rows: 4, columns: 3, values: u };
  const all = toUnbounded(ranges).forwardAndLogDet(theta);
  const each = Object.values(ranges).map((range, j) => of(range).forwardAndLogDet(column(u.filter((_, i) => i % 3 === j))));
  for (let i = 0; i < 4; i++) {
    expect(Array.from(all.rows.values.subarray(3 * i, 3 * i + 3))).toEqual(each.map(({ rows }) => rows.values[i]));
    expect(all.logDet[i]).toBeCloseTo(each[0]!.logDet[i]! + each[1]!.logDet[i]! + each[2]!.logDet[i]!, 13);
  }
});

it.each([
  { range: [1, 1] as const, message: "toUnbounded: ranges.a is [1,1]; expected a range [low, high] with low below high" },
  { range: [2, 1] as const, message: "toUnbounded: ranges.a is [2,1]" },
  { range: [Number.NaN, 1] as const, message: "toUnbounded: ranges.a is [null,1]" },
])("refuses $range", ({ range, message }) => {
  expect(() => of(range)).toThrow(DomainError);
  expect(() => of(range)).toThrow(message);
});
