import { describe, expect, it } from "vitest";
import { NotConvergedError } from "../../src/errors.js";
import { type OdeFunction, type OdeOptions, type OdeSolution, solveOde } from "../../src/numerics/ode.js";
import { findRoot } from "../../src/numerics/roots.js";

/** y' = rule(t, y) for one number. */
const scalar =
  (rule: (t: number, y: number) => number): OdeFunction =>
  (t, y, slope) => {
    slope[0] = rule(t, y[0]!);
  };

interface Problem {
  readonly name: string;
  readonly f: OdeFunction;
  readonly initial: readonly number[];
  readonly end: number;
  readonly exact: (t: number) => readonly number[];
}

const PROBLEMS: readonly Problem[] = [
  { name: "decay", f: scalar((_t, y) => -2 * y), initial: [3], end: 4, exact: (t) => [3 * Math.exp(-2 * t)] },
  {
    name: "the harmonic oscillator",
    f: (_t, y, slope) => {
      slope[0] = y[1]!;
      slope[1] = -y[0]!;
    },
    initial: [1, 0],
    end: 20,
    exact: (t) => [Math.cos(t), -Math.sin(t)],
  },
  {
    name: "logistic growth",
    f: scalar((_t, y) => y * (1 - y)),
    initial: [0.01],
    end: 12,
    exact: (t) => [1 / (1 + 99 * Math.exp(-t))],
  },
  { name: "a slope of time alone", f: scalar((t) => Math.cos(t)), initial: [0], end: 10, exact: (t) => [Math.sin(t)] },
];

const grid = (end: number, n: number) => Float64Array.from({ length: n + 1 }, (_, i) => (end * i) / n);

function largestError(solution: OdeSolution, exact: Problem["exact"]): number {
  let largest = 0;
  solution.times.forEach((t, i) => {
    exact(t).forEach((value, d) => {
      largest = Math.max(largest, Math.abs(solution.values.values[i * solution.values.columns + d]! - value));
    });
  });
  return largest;
}

describe.each(PROBLEMS)("$name", ({ f, initial, end, exact }) => {
  const solve = (options: Partial<OdeOptions>) => solveOde(f, { initial, times: grid(end, 37), ...options });

  it.each([1e-4, 1e-6, 1e-8, 1e-10])("is solved within what a tolerance of %d adds up to", (tolerance) => {
    const solution = solve({ relativeTolerance: tolerance, absoluteTolerance: tolerance });
    // None of these equations lets an error of a step grow: the whole is at most the sum over the steps, times the largest state.
    expect(largestError(solution, exact)).toBeLessThan(solution.steps * tolerance * 3);
    expect(solution.evaluations).toBe(6 * (solution.steps + solution.rejected) + 2);
  });

  it("takes 10^(1/5) as many steps for a tenth of the tolerance", () => {
    const [coarse, fine] = [1e-7, 1e-12].map((tolerance) => solve({ relativeTolerance: tolerance, absoluteTolerance: tolerance }).steps);
    expect(Math.log10(fine! / coarse!)).toBeGreaterThan(0.8);
    expect(Math.log10(fine! / coarse!)).toBeLessThan(1.2);
  });

  it("has the same values between the steps, whatever other times are asked for", () => {
    const [few, many] = [solve({ times: grid(end, 4) }), solve({ times: grid(end, 400) })];
    for (let i = 0; i <= 4; i++) {
      for (let d = 0; d < initial.length; d++) {
        expect(few.values.values[i * initial.length + d]).toBe(many.values.values[100 * i * initial.length + d]);
      }
    }
    expect(few.steps).toBe(many.steps);
  });
});

it("keeps the invariant of Lotka and Volterra", () => {
  const [alpha, beta, gamma, delta] = [0.7, 0.11, 0.9, 0.12];
  const f: OdeFunction = (_t, y, slope) => {
    slope[0] = alpha * y[0]! - beta * y[0]! * y[1]!;
    slope[1] = -gamma * y[1]! + delta * y[0]! * y[1]!;
  };
  const invariant = (x: number, y: number) => delta * x - gamma * Math.log(x) + beta * y - alpha * Math.log(y);
  const { values } = solveOde(f, { initial: [30, 1], times: grid(60, 300), relativeTolerance: 1e-9, absoluteTolerance: 1e-12 });
  const along = Array.from({ length: 301 }, (_, i) => invariant(values.values[2 * i]!, values.values[2 * i + 1]!));
  for (const value of along) expect(Math.abs(value - along[0]!)).toBeLessThan(1e-6);
});

