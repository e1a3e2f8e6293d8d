import { describe, expect, it } from "vitest";
import { DomainError, NotConvergedError } from "../../src/errors.js";
import { minimiseScalar } from "../../src/numerics/minimise.js";
import { minimiseInBox } from "../../src/numerics/simplex.js";

describe("minimiseScalar", () => {
  it.each([
    { name: "a parabola", f: (x: number) => (x - 1.3) ** 2, interval: [-4, 9], at: 1.3 },
    { name: "a kink", f: (x: number) => Math.abs(x - 0.2), interval: [-1, 1], at: 0.2 },
    { name: "-x exp(-x)", f: (x: number) => -x * Math.exp(-x), interval: [0, 30], at: 1 },
    { name: "a quartic", f: (x: number) => (x - 2) ** 4, interval: [0, 5], at: 2, accuracy: 1e-3 },
    { name: "a minimum at the lower end", f: (x: number) => x, interval: [-2, 3], at: -2 },
    { name: "a minimum at the upper end", f: (x: number) => -Math.sqrt(x + 2), interval: [-2, 3], at: 3 },
    { name: "infinity on one side", f: (x: number) => (x < 1 ? Infinity : (x - 1.5) ** 2), interval: [0, 4], at: 1.5 },
    { name: "an interval of no width", f: (x: number) => x * x, interval: [3, 3], at: 3 },
  ])("finds the minimum of $name", ({ f, interval, at, accuracy = 3e-7 }) => {
    const result = minimiseScalar(f, interval as [number, number]);
    expect(Math.abs(result.x - at)).toBeLessThan(accuracy);
    expect(result.value).toBe(f(result.x));
  });

  it("counts its evaluations", () => {
    let calls = 0;
    const counted = (x: number) => {
      calls++;
      return Math.cosh(x);
    };
    expect(minimiseScalar(counted, [-1, 2]).evaluations).toBe(calls);
    expect(calls).toBeLessThan(40);
  });

  it("refuses an interval that is none, and NaN", () => {
    expect(() => minimiseScalar((x) => x, [1, 0])).toThrow(DomainError);
    expect(() => minimiseScalar((x) => x, [0, Infinity])).toThrow("minimiseScalar: interval");
    expect(() => minimiseScalar(() => Number.NaN, [0, 1])).toThrow("minimiseScalar: f(0) is NaN");
  });

  it("carries the minimum so far when the budget is used up", () => {
    const error = caught(() => minimiseScalar((x) => (x - 1) ** 2, [0, 1000], { maxEvaluations: 8 }));
    expect(error.best).toMatchObject({ evaluations: 8 });
  });
});

const BOX: [number, number][] = [
  [-5, 5],
  [-5, 5],
];
const rosenbrock = ([x, y]: Float64Array) => (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2;

describe("minimiseInBox", () => {
  it.each([
    { name: "one variable", f: ([x]: Float64Array) => (x! - 0.4) ** 2, box: [[-1, 1]], start: [-0.9], at: [0.4] },
    { name: "a long valley", f: rosenbrock, box: BOX, start: [-1.2, 1], at: [1, 1] },
    {
      name: "a correlated bowl",
      f: ([x, y]: Float64Array) => x! ** 2 + y! ** 2 - 1.9 * x! * y! + x!,
      box: [
        [-20, 20],
        [-20, 20],
      ],
      start: [3, 3],
      at: [-5.128205128205128, -4.871794871794872],
    },
    {
      name: "a minimum on a face",
      f: ([x, y]: Float64Array) => (x! - 7) ** 2 + (y! - 1) ** 2 + x! * y!,
      box: BOX,
      start: [0, 4],
      at: [5, -1.5],
    },
    { name: "a minimum in a corner", f: ([x, y]: Float64Array) => x! - 2 * y!, box: BOX, start: [0, 0], at: [-5, 5] },
    {
      name: "infinity on one side",
      f: ([x, y]: Float64Array) => (x! + y! < 0 ? Infinity : (x! - 1) ** 2 + y! ** 2),
      box: BOX,
      start: [4, 4],
      at: [1, 0],
    },
    {
      name: "four variables of different width",
      f: (x: Float64Array) => Array.from(x).reduce((s, v, i) => s + ((v - i) * 10 ** i) ** 2, 0),
      box: [
        [-9, 9],
        [-9, 9],
        [-9, 9],
        [-9, 9],
      ],
      start: [5, 5, 5, 5],
      at: [0, 1, 2, 3],
    },
  ])("finds the minimum of $name", ({ f, box, start, at }) => {
    const result = minimiseInBox(f, start, { box: box as [number, number][] });
    at.forEach((value, j) => {
      expect(Math.abs(result.x[j]! - value)).toBeLessThan(2e-5);
    });
    expect(result.value).toBe(f(result.x));
  });

  it("never leaves the box", () => {
    const tried: Float64Array[] = [];
    const recorded = (x: Float64Array) => {
      tried.push(x);
      return rosenbrock(x);
    };
    minimiseInBox(recorded, [4.9, -4.9], { box: BOX });
    expect(tried.filter((x) => x.some((value) => Math.abs(value) > 5))).toEqual([]);
  });

  it("refuses an infinite start and NaN", () => {
    expect(() => minimiseInBox(() => Infinity, [0, 0], { box: BOX })).toThrow("minimiseInBox: f(start) is Infinity");
    expect(() => minimiseInBox(() => Number.NaN, [0, 0], { box: BOX })).toThrow("NaN");
  });

  it("carries the minimum so far when the budget is used up", () => {
    const error = caught(() => minimiseInBox(rosenbrock, [-1.2, 1], { box: BOX, maxEvaluations: 40 }));
    expect((error.best as { value: number }).value).toBeLessThan(rosenbrock(Float64Array.of(-1.2, 1)));
  });
});

function caught(run: () => unknown): NotConvergedError {
  try {
    run();
  } catch (error) {
    if (error instanceof NotConvergedError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
