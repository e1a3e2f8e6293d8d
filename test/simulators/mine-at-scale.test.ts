import { describe, expect, it, vi } from "vitest";
import {
  galtonBoard,
  goldSimulator,
  InterruptedError,
  key,
  type MinedSample,
  marginalOver,
  mine,
  normal,
  type Stream,
  simulate,
  simulator,
  uniform,
} from "../../src/index.js";
import { rowOf } from "../../src/numerics/matrix.js";

const board = galtonBoard();
const prior = uniform({ slope: [-1, -0.4] });
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const error = (values: ArrayLike<number>) => {
  const centre = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - centre) ** 2)) / (values.length - 1));
};
const ofLabel = (sample: MinedSample, label: number, values: ArrayLike<number>) =>
  Array.from(values).filter((_, i) => sample.label[i] === label);

describe("hypotheses", () => {
  it("of lists of points all pairs come in turn, each with both labels", async () => {
    const [a, b] = [
      [-0.9, -0.7, -0.5],
      [-0.8, -0.6],
    ];
    const mined = await mine(board, {
      numerator: a.map((slope) => ({ slope })),
      denominator: b.map((slope) => ({ slope })),
      n: 24,
      seed: 1,
    });
    const pairs = Array.from(mined.label, (label, i) => `${mined.theta0.values[i]} ${mined.theta1.values[i]} ${label}`);
    expect(new Set(pairs).size).toBe(12);
    for (const pair of pairs) expect(pairs.filter((other) => other === pair)).toHaveLength(2);
    expect(mined.denominatorScore).toBeDefined();
  });

  it("a sampler draws for each event, the same for any order", async () => {
    const sampler = (source: Stream) => ({ slope: -source.uniform() });
    const mined = await mine(board, { numerator: sampler, denominator: sampler, n: 200, seed: 1 });
    expect(new Set(mined.theta0.values).size).toBe(200);
    expect(mined.theta0.values).not.toEqual(mined.theta1.values);
    const again = await mine(board, { numerator: sampler, denominator: sampler, n: 100, seed: 1 });
    expect(again.theta1.values).toEqual(mined.theta1.values.slice(0, 100));
    await expect(mine(board, { numerator: () => ({ slope: 3 }), denominator: { slope: -0.6 }, n: 2, seed: 1 })).rejects.toThrow(
      "mine: numerator.slope is 3; expected a number in [-1, 0]",
    );
  });

  it("simulate takes points in turn", async () => {
    const { theta } = await simulate(board, { theta: [{ slope: -0.9 }, { slope: -0.1 }], n: 5, seed: 1 });
    expect(Array.from(theta.values)).toEqual([-0.9, -0.1, -0.9, -0.1, -0.9]);
  });

  it("the score at a varying theta1 has mean zero over its own events, and is the exact one", async () => {
    const mined = await mine(board, { numerator: prior, denominator: prior, n: 20_000, seed: 2 });
    const scores = ofLabel(mined, 1, mined.denominatorScore!.values);
    expect(Math.abs(mean(scores))).toBeLessThan(5 * error(scores));
    expect(ofLabel(mined, 0, mined.denominatorScore!.values).every((score) => score === 0)).toBe(true);
    // With the two hypotheses exchanged, the denominator's score is the numerator's.
    const points = [{ slope: -0.8 }, { slope: -0.8 }];
    const fixed = await mine(board, { numerator: points, denominator: points, n: 1000, seed: 3 });
    fixed.label.forEach((label, i) => {
      if (label === 1) expect(fixed.denominatorScore!.values[i]).toBeCloseTo(fixed.jointScore.values[i]!, 10);
    });
  });
});

