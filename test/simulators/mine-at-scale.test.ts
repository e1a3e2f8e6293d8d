import { describe, expect, it } from "vitest";
import { galtonBoard, type MinedSample, mine, normal, type Stream, simulate, simulator, type Theta, uniform } from "../../src/index.js";
import { gridPoints } from "../../src/simulators/grid-points.js";

const board = galtonBoard();
const prior = uniform({ slope: [-1, -0.4] });
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const error = (values: ArrayLike<number>) => {
  const centre = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - centre) ** 2)) / (values.length - 1));
};
const ofLabel = (sample: MinedSample, label: number, values: ArrayLike<number>) =>
  Array.from(values).filter((_, i) => sample.label[i] === label);
const slopes = (...values: readonly number[]): Theta<typeof board.parameters>[] => values.map((slope) => ({ slope }));

describe("points in turn", () => {
  it.each([
    { a: [-0.9, -0.7, -0.5], b: [-0.8, -0.6] },
    { a: [-0.9, -0.7], b: [-0.8, -0.6, -0.4, -0.2] },
    { a: [-0.9], b: [-0.8, -0.6] },
  ])("come in all pairs, each with both labels, of $a.length and $b.length", async ({ a, b }) => {
    const pairs = a.length * b.length;
    const mined = await mine(board, { numerator: slopes(...a), denominator: slopes(...b), n: 4 * pairs, seed: 1 });
    const seen = Array.from(mined.label, (label, i) => `${mined.theta0.values[i]} ${mined.theta1.values[i]} ${label}`);
    // Two rounds of all pairs: each pair with each label twice, and once in each round.
    expect(new Set(seen.slice(0, 2 * pairs)).size).toBe(2 * pairs);
    expect(seen.slice(2 * pairs)).toEqual(seen.slice(0, 2 * pairs));
    for (let i = 0; i < seen.length; i += 2) expect(seen[i]!.slice(0, -1)).toBe(seen[i + 1]!.slice(0, -1));
    expect(mined.denominatorScore).toBeDefined();
  });

  it("of one hypothesis leave the other alone", async () => {
    const mined = await mine(board, { numerator: slopes(-0.9, -0.7), denominator: { slope: -0.6 }, n: 6, seed: 1 });
    expect(Array.from(mined.theta0.values)).toEqual([-0.9, -0.9, -0.7, -0.7, -0.9, -0.9]);
    expect(Array.from(mined.theta1.values)).toEqual(Array(6).fill(-0.6));
    expect(mined.denominatorScore).toBeUndefined();
  });

  it("are simulated in turn", async () => {
    const { theta } = await simulate(board, { theta: slopes(-0.9, -0.1), n: 5, seed: 1 });
    expect(Array.from(theta.values)).toEqual([-0.9, -0.1, -0.9, -0.1, -0.9]);
  });

  it("are refused when there are none or one is outside, by its place", async () => {
    const mining = (numerator: Theta<typeof board.parameters>[]) => mine(board, { numerator, denominator: { slope: -0.6 }, n: 2, seed: 1 });
    await expect(mining([])).rejects.toThrow("mine: numerator is []; expected at least one point");
    await expect(mining(slopes(-0.5, 3))).rejects.toThrow("mine: numerator[1].slope is 3; expected a number in [-1, 0]");
    const denominator = slopes(-2);
    await expect(mine(board, { numerator: { slope: -0.6 }, denominator, n: 2, seed: 1 })).rejects.toThrow("denominator[0].slope is -2");
  });
});

describe("a sampler", () => {
  const sampler = (source: Stream) => ({ slope: -source.uniform() });

  it("draws for each event, whatever n, and other numbers for the two hypotheses and the simulator", async () => {
    const mined = await mine(board, { numerator: sampler, denominator: sampler, n: 200, seed: 1 });
    expect(new Set([...mined.theta0.values, ...mined.theta1.values]).size).toBe(400);
    const again = await mine(board, { numerator: sampler, denominator: sampler, n: 100, seed: 1 });
    expect(again.theta1.values).toEqual(mined.theta1.values.slice(0, 100));
  });

  it("is refused when it leaves the range, and so is what is none", async () => {
    const mining = (numerator: unknown) => mine(board, { numerator: numerator as typeof sampler, denominator: sampler, n: 2, seed: 1 });
    await expect(mining(() => ({ slope: 3 }))).rejects.toThrow("mine: numerator.slope is 3; expected a number in [-1, 0]");
    await expect(mining("uniform")).rejects.toThrow('mine: numerator is "uniform"; expected a record of parameters, a list of them');
  });
});

