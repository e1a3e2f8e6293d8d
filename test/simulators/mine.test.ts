import { describe, expect, it } from "vitest";
import {
  exponential,
  fold,
  galtonBoard,
  gamma,
  key,
  mine,
  normal,
  poisson,
  type Simulator,
  simulate,
  simulator,
  uniform,
} from "../../src/index.js";
import { exactPath, handBoard } from "../support/boards.js";

const prior = uniform(galtonBoard().parameters);

describe.each([
  { name: "the built-in board", board: galtonBoard() as Simulator<{ slope: readonly [-1, 0] }> },
  { name: "a board written by hand", board: handBoard },
])("$name", ({ board }) => {
  it.each([
    { hypothesis: "a point", numerator: { slope: -0.8 } },
    { hypothesis: "the end of the range", numerator: { slope: -1 } },
    { hypothesis: "the other end", numerator: { slope: 0 } },
    { hypothesis: "a prior", numerator: prior },
  ])("has the exact joint ratio and score on each path, for $hypothesis", async ({ numerator }) => {
    const mined = await mine(board, { numerator, denominator: { slope: -0.6 }, n: 2000, seed: 1 });
    for (let i = 0; i < 2000; i++) {
      const slope = mined.theta0.values[i]!;
      const drawnAt = mined.label[i] === 0 ? slope : -0.6;
      const { x, trace } = board.draw({ slope: drawnAt }, fold(key(1), i));
      expect(x[0]).toBe(mined.x.values[i]);
      const above = exactPath(trace.values, slope);
      expect(Math.abs(mined.jointScore!.values[i]! - above.score)).toBeLessThan(1e-9);
      expect(Math.abs(mined.jointLogRatio[i]! - (above.logProb - exactPath(trace.values, -0.6).logProb))).toBeLessThan(1e-12);
    }
  });
});

describe("a mined sample", () => {
  it("holds half from each hypothesis, the odd one from the numerator", async () => {
    const { label, theta0, theta1, x, jointScore } = await mine(handBoard, {
      numerator: prior,
      denominator: { slope: -0.6 },
      n: 7,
      seed: 3,
    });
    expect([...label]).toEqual([0, 1, 0, 1, 0, 1, 0]);
    expect(new Set(theta0.values).size).toBe(7);
    expect([...theta1.values]).toEqual(Array(7).fill(-0.6));
    expect([x.rows, x.columns, jointScore?.rows, jointScore?.columns]).toEqual([7, 1, 7, 1]);
  });

  it("can do without the score", async () => {
    const options = { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 50, seed: 3 };
    const { jointScore: _, ...rest } = await mine(handBoard, options);
    const without = await mine(handBoard, { ...options, score: false });
    expect(without).toEqual(rest);
    expect("jointScore" in without).toBe(false);
  });

  it("holds the events that simulate gives for the same seed", async () => {
    const mined = await mine(handBoard, { numerator: { slope: -0.8 }, denominator: { slope: -0.8 }, n: 40, seed: 3 });
    const { x } = await simulate(handBoard, { theta: { slope: -0.8 }, n: 40, seed: 3 });
    expect(mined.x).toEqual(x);
    expect([...mined.jointLogRatio].every((value) => value === 0)).toBe(true);
  });

  it("begins with the same events however many there are", async () => {
    const options = { numerator: prior, denominator: { slope: -0.6 }, seed: 4 };
    const [few, many] = [await mine(handBoard, { ...options, n: 10 }), await mine(handBoard, { ...options, n: 3000 })];
    expect(few.jointScore!.values).toEqual(many.jointScore!.values.slice(0, 10));
    expect(few.theta0.values).toEqual(many.theta0.values.slice(0, 10));
  });

  it("differs for another seed", async () => {
    const options = { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 40 };
    expect((await mine(handBoard, { ...options, seed: 1 })).x).not.toEqual((await mine(handBoard, { ...options, seed: 2 })).x);
  });
});

