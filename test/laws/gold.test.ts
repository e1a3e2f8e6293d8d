import { describe, expect, it } from "vitest";
import { galtonBoard, type MinedSample, mine } from "../../src/index.js";
import { meanAndError } from "../support/numbers.js";

// What makes joint ratio and joint score worth mining: given x, their means are the ratio and the score that nobody can compute.
const [slope0, slope1] = [-0.8, -0.6];
const board = galtonBoard();
const mined = await mine(board, { numerator: { slope: slope0 }, denominator: { slope: slope1 }, n: 400_000, seed: 20 });

/** Columns with at least 1000 events from either hypothesis, so that a mean's distribution is close to normal. */
const columns = board.exact.columns.filter((x) => [slope0, slope1].every((slope) => board.exact.probabilities(slope)[x]! > 0.005));
const exactLogRatio = board.exact.logRatio(columns, slope0, slope1);
const exactScore = board.exact.score(columns, slope0);

describe.each(columns.map((x, i) => ({ x, logRatio: exactLogRatio[i]!, score: exactScore[i]! })))(
  "given x = $x",
  ({ x, logRatio, score }) => {
    it("log E_theta1[r(x, z)] is log r(x)", () => {
      const { mean, se } = meanAndError(select(mined, { x, label: 1 }).map((i) => Math.exp(mined.jointLogRatio[i]!)));
      expect(Math.abs(Math.log(mean) - logRatio)).toBeLessThan((5 * se) / mean);
    });

    it("-log E_theta0[1 / r(x, z)] is log r(x)", () => {
      const { mean, se } = meanAndError(select(mined, { x, label: 0 }).map((i) => Math.exp(-mined.jointLogRatio[i]!)));
      expect(Math.abs(-Math.log(mean) - logRatio)).toBeLessThan((5 * se) / mean);
    });

    it("E_theta0[t(x, z)] is t(x)", () => {
      const { mean, se } = meanAndError(select(mined, { x, label: 0 }).map((i) => mined.jointScore!.values[i]!));
      expect(Math.abs(mean - score)).toBeLessThan(5 * se);
    });

    it("the share of label 1 is 1 / (1 + r(x))", () => {
      const labels = meanAndError(select(mined, { x }).map((i) => mined.label[i]!));
      expect(Math.abs(labels.mean - 1 / (1 + Math.exp(logRatio)))).toBeLessThan(5 * labels.se);
    });
  },
);

it("the mean of the joint log-ratio is not log r(x): it is off by up to 0.030, under either hypothesis", () => {
  for (const label of [0, 1] as const) {
    const offsets = columns.map((x, i) => {
      const { mean, se } = meanAndError(select(mined, { x, label }).map((event) => mined.jointLogRatio[event]!));
      return { offset: mean - exactLogRatio[i]!, se };
    });
    expect(offsets.filter(({ offset, se }) => Math.abs(offset) > 5 * se).length).toBeGreaterThan(columns.length / 2);
    const largest = Math.max(...offsets.map(({ offset }) => Math.abs(offset)));
    expect(largest).toBeGreaterThan(0.02);
    expect(largest).toBeLessThan(0.04);
  }
});

describe("over all events", () => {
  const numerator = Array.from(mined.label.keys()).filter((i) => mined.label[i] === 0);

  it.each([
    { name: "E_theta0[t] is zero", of: (i: number) => mined.jointScore!.values[i]!, expected: 0 },
    {
      name: "E_theta0[t^2] is the joint information",
      of: (i: number) => mined.jointScore!.values[i]! ** 2,
      expected: board.exact.jointFisherInformation(slope0),
    },
    {
      name: "E_theta0[log r(x, z)] is the joint divergence",
      of: (i: number) => mined.jointLogRatio[i]!,
      expected: board.exact.jointLogRatio(slope0, slope1).mean,
    },
    { name: "E_theta0[1 / r(x, z)] is one", of: (i: number) => Math.exp(-mined.jointLogRatio[i]!), expected: 1 },
    { name: "E_theta0[x] is the mean column", of: (i: number) => mined.x.values[i]!, expected: 15.58306 },
  ])("$name", ({ of, expected }) => {
    const { mean, se } = meanAndError(numerator.map(of));
    expect(Math.abs(mean - expected)).toBeLessThan(5 * se);
  });

  it("the columns come as often as they should", () => {
    const probabilities = board.exact.probabilities(slope0);
    const statistic = columns.reduce((sum, x) => {
      const expected = numerator.length * probabilities[x]!;
      return sum + (select(mined, { x, label: 0 }).length - expected) ** 2 / expected;
    }, 0);
    expect(Math.abs(statistic - columns.length)).toBeLessThan(5 * Math.sqrt(2 * columns.length));
  });
});

function select({ x, label }: MinedSample, wanted: { readonly x: number; readonly label?: 0 | 1 }): number[] {
  return Array.from(label.keys()).filter((i) => x.values[i] === wanted.x && (wanted.label ?? label[i]) === label[i]);
}
