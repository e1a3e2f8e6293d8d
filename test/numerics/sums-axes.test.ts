import { describe, expect, it } from "vitest";
import { corners, forEachIndex, indexBelow, linspace, trapezoidWeights } from "../../src/numerics/axes.js";
import { cumulativeSum, logSumExp, maximum, sum, weightedSum } from "../../src/numerics/sums.js";

describe("sums", () => {
  it("keep what plain addition loses", () => {
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
    // Plain addition of 0.1 is off by 1.6e-8 here; the double nearest to 0.1 exceeds it by 5.6e-18.
    expect(Math.abs(sum(new Float64Array(1_000_000).fill(0.1)) - 100_000)).toBeLessThan(2e-11);
    expect(weightedSum([0.1, 0.2], [3, 5])).toBeCloseTo(1.3, 15);
  });

  it("treat infinities as limits", () => {
    expect(sum([1, -Infinity, 2])).toBe(-Infinity);
    expect(weightedSum([-Infinity, 2], [0, 3])).toBe(6);
    expect(weightedSum([-Infinity, 2], [1, 3])).toBe(-Infinity);
    expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
    expect(logSumExp([])).toBe(-Infinity);
    expect(maximum([])).toBe(-Infinity);
  });

  it.each([-1000, 0, 1000])("add exponentials around %d", (shift) => {
    expect(logSumExp([1, 2, 3].map((value) => value + shift)) - shift).toBeCloseTo(Math.log(Math.E + Math.E ** 2 + Math.E ** 3), 12);
  });

  it("run", () => {
    expect(cumulativeSum([1, 2, -4])).toEqual(Float64Array.of(1, 3, -1));
  });
});

describe("axes", () => {
  it("have exact ends", () => {
    expect(linspace(-1, 0.1, 4)[3]).toBe(0.1);
    expect(linspace(0, 1, 5)).toEqual(Float64Array.of(0, 0.25, 0.5, 0.75, 1));
    expect(linspace(0, 1, 1)).toEqual(Float64Array.of(0.5));
  });

  it("integrate straight lines exactly on uneven nodes", () => {
    const nodes = Float64Array.of(0, 0.1, 0.7, 2);
    const integral = trapezoidWeights(nodes).reduce((total, w, i) => total + w * (3 * nodes[i]! + 1), 0);
    expect(integral).toBeCloseTo(8, 14);
  });

  it.each([
    { x: -1, below: -1 },
    { x: 0, below: 0 },
    { x: 1.9, below: 1 },
    { x: 2, below: 3 },
    { x: 9, below: 3 },
  ])("find the node below $x", ({ x, below }) => {
    expect(indexBelow([0, 1, 2, 2], x)).toBe(below);
  });

  it("visit a grid with the last axis fastest", () => {
    const seen: string[] = [];
    forEachIndex([2, 3], (index, place) => seen.push(`${place}:${index.join("")}`));
    expect(seen).toEqual(["0:00", "1:01", "2:02", "3:10", "4:11", "5:12"]);
  });

  it("interpolate bilinear functions exactly", () => {
    const axes = [Float64Array.of(0, 1, 3), Float64Array.of(-1, 2)];
    const f = (x: number, y: number) => 2 + 3 * x - y + 0.5 * x * y;
    const values = [0, 1, 3].flatMap((x) => [-1, 2].map((y) => f(x, y)));
    for (const [x, y] of [
      [0, -1],
      [3, 2],
      [0.3, 0.1],
      [2.5, 1.9],
      [1, 0],
    ] as const) {
      expect(corners(axes, [x, y]).reduce((total, { place, weight }) => total + weight * values[place]!, 0)).toBeCloseTo(f(x, y), 13);
    }
    expect(corners(axes, [3, 2])).toEqual([{ place: 5, weight: 1 }]);
    expect(corners([Float64Array.of(4)], [4])).toEqual([{ place: 0, weight: 1 }]);
  });
});