it("reaches the final size of an epidemic", () => {
  const [beta, gamma, s0] = [0.5, 0.2, 0.999];
  const f: OdeFunction = (_t, y, slope) => {
    slope[0] = -beta * y[0]! * y[1]!;
    slope[1] = beta * y[0]! * y[1]! - gamma * y[1]!;
  };
  const { values } = solveOde(f, { initial: [s0, 1 - s0], times: [0, 1000], relativeTolerance: 1e-10, absoluteTolerance: 1e-13 });
  // log(s / s0) = R0 (s - 1), when nobody is infected any more.
  const left = findRoot((s) => Math.log(s / s0) - (beta / gamma) * (s - 1), [1e-6, 0.4], { tolerance: 1e-14 });
  expect(Math.abs(values.values[2]! - left)).toBeLessThan(1e-8);
});

it("goes on past a slope that is NaN only where too long a step reaches", () => {
  const f = scalar((_t, y) => -Math.sqrt(y - 1) / 2);
  const { values } = solveOde(f, { initial: [2], times: [0, 3.9] });
  expect(values.values[1]).toBeCloseTo(1 + (1 - 3.9 / 4) ** 2, 5);
});

it("answers at one time with the initial state alone", () => {
  const solution = solveOde(
    scalar(() => 1),
    { initial: [5], times: [2] },
  );
  expect([...solution.values.values]).toEqual([5]);
  expect(solution.steps).toBe(0);
});

const growth = scalar((_t, y) => y);

it.each([
  { options: { initial: [], times: [0, 1] }, message: "solveOde: initial has shape [0]; expected [D] with D at least 1" },
  { options: { initial: [1], times: [] }, message: "solveOde: times has shape [0]; expected [T]" },
  { options: { initial: [Number.NaN], times: [0, 1] }, message: "solveOde: initial[0] is NaN; expected a finite number" },
  { options: { initial: [1], times: [0, Infinity] }, message: "solveOde: times[1] is Infinity; expected a finite number" },
  { options: { initial: [1], times: [0, 2, 2] }, message: "solveOde: times[2] is 2; expected a number above times[1], 2" },
  { options: { initial: [1], times: [0, 1], relativeTolerance: -1 }, message: "solveOde: relativeTolerance is -1; expected" },
  { options: { initial: [1], times: [0, 1], absoluteTolerance: 0 }, message: "solveOde: absoluteTolerance is 0; expected" },
  { options: { initial: [1], times: [0, 1], maxSteps: 0 }, message: "solveOde: maxSteps is 0; expected a positive integer" },
])("refuses: $message", ({ options, message }) => {
  expect(() => solveOde(growth, options)).toThrow(message);
});

it("refuses a slope that is NaN at the beginning, with t and y", () => {
  const f = scalar(() => Number.NaN);
  expect(() => solveOde(f, { initial: [1], times: [3, 4] })).toThrow(
    "solveOde: f at t = 3, y = [1]: slope[0] is NaN; expected a finite number",
  );
});

it("refuses a slope that becomes NaN, with the t that it reached", () => {
  const f = scalar((t) => (t > 1 ? Number.NaN : 1));
  expect(() => solveOde(f, { initial: [0], times: [0, 2] })).toThrow(
    /f beyond t = (1|0\.9999999)\d*, y = .* is NaN; expected finite slopes/,
  );
});

it("gives up at the limit of steps with what it reached", () => {
  const f = scalar((t) => Math.sin(1000 * t));
  const solve = () => solveOde(f, { initial: [0], times: [0, 1e-3, 1000], maxSteps: 50 });
  expect(solve).toThrow("solveOde: gave up after 50 steps, at t = 0.");
  try {
    solve();
  } catch (error) {
    const { best } = error as NotConvergedError<OdeSolution>;
    expect(error).toBeInstanceOf(NotConvergedError);
    expect([...best.times]).toEqual([0, 1e-3]);
    expect(best.values.rows).toBe(2);
    expect(best.values.values[1]).toBeCloseTo((1 - Math.cos(1)) / 1000, 8);
  }
});

it("gives up at a pole with the t of the pole", () => {
  const f = scalar((_t, y) => y ** 2);
  expect(() => solveOde(f, { initial: [1], times: [0, 2] })).toThrow(/^solveOde: .*t = (1\.000|0\.999)/);
});