describe("a marginal denominator", () => {
  it("gives the ratio to evidence, by enumeration", async () => {
    const mined = await mine(board, {
      numerator: prior,
      denominator: marginalOver(prior, { draws: 64 }),
      n: 40_000,
      seed: 4,
      score: false,
    });
    expect(mined.marginal).toEqual({ draws: 64 });
    const ratios = ofLabel(mined, 1, mined.jointLogRatio.map(Math.exp));
    // E[r] over the marginal's events is one up to the bias of 1 / K, which its own theta brings in.
    expect(Math.abs(mean(ratios) - 1)).toBeLessThan(5 * error(ratios) + 2 / 64);
    // At a given x and theta: 1 / E_0[1 / r] = p(x | theta) / p(x), here at the slopes of a narrow band.
    const slopes = Array.from({ length: 101 }, (_, i) => -1 + 0.6 * ((i + 0.5) / 101));
    const evidence = mean(slopes.map((slope) => board.exact.probabilities(slope)[15]!));
    const chosen = Array.from(mined.label.keys()).filter(
      (i) => mined.x.values[i] === 15 && mined.label[i] === 0 && Math.abs(mined.theta0.values[i]! + 0.9) < 0.05,
    );
    const inverse = chosen.map((i) => Math.exp(-mined.jointLogRatio[i]!));
    const exact = evidence / mean(chosen.map((i) => board.exact.probabilities(mined.theta0.values[i]!)[15]!));
    expect(Math.abs(mean(inverse) - exact)).toBeLessThan(5 * error(inverse) + 0.05);
  });

  it("with one draw is the ratio to that theta", async () => {
    const mined = await mine(board, {
      numerator: { slope: -0.8 },
      denominator: marginalOver(prior, { draws: 1 }),
      n: 100,
      seed: 1,
      score: false,
    });
    for (let i = 0; i < 100; i++) {
      const own = { slope: mined.label[i] === 0 ? -0.8 : mined.theta1.values[i]! };
      expect(Number.isFinite(mined.jointLogRatio[i]) && own.slope <= 0).toBe(true);
    }
    expect(() => marginalOver(prior, { draws: 0 })).toThrow("marginalOver: draws is 0; expected a whole number from 1");
  });
});

describe("simulations that fail", () => {
  // Fails where its first draw is above one: a known part of the events, and the others are as if nothing had failed.
  const fragile = simulator({ name: "fragile", parameters: { mean: [-1, 1] }, observables: ["x"] }, ({ mean: centre }, sample) => {
    const x = sample("x", normal(centre, 1));
    if (x > 2) throw new Error("no convergence");
    return [x > 1 ? Number.NaN : x];
  });
  const options = { numerator: { mean: 0.5 }, denominator: { mean: 0 }, n: 1000, seed: 1 } as const;

  it("stop the run by default, with event and theta", async () => {
    await expect(mine(fragile, options)).rejects.toThrow(/no convergence|event \d+ at \{ mean: 0(\.5)? \}/);
  });

  it("are left out and counted when that is asked for", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const mined = await mine(fragile, { ...options, failures: "drop" });
    expect(warned.mock.calls.flat()).toEqual([
      expect.stringMatching(/^galton: mine: \d+ of 1000 simulations failed and are left out; the first, event \d+ at/),
    ]);
    warned.mockRestore();
    const { count, examples } = mined.failures;
    expect(mined.x.rows + count).toBe(1000);
    expect(examples).toHaveLength(Math.min(100, count));
    // Each event again by itself: which fail is known.
    let failed = 0;
    for (let i = 0; i < 1000; i++) {
      const theta = i % 2 === 0 ? options.numerator : options.denominator;
      const alone = await simulate(
        simulator({ ...fragile, name: "alone" }, (t, s) => [s("x", normal(t.mean, 1))]),
        { theta, n: i + 1, seed: 1 },
      ).then(({ x }) => x.values[i]!);
      if (alone > 1) failed++;
      if (i === 60) break;
    }
    expect(examples.filter(({ event }) => event <= 60)).toHaveLength(failed);
    expect(Math.max(...mined.x.values)).toBeLessThanOrEqual(1);
    expect(examples[0]!.reason).toMatch(/no convergence|is NaN/);
  });

  it("of another kind are refused", async () => {
    await expect(mine(fragile, { ...options, failures: "ignore" as "drop" })).rejects.toThrow(
      'mine: failures is "ignore"; expected "stop" or "drop"',
    );
  });
});