describe("a denominator that varies", () => {
  it("has a score of mean zero over its own events, and none for the others", async () => {
    const mined = await mine(board, { numerator: prior, denominator: prior, n: 20_000, seed: 2 });
    const scores = ofLabel(mined, 1, mined.denominatorScore!.values);
    expect(Math.abs(mean(scores))).toBeLessThan(5 * error(scores));
    expect(error(scores)).toBeGreaterThan(0);
    expect(ofLabel(mined, 0, mined.denominatorScore!.values).every((score) => score === 0)).toBe(true);
  });

  it("has the exact score and ratio, by the closed form of a normal", async () => {
    // log p(z given mean) = -(z - mean)^2 / 8 + const, and x = z: the score at theta1 is (x - theta1) / 4.
    const line = simulator({ name: "line", parameters: { mean: [-4, 4] }, observables: ["z"] }, (theta, sample) => [
      sample("z", normal(theta.mean, 2)),
    ]);
    const over = uniform({ mean: [-1, 1] });
    const { x, theta0, theta1, label, jointLogRatio, jointScore, denominatorScore } = await mine(line, {
      numerator: over,
      denominator: over,
      n: 500,
      seed: 3,
    });
    label.forEach((y, i) => {
      const [z, a, b] = [x.values[i]!, theta0.values[i]!, theta1.values[i]!];
      expect(jointLogRatio[i]).toBeCloseTo(((z - b) ** 2 - (z - a) ** 2) / 8, 10);
      expect(jointScore.values[i]).toBeCloseTo((z - a) / 4, 7);
      expect(denominatorScore!.values[i]).toBeCloseTo(y === 1 ? (z - b) / 4 : 0, 7);
    });
  });

  it("has the exact ratio as the mean of r at each x, for each pair, by enumeration", async () => {
    const small = galtonBoard({ rows: 8, nails: 9 });
    const [numerator, denominator] = [slopes(-0.9, -0.7), slopes(-0.6, -0.4)];
    const mined = await mine(small, { numerator, denominator, n: 40_000, seed: 4, score: false });
    let checked = 0;
    for (const { slope: a } of numerator) {
      for (const { slope: b } of denominator) {
        const events = Array.from(mined.label.keys()).filter(
          (i) => mined.theta0.values[i] === a && mined.theta1.values[i] === b && mined.label[i] === 1,
        );
        expect(events).toHaveLength(5000);
        for (const [column, exact] of small.exact.probabilities(a).entries()) {
          if (exact < 0.02) continue;
          const terms = events.map((i) => (mined.x.values[i] === column ? Math.exp(mined.jointLogRatio[i]!) : 0));
          expect(Math.abs(mean(terms) - exact)).toBeLessThan(5 * error(terms));
          checked++;
        }
      }
    }
    expect(checked).toBeGreaterThan(16);
  });
});

describe("gridPoints", () => {
  it("has all combinations, the ends among them, the last parameter fastest", () => {
    expect(gridPoints({ slope: [-1, -0.25] }, 4)).toEqual([{ slope: -1 }, { slope: -0.75 }, { slope: -0.5 }, { slope: -0.25 }]);
    expect(gridPoints({ a: [0, 1], b: [2, 4] }, { a: 2, b: 3 })).toEqual([
      { a: 0, b: 2 },
      { a: 0, b: 3 },
      { a: 0, b: 4 },
      { a: 1, b: 2 },
      { a: 1, b: 3 },
      { a: 1, b: 4 },
    ]);
    expect(gridPoints({ a: [0, 1], b: [2, 4], c: [0, 0] }, 5)).toHaveLength(125);
    expect(gridPoints({ a: [0, 1] }, 1)).toEqual([{ a: 0.5 }]);
  });

  it("refuses ranges that are not finite, and numbers that are none", () => {
    expect(() => gridPoints({}, 2)).toThrow("gridPoints: ranges is {}; expected at least one parameter");
    expect(() => gridPoints({ a: [0, Infinity] }, 2)).toThrow(
      'gridPoints: ranges.a is "0 to Infinity"; expected a finite range [low, high]',
    );
    expect(() => gridPoints({ a: [1, 0] }, 2)).toThrow('gridPoints: ranges.a is "1 to 0"');
    expect(() => gridPoints({ a: [0, 1] }, 0)).toThrow("gridPoints: counts.a is 0; expected a whole number from 1");
    expect(() => gridPoints({ a: [0, 1], b: [0, 1] }, { a: 2 } as never)).toThrow("gridPoints: counts.b is undefined");
  });
});
