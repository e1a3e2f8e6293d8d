import { describe, expect, it } from "vitest";
import {
  galtonBoard,
  goldSimulator,
  independent,
  type MinedSample,
  marginalOver,
  mine,
  normal,
  simulator,
  uniform,
} from "../../src/index.js";

const parameters = { mean: [-20, 20] } as const;
/** z ~ N(mean, 2), x ~ N(z, 1): x ~ N(mean, sqrt(5)), and over a prior N(0, s) the evidence is N(0, sqrt(5 + s^2)). */
const shift = simulator({ name: "shift", parameters, observables: ["x"] }, ({ mean }, sample) => [
  sample("x", normal(sample("z", normal(mean, 2)), 1)),
]);
const THETA0 = 1;

const mineShift = (spread: number, draws: number) =>
  mine(shift, {
    numerator: { mean: THETA0 },
    denominator: marginalOver(independent({ mean: normal(0, spread) }), { draws }),
    n: 10_000,
    seed: 7,
    score: false,
  });

function meanOf(sample: MinedSample, label: 0 | 1, value: (i: number) => number): { readonly mean: number; readonly se: number } {
  const values = Array.from(sample.label.keys())
    .filter((i) => sample.label[i] === label)
    .map(value);
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1);
  return { mean, se: Math.sqrt(variance / values.length) };
}

const moments = [
  { moment: "1", of: () => 1, numerator: 1, evidence: 1 },
  { moment: "x", of: (x: number) => x, numerator: THETA0, evidence: 0 },
  { moment: "x^2", of: (x: number) => x * x, numerator: THETA0 ** 2 + 5, evidence: 5 + 0.5 ** 2 },
];

describe.each([1, 4, 32])("a marginal of %d draws", (draws) => {
  it("draws x from the evidence, and r carries it to theta0, exactly", async () => {
    const mined = await mineShift(0.5, draws);
    expect(mined.marginal).toEqual({ draws });
    for (const { of, numerator, evidence } of moments) {
      const x = (i: number) => of(mined.x.values[i]!);
      const r = (i: number) => Math.exp(mined.jointLogRatio[i]!);
      for (const [found, exact] of [
        [meanOf(mined, 1, x), evidence],
        [meanOf(mined, 1, (i) => r(i) * x(i)), numerator],
        [meanOf(mined, 0, (i) => x(i) / r(i)), evidence],
      ] as const) {
        expect(Math.abs(found.mean - exact)).toBeLessThanOrEqual(5 * found.se + 1e-12);
      }
    }
  });
});

describe("a marginal denominator", () => {
  it("has the exact ratio as the mean of r at each x, by enumeration of the board", async () => {
    const board = galtonBoard({ rows: 8, nails: 9 });
    const range = [-1, -0.4] as const;
    const theta0 = { slope: -0.9 };
    const mined = await mine(board, {
      numerator: theta0,
      denominator: marginalOver(uniform({ slope: range }), { draws: 8 }),
      n: 20_000,
      seed: 8,
      score: false,
    });
    const slopes = Array.from({ length: 400 }, (_, i) => range[0] + ((range[1] - range[0]) * (i + 0.5)) / 400);
    const evidence = (column: number) => slopes.reduce((sum, slope) => sum + board.exact.probabilities(slope)[column]! / 400, 0);
    const atTheta0 = board.exact.probabilities(theta0.slope);
    let columns = 0;
    for (let column = 0; column < 9; column++) {
      if (evidence(column) < 0.01) continue;
      columns++;
      const inside = (i: number) => (mined.x.values[i] === column ? 1 : 0);
      const r = (i: number) => Math.exp(mined.jointLogRatio[i]!);
      const forward = meanOf(mined, 1, (i) => r(i) * inside(i));
      const backward = meanOf(mined, 0, (i) => inside(i) / r(i));
      expect(Math.abs(forward.mean - atTheta0[column]!)).toBeLessThan(5 * forward.se);
      expect(Math.abs(backward.mean - evidence(column))).toBeLessThan(5 * backward.se);
    }
    expect(columns).toBeGreaterThan(4);
  });

  it("has log r too small at label 1, by the information of z about the thetas: half a log for one, less than log(1 + chi^2 / K) for K", async () => {
    const [spread, variance] = [1, 4];
    // E log N(z; theta0, 2) / N(z; 0, sqrt(4 + s^2)) over the marginal of z.
    const exact = -0.5 * (Math.log(variance / (variance + spread ** 2)) + (variance + spread ** 2 + THETA0 ** 2) / variance - 1);
    const information = 0.5 * Math.log(1 + spread ** 2 / variance);
    const chiSquared = spread ** 2 / variance;
    const [one, many] = [await mineShift(spread, 1), await mineShift(spread, 16)];
    const log = (sample: MinedSample) => meanOf(sample, 1, (i) => sample.jointLogRatio[i]!);
    expect(Math.abs(log(one).mean - (exact - information))).toBeLessThan(5 * log(one).se);
    expect(log(many).mean).toBeLessThan(exact + 5 * log(many).se);
    expect(log(many).mean).toBeGreaterThan(exact - Math.log(1 + chiSquared / 16) - 5 * log(many).se);
  });

  it("of one draw is the ratio to that theta", async () => {
    const mined = await mineShift(1, 1);
    const points = Array.from({ length: 40 }, (_, i) => ({ mean: mined.theta1.values[2 * i + 1]! }));
    // The same key draws the same z: event 2k + 1 of a run whose k-th denominator is that theta.
    const fixed = await mine(shift, { numerator: { mean: THETA0 }, denominator: points, n: 80, seed: 7, score: false });
    for (let i = 1; i < 80; i += 2) expect(fixed.jointLogRatio[i]).toBeCloseTo(mined.jointLogRatio[i]!, 12);
  });

  it("refuses a number of draws that is none, a prior over other parameters, and a simulator with its own gold", async () => {
    expect(() => marginalOver(uniform(parameters), { draws: 0 })).toThrow("marginalOver: draws is 0; expected a whole number from 1");
    expect(() => marginalOver(uniform(parameters), { draws: 1.5 })).toThrow("marginalOver: draws is 1.5");
    const options = { numerator: { mean: 1 }, n: 4, seed: 1 };
    const other = marginalOver(uniform({ width: [0, 1] })) as never;
    await expect(mine(shift, { ...options, denominator: other })).rejects.toThrow("mine: denominator.width is");
    const own = goldSimulator({ name: "own", parameters, observables: ["x"] }, () => ({ x: [0], jointLogRatio: 0 }));
    await expect(mine(own, { ...options, denominator: marginalOver(uniform(parameters)), score: false })).rejects.toThrow(
      'mine: denominator is "a marginal"; expected a point, points, a prior or a sampler, since own computes its own gold',
    );
  });
});
