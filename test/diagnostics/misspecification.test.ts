import { describe, expect, it } from "vitest";
import { misspecification } from "../../src/diagnostics/misspecification.js";
import { DomainError, fold, type Key, key, type Matrix, ShapeError, standardNormals } from "../../src/index.js";

const observables = ["mass", "angle", "time"];
/** Correlated columns with heavy tails where `tail` is above 0. */
function simulations(from: Key, n: number, { tail = 0 } = {}): Matrix {
  const z = standardNormals(from, 3 * n);
  const values = z.map((value, i) => {
    const own = i % 3 === 1 ? 0.95 * z[i - 1]! + Math.sqrt(1 - 0.95 ** 2) * value : value;
    return 100 * (i % 3) + own * Math.exp(tail * own * own);
  });
  return { rows: n, columns: 3, values };
}

describe("misspecification", () => {
  const known = simulations(key(1), 4000);

  it.each([{ tail: 0 }, { tail: 0.4 }])(
    "calls one more draw unlike in no more than alpha of the cases, whatever the distribution: %o",
    ({ tail }) => {
      const [repeats, alpha] = [400, 0.1];
      const found = Array.from({ length: repeats }, (_, i) => {
        const { values } = simulations(fold(key(2), i), 301, { tail });
        return misspecification(values.slice(900), { rows: 300, columns: 3, values: values.slice(0, 900) }, { alpha });
      });
      for (const look of ["distance", "neighbours"] as const) {
        const part = found.filter((one) => one[look].pValue <= 0.2).length / repeats;
        expect(Math.abs(part - 0.2)).toBeLessThan(5 * Math.sqrt(0.16 / repeats) + 1 / 150);
      }
      const tails = found.filter((one) => one.observables[2]!.pValue <= 0.2).length / repeats;
      expect(Math.abs(tails - 0.2)).toBeLessThan(5 * Math.sqrt(0.16 / repeats) + 2 / 301);
      const called = found.filter(({ pValue }) => pValue < alpha).length / repeats;
      expect(called).toBeLessThan(alpha + 5 * Math.sqrt((alpha * (1 - alpha)) / repeats));
      expect(called).toBeGreaterThan(0.01);
    },
  );

  it("names the observable that is far out", () => {
    const found = misspecification([0.1, 100.2, 230], known, { observables });
    expect(found.unlike).toBe(true);
    expect(found.off).toEqual(["time"]);
    expect(found.message).toMatch(/unlike the 4000 simulations .*time = 230 \(95 % of the simulations: 198 to 202\)/);
    expect(found.neighbours.ratio).toBeGreaterThan(3);
  });

  it("sees a broken correlation of two usual values, and names the two", () => {
    const found = misspecification([1.6, 98.4, 200], known, { observables });
    expect(found.observables.every(({ pValue }) => pValue > 0.05)).toBe(true);
    expect(found.distance.pValue).toBeLessThan(0.002);
    expect(found.off).toEqual(["mass", "angle"]);
  });

  it("sees a hole in the middle", () => {
    const angle = standardNormals(key(3), 2000);
    const ring = {
      rows: 1000,
      columns: 2,
      values: Float64Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? Math.cos(9 * angle[i]!) : Math.sin(9 * angle[i - 1]!))),
    };
    const { distance, neighbours, unlike, off, message } = misspecification([0, 0], ring);
    expect(distance.pValue).toBeGreaterThan(0.5);
    expect(neighbours.pValue).toBeLessThan(0.003);
    expect([unlike, off]).toEqual([true, []]);
    expect(message).toContain("no observable alone");
  });

  it("calls what is like the simulations like them", () => {
    const found = misspecification([0.1, 100.2, 200.5], known, { observables });
    expect(found).toMatchObject({ unlike: false, off: [] });
    expect(found.message).toContain("is like the 4000 simulations");
    expect(found.observables[0]!.low).toBeCloseTo(-1.96, 0);
  });

  it("calls an observation a thousand deviations away unlike however few simulations there are", () => {
    const found = misspecification([0, 100, 1200], simulations(key(4), 25), { observables });
    expect(found.pValue).toBeGreaterThan(0.01);
    expect(found.unlike).toBe(true);
    expect(found.off).toContain("time");
  });

  it("lives with columns that do not vary, and sees one that begins to", () => {
    const constant = { ...known, values: known.values.map((value, i) => (i % 3 === 2 ? 7 : value)) };
    expect(misspecification([0, 100, 7], constant).unlike).toBe(false);
    expect(misspecification([0, 100, 8], constant).off).toEqual(["x[2]"]);
  });

  it.each([
    { what: "another length", x: [1, 2], options: {}, error: ShapeError, message: "x has shape [2]" },
    { what: "NaN", x: [1, Number.NaN, 3], options: {}, error: DomainError, message: "x[1] (x[1]) is NaN" },
    { what: "alpha 0", x: [1, 2, 3], options: { alpha: 0 }, error: DomainError, message: "alpha" },
    { what: "neighbour 0", x: [1, 2, 3], options: { neighbour: 0 }, error: DomainError, message: "neighbour" },
    { what: "two names", x: [1, 2, 3], options: { observables: ["a", "b"] }, error: ShapeError, message: "observables" },
  ])("refuses $what", ({ x, options, error, message }) => {
    expect(() => misspecification(x, known, options)).toThrow(error);
    expect(() => misspecification(x, known, options)).toThrow(message);
  });

  it.each([
    { what: "no x", call: [undefined, known], message: "misspecification: x is undefined; expected numbers [L]" },
    { what: "no simulations", call: [[1, 2, 3], undefined], message: "misspecification: simulations is undefined" },
    { what: "alpha as text", call: [[1, 2, 3], known, { alpha: "0.1" }], message: 'misspecification: alpha is "0.1"; expected a number' },
    {
      what: "one name",
      call: [[1, 2, 3], known, { observables: "abc" }],
      message: 'misspecification: observables is "abc"; expected a list',
    },
    { what: "null", call: [[1, 2, 3], known, null], message: "misspecification: options is null" },
  ])("refuses $what, by name", ({ call, message }) => {
    const run = () => misspecification(...(call as unknown as Parameters<typeof misspecification>));
    expect(run).toThrow(DomainError);
    expect(run).toThrow(message);
  });

  it("refuses too few simulations", () => {
    expect(() => misspecification([1, 2, 3], simulations(key(1), 19))).toThrow(ShapeError);
  });
});
