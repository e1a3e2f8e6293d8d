import { describe, expect, it } from "vitest";
import { momentsOf, quantileOf } from "../../src/numerics/quantiles.js";

describe("quantiles and moments of a sample", () => {
  it.each([
    { p: 0, q: 1 },
    { p: 0.5, q: 2.5 },
    { p: 0.9, q: 8.6 },
    { p: 1, q: 11 },
  ])("lie at $q for p = $p, between the order statistics", ({ p, q }) => {
    expect(quantileOf(Float64Array.of(11, 2, 1, 3), p)).toBeCloseTo(q, 12);
  });

  it("are those of two values", () => {
    expect(momentsOf(Float64Array.of(1, 5))).toEqual({ mean: 3, std: 2 });
  });
});