describe("an interrupted run", () => {
  const options = { numerator: prior, denominator: { slope: -0.6 }, n: 400, seed: 5 } as const;
  const interruptedAfter = async (events: number) => {
    const controller = new AbortController();
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    const slow = simulator(board, (theta, sample) => {
      now += 2;
      if (now > 2 * 8 * events) controller.abort(new Error("enough"));
      return board.run(theta, sample);
    });
    const stopped = await mine(slow, { ...options, signal: controller.signal }).catch((reason: unknown) => reason);
    clock.mockRestore();
    return stopped as InterruptedError<MinedSample<typeof board.parameters>>;
  };

  it("carries what was done, and goes on from there with the same bits", async () => {
    const whole = await mine(board, options);
    const stopped = await interruptedAfter(60);
    expect(stopped).toBeInstanceOf(InterruptedError);
    expect(stopped.message).toMatch(/^mine: interrupted \(enough\) after \d+ of 400 events; go on with resume: error.partial$/);
    const done = stopped.partial.x.rows;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(400);
    for (let i = 0; i < done; i++) expect(rowOf(stopped.partial.x, i)).toEqual(rowOf(whole.x, i));
    expect(await mine(board, { ...options, resume: stopped.partial })).toEqual(whole);
  });

  it("refuses to go on with another run", async () => {
    const { partial } = await interruptedAfter(60);
    await expect(mine(board, { ...options, seed: 6, resume: partial })).rejects.toThrow(
      "mine: resume.seed is 5; expected 6, as in this run",
    );
    await expect(mine(board, { ...options, score: false, resume: partial })).rejects.toThrow("mine: resume.score is true; expected false");
    await expect(mine(board, { ...options, n: 2, resume: partial })).rejects.toThrow(/resume is "\d+ events"; expected at most n = 2/);
  });
});

describe("a simulator that computes its own gold", () => {
  // z ~ N(mean, 2), x ~ N(z, 1), by hand and by trace.
  const parameters = { mean: [-4, 4] } as const;
  const own = goldSimulator({ name: "shift", parameters, observables: ["x"] }, ({ mean: centre }, source, { numerator, denominator }) => {
    const z = centre + 2 * source.normal();
    const jointLogRatio = ((z - denominator.mean) ** 2 - (z - numerator.mean) ** 2) / 8;
    return { x: [z + source.normal()], jointLogRatio, jointScore: { mean: (z - numerator.mean) / 4 } };
  });
  const traced = simulator({ name: "shift", parameters, observables: ["x"] }, ({ mean: centre }, sample) => [
    sample("x", normal(sample("z", normal(centre, 2)), 1)),
  ]);

  it("gives what its trace would", async () => {
    const options = { numerator: { mean: 1 }, denominator: [{ mean: 0 }, { mean: -1 }], n: 500, seed: 1 } as const;
    const [a, b] = [await mine(own, options), await mine(traced, options)];
    expect(a.x).toEqual(b.x);
    expect(a.theta1).toEqual(b.theta1);
    a.jointLogRatio.forEach((value, i) => {
      expect(value).toBeCloseTo(b.jointLogRatio[i]!, 10);
      expect(a.jointScore.values[i]).toBeCloseTo(b.jointScore.values[i]!, 7);
      expect(a.denominatorScore!.values[i]).toBeCloseTo(b.denominatorScore!.values[i]!, 7);
    });
  });

  it("is refused where it says nothing", async () => {
    const silent = goldSimulator({ name: "silent", parameters, observables: ["x"] }, () => ({ x: [0], jointLogRatio: 0 }));
    const options = { numerator: { mean: 1 }, denominator: { mean: 0 }, n: 2, seed: 1 };
    await expect(mine(silent, options)).rejects.toThrow(
      'mine: jointScore.mean of silent, event 0 at {"mean":1} is undefined; expected a finite number',
    );
    expect((await mine(silent, { ...options, score: false })).x.rows).toBe(2);
    await expect(simulate(own as never, { theta: { mean: 0 }, n: 1, seed: 1 })).rejects.toThrow(
      "use mine, and numeratorEvents of the sample",
    );
    void key;
  });
});
