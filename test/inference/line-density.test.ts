import { describe, expect, it } from "vitest";
import { lineMassAbove, lineQuantile } from "../../src/inference/line-density.js";

// A triangle on [-1, 1]: three nodes know it exactly.
const TRIANGLE = { axis: Float64Array.of(-1, 0, 1), density: Float64Array.of(0, 1, 0) };

describe("a piecewise linear density", () => {
  it.each([0, 0.25, 0.5, 0.9, 1])("has the mass 1 - h^2 of a triangle above h = %d", (height) => {
    expect(lineMassAbove(TRIANGLE, height)).toBeCloseTo(1 - height * height, 14);
  });

  it.each([
    { p: 0, x: -1 },
    { p: 0.08, x: -0.6 },
    { p: 0.5, x: 0 },
    { p: 0.92, x: 0.6 },
    { p: 1, x: 1 },
  ])("has the quantile $x of a triangle at $p", ({ p, x }) => {
    expect(lineQuantile(TRIANGLE, p)).toBeCloseTo(x, 7);
  });

  it("has the quantiles of a straight line where it is flat", () => {
    expect(lineQuantile({ axis: Float64Array.of(0, 4), density: Float64Array.of(0.25, 0.25) }, 0.3)).toBeCloseTo(1.2, 14);
  });
});
