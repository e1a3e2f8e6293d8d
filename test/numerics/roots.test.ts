import { describe, expect, it } from "vitest";
import { DomainError, NotConvergedError } from "../../src/errors.js";
import { findRoot } from "../../src/numerics/roots.js";

const CASES: { name: string; f: (x: number) => number; bracket: [number, number]; root: number }[] = [
  { name: "a parabola", f: (x) => x * x - 2, bracket: [0, 2], root: Math.SQRT2 },
  { name: "a falling function", f: (x) => 1 - x ** 3, bracket: [-3, 7], root: 1 },
  { name: "cos x = x", f: (x) => Math.cos(x) - x, bracket: [0, 1], root: 0.7390851332151607 },
  { name: "a root at the lower end", f: (x) => x, bracket: [0, 5], root: 0 },
  { name: "a root at the upper end", f: (x) => x - 5, bracket: [0, 5], root: 5 },
  { name: "a steep tail", f: (x) => Math.exp(-x) - 1e-10, bracket: [0, 1000], root: 10 * Math.LN10 },
  { name: "a flat triple root off the middle", f: (x) => (x - 0.3) ** 3, bracket: [-1, 1], root: 0.3 },
  { name: "an infinite value at an end", f: (x) => -Math.log(x), bracket: [0, 3], root: 1 },
  { name: "a jump from infinity", f: (x) => (x < 0.7 ? -1 : Infinity), bracket: [0, 1], root: 0.7 },
];

describe("findRoot", () => {
  it.each(CASES)("finds the zero of $name", ({ f, bracket, root }) => {
    expect(Math.abs(findRoot(f, bracket) - root)).toBeLessThan(4e-16 + 1e-15 * Math.abs(root) + (root === 0.3 ? 1e-5 : 0));
  });

  it("stops within the tolerance, with fewer evaluations", () => {
    const count = (tolerance: number) => {
      let calls = 0;
      const counted = (u: number) => {
        calls++;
        return Math.exp(u) - 3;
      };
      const x = findRoot(counted, [0, 10], { tolerance });
      expect(Math.abs(x - Math.log(3))).toBeLessThan(tolerance);
      return calls;
    };
    expect(count(1e-3)).toBeLessThan(count(1e-14));
    expect(count(1e-14)).toBeLessThan(20);
  });

  it("refuses ends of one sign and NaN", () => {
    expect(() => findRoot((x) => x * x + 1, [0, 1])).toThrow(DomainError);
    expect(() => findRoot((x) => x * x + 1, [0, 1])).toThrow("findRoot: bracket is [0,1]; expected ends where f has different signs");
    expect(() => findRoot(() => Number.NaN, [0, 1])).toThrow("findRoot: f(1) is NaN");
  });

  it("gives what it has when the budget is used up", () => {
    const attempt = () => findRoot((x) => x ** 3 - 2, [0, 1e6], { maxEvaluations: 6 });
    expect(attempt).toThrow(NotConvergedError);
    try {
      attempt();
    } catch (error) {
      if (!(error instanceof NotConvergedError)) throw error;
      expect(error.best).toBeGreaterThanOrEqual(0);
      expect(error.best).toBeLessThanOrEqual(1e6);
    }
  });
});