describe("scores in closed form", () => {
  const ranges = { mean: [-5, 5], std: [0.1, 10] } as const;
  const bell = simulator({ name: "bell", parameters: ranges, observables: ["x"] }, ({ mean, std }, sample) => [
    sample("x", normal(mean, std)),
  ]);

  it("of a normal law in two parameters, scales far apart", async () => {
    const mined = await mine(bell, { numerator: { mean: 1, std: 0.1 }, denominator: { mean: 0, std: 3 }, n: 500, seed: 1 });
    mined.x.values.forEach((x, i) => {
      const u = (x - 1) / 0.1;
      expectRelative(mined.jointScore!.values[2 * i]!, u / 0.1, 1e-8);
      expectRelative(mined.jointScore!.values[2 * i + 1]!, (u * u - 1) / 0.1, 1e-8);
      expectRelative(mined.jointLogRatio[i]!, normal(1, 0.1).logProb(x) - normal(0, 3).logProb(x), 1e-12);
    });
  });

  it("of rates in a range without end, through loops of random length", async () => {
    const queue = simulator(
      { name: "queue", parameters: { rate: [0, Infinity], mean: [0, 50] }, observables: ["wait"] },
      (theta, sample) => {
        const customers = sample("customers", poisson(theta.mean));
        let wait = sample("first", gamma(2, theta.rate));
        for (let i = 0; i < customers; i++) wait += sample("next", exponential(theta.rate));
        return [wait];
      },
    );
    const theta = { rate: 0.5, mean: 4 };
    const mined = await mine(queue, { numerator: theta, denominator: { rate: 0.7, mean: 5 }, n: 200, seed: 1 });
    for (let i = 0; i < 200; i += 2) {
      const { trace } = queue.draw(theta, fold(key(1), i));
      const customers = trace.values[0]!;
      expectRelative(mined.jointScore!.values[2 * i]!, (2 + customers) / theta.rate - mined.x.values[i]!, 1e-8);
      expectRelative(mined.jointScore!.values[2 * i + 1]!, customers / theta.mean - 1, 1e-8);
    }
  });

  it("in a range far wider than log p needs: the step is refined", async () => {
    const wide = simulator({ name: "wide", parameters: { mean: [-1e4, 1e4] }, observables: ["x"] }, ({ mean }, sample) => [
      sample("x", normal(Math.sin(mean), 0.5)),
    ]);
    const mined = await mine(wide, { numerator: { mean: 1 }, denominator: { mean: 0 }, n: 100, seed: 1 });
    mined.x.values.forEach((x, i) => {
      expectRelative(mined.jointScore!.values[i]!, ((x - Math.sin(1)) / 0.25) * Math.cos(1), 1e-7);
    });
  });

  it("beside an edge that the distributions do not cross", async () => {
    const spread = simulator({ name: "spread", parameters: { std: [0, 10] }, observables: ["x"] }, ({ std }, sample) => [
      sample("x", normal(0, std)),
    ]);
    const mined = await mine(spread, { numerator: { std: 0.01 }, denominator: { std: 0.02 }, n: 100, seed: 1 });
    mined.x.values.forEach((x, i) => {
      expectRelative(mined.jointScore!.values[i]!, ((x / 0.01) ** 2 - 1) / 0.01, 1e-7);
    });
  });

  it("is the simulator's own where it has one", async () => {
    const own = simulator(
      {
        name: "own",
        parameters: ranges,
        observables: ["x"],
        score: ({ mean }, { values, length }) => ({ mean: values[0]! - mean, std: length }),
      },
      bell.run,
    );
    const mined = await mine(own, { numerator: { mean: 1, std: 1 }, denominator: { mean: 0, std: 3 }, n: 10, seed: 1 });
    mined.x.values.forEach((x, i) => {
      expect([...mined.jointScore!.values.slice(2 * i, 2 * i + 2)]).toEqual([x - 1, 1]);
    });
  });
});

function expectRelative(value: number, expected: number, tolerance: number): void {
  expect(Math.abs(value - expected)).toBeLessThan(tolerance * Math.max(1, Math.abs(expected)));
}
