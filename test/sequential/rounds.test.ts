import { describe, expect, test } from "vitest";
import { drawnFrom, joinSimulations, thetaByRound } from "../../src/data/proposals.js";
import { DomainError, InterruptedError, NotConvergedError, ShapeError } from "../../src/errors.js";
import { customPrior, importance, key, maf, nle, normal, npe, plotSimulations, simulate, simulator, uniform } from "../../src/index.js";
import type { Matrix } from "../../src/numerics/matrix.js";
import { activeLearning } from "../../src/sequential/active-learning.js";
import { apt } from "../../src/sequential/apt.js";
import type { RoundMethod } from "../../src/sequential/method.js";
import type { Round, RoundsOptions, RoundsSoFar } from "../../src/sequential/round.js";
import type { RoundSimulator } from "../../src/sequential/round-simulator.js";
import { rounds } from "../../src/sequential/rounds.js";
import { snl } from "../../src/sequential/snl.js";
import { tsnpe } from "../../src/sequential/tsnpe.js";

const noisy = simulator({ name: "noisy", parameters: { a: [-2, 2], b: [-2, 2] }, observables: ["u", "v"] }, ({ a, b }, sample) => [
  sample("u", normal(a, 0.2)),
  sample("v", normal(b, 0.2)),
]);
const PRIOR = uniform(noisy.parameters);
const flow = maf({ transforms: 1, hidden: [8] });
const SMALL = { prior: PRIOR, x: [1.9, 0.4], n: 60, rounds: 3, seed: 4, fit: { epochs: 4, batchSize: 32 } };
// Importance instead of chains: quick.
const sampler = importance();
const METHODS = {
  snl: snl({ flow, sampler }),
  apt: apt({ flow }),
  tsnpe: tsnpe({ flow }),
  "active-learning": activeLearning({ base: snl({ flow, sampler, members: 2 }), candidates: 5 }),
} as Readonly<Record<string, RoundMethod<unknown>>>;

async function allOf(method: RoundMethod<unknown>, options: Partial<RoundsOptions> = {}, task: RoundSimulator = noisy): Promise<Round[]> {
  const all: Round[] = [];
  for await (const round of rounds(method, task, { ...SMALL, ...options })) all.push(round);
  return all;
}

const bitsOf = async (round: Round) => [
  round.simulations,
  await round.posterior.sample(key(1), 20),
  await round.proposal.sample(key(1), 20),
];
const messageOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return "not refused";
};

describe.each(Object.entries(METHODS))("rounds of %s", (name, method) => {
  test("the proposals travel with the simulations, and npe refuses them", async () => {
    const all = await allOf(method);
    expect(all.map(({ round }) => round)).toEqual([1, 2, 3]);
    const { simulations, posterior } = all[2]!;
    expect(simulations.theta.rows).toBe(180);
    expect(simulations.proposals.map(({ round, first, rows, kind }) => [round, first, rows, kind])).toEqual(
      [0, 60, 120].map((first, r) => [r + 1, first, 60, r === 0 ? "prior" : name === "tsnpe" ? "truncated" : "other"]),
    );
    expect(Array.from(simulations.proposals[0]!.logProb!)).toEqual(new Array(60).fill(-Math.log(16)));
    expect(simulations.theta.values.every((value) => value >= -2 && value <= 2)).toBe(true);
    await expect(npe({ flow }).fit(simulations, { prior: PRIOR, seed: 1 })).rejects.toThrow(
      /npe.fit: simulations.proposals\[1\] is "p.*expected the prior; use .*apt/,
    );
    await expect(nle({ flow }).fit(simulations, { seed: 1, epochs: 1, verdict: false })).resolves.toBeDefined();
    await expect(npe({ flow }).fit(all[0]!.simulations, { prior: PRIOR, seed: 1, epochs: 1, verdict: false })).resolves.toBeDefined();
    const draws = await posterior.sample(key(2), 200);
    expect(draws.values.every((value) => value >= -2 && value <= 2)).toBe(true);
    expect(posterior.leakage).toBe(0);
    expect(Array.from(posterior.logProb([[2.5, 0]]))).toEqual([-Infinity]);
    expect(Number.isFinite(posterior.logProb([[1.5, 0]])[0])).toBe(true);
  });

  test("the same seed gives the same bits", async () => {
    const [first, again] = [await allOf(method, { rounds: 2 }), await allOf(method, { rounds: 2 })];
    expect(await bitsOf(again[1]!)).toEqual(await bitsOf(first[1]!));
    const [other] = await allOf(method, { rounds: 1, seed: 5 });
    expect(other!.simulations.theta).not.toEqual(first[0]!.simulations.theta);
  });

  test("going on from a round gives the same bits as without a break", async () => {
    const whole = await allOf(method);
    const [resumed] = await allOf(method, { resume: whole[1]! });
    expect(await bitsOf(resumed!)).toEqual(await bitsOf(whole[2]!));
  });
});

describe("interrupts", () => {
  /** Interrupts at the k-th simulation. */
  function interruptedAt(k: number) {
    const controller = new AbortController();
    let count = 0;
    const task: RoundSimulator = {
      ...noisy,
      draw: (theta, eventKey) => {
        if (++count === k) controller.abort(new Error("enough"));
        return noisy.draw(theta as { a: number; b: number }, eventKey);
      },
    };
    return { task, signal: controller.signal };
  }
  const partialOf = (error: unknown) => {
    expect(error).toBeInstanceOf(InterruptedError);
    return (error as InterruptedError<RoundsSoFar>).partial;
  };

  test.each([1, 30, 60, 75, 120])("at simulation %i: what was done is kept, and resume gives the same bits", async (k) => {
    const whole = await allOf(METHODS.apt!, { rounds: 2 });
    const { task, signal } = interruptedAt(k);
    const partial = partialOf(await allOf(METHODS.apt!, { rounds: 2, signal }, task).catch((error: unknown) => error));
    expect(partial.round).toBe(k <= 60 ? 0 : 1);
    expect(partial.simulations!.theta.rows).toBe(k);
    if (k > 60) expect(await partial.posterior!.sample(key(1), 20)).toEqual(await whole[0]!.posterior.sample(key(1), 20));
    const resumed = await allOf(METHODS.apt!, { rounds: 2, resume: partial });
    expect(await bitsOf(resumed.at(-1)!)).toEqual(await bitsOf(whole[1]!));
  });

  test("within a training", async () => {
    const controller = new AbortController();
    const onEpoch = (record: { readonly epoch: number }) => (record.epoch === 2 ? controller.abort(new Error("enough")) : undefined);
    const partial = partialOf(
      await allOf(METHODS.tsnpe!, { signal: controller.signal, fit: { ...SMALL.fit, onEpoch } }).catch((error: unknown) => error),
    );
    expect([partial.round, partial.simulations!.theta.rows, partial.estimator]).toEqual([0, 60, undefined]);
  });
});

describe("budgets of time", () => {
  test("the training is cut short, the round is the last and says so", async () => {
    const all = await allOf(METHODS.tsnpe!, { seconds: 2, n: 300, fit: { epochs: 100_000, patience: 100_000 } });
    expect(all.length).toBeGreaterThanOrEqual(1);
    expect(all.at(-1)!.diagnosis.join()).toMatch(/the budget of 2 s is used up: the training of round 1 was cut short/);
  });

  test("no round at all is an error that carries the simulations", async () => {
    const slow: RoundSimulator = async (theta) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { x: theta };
    };
    const error = await allOf(METHODS.tsnpe!, { seconds: 0.2 }, slow).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotConvergedError);
    expect((error as NotConvergedError<RoundsSoFar>).best.simulations!.theta.rows).toBe(60);
  });
});

describe("simulators", () => {
  test("a function of theta does as well, by its seed", async () => {
    const byFunction: RoundSimulator = (theta, { seed }) => {
      const points = Array.from({ length: theta.rows }, (_, i) => ({ a: theta.values[2 * i]!, b: theta.values[2 * i + 1]! }));
      return simulate(noisy, { theta: points, n: theta.rows, seed });
    };
    const [first, again] = [await allOf(METHODS.tsnpe!, { rounds: 2 }, byFunction), await allOf(METHODS.tsnpe!, { rounds: 2 }, byFunction)];
    expect(first[1]!.simulations).toEqual(again[1]!.simulations);
    expect(first[1]!.simulations.simulator).toBe("noisy");
    const [direct] = await allOf(METHODS.tsnpe!, { rounds: 1 });
    expect(first[0]!.simulations.theta).toEqual(direct!.simulations.theta);
    // x - theta is the noise, whichever way it was simulated: mean square 0.04, known within 5 * 0.04 sqrt(2 / 120).
    const square =
      first[0]!.simulations.x.values.reduce((total, value, k) => total + (value - first[0]!.simulations.theta.values[k]!) ** 2, 0) / 120;
    expect(Math.abs(square - 0.04)).toBeLessThan(5 * 0.04 * Math.sqrt(2 / 120));
  });

  test("failures are dropped when asked, and counted; else they end the rounds", async () => {
    const fragile: RoundSimulator = {
      ...noisy,
      draw: (theta, eventKey) => {
        if (theta.a! > 1.5) throw new Error("burst");
        return noisy.draw(theta as { a: number; b: number }, eventKey);
      },
    };
    await expect(allOf(METHODS.tsnpe!, {}, fragile)).rejects.toThrow(/simulation \d+ of round 1 at .* threw: burst; leave such events out/);
    const [, round] = await allOf(METHODS.tsnpe!, { failures: "drop", rounds: 2, x: [0, 0] }, fragile);
    const { simulations } = round!;
    expect(simulations.theta.rows + simulations.failures.count).toBe(120);
    expect(simulations.failures.count).toBeGreaterThan(0);
    expect(simulations.proposals.map(({ simulated }) => simulated)).toEqual([60, 60]);
    const silent: RoundSimulator = { ...noisy, draw: () => ({ x: [Number.NaN, 0] }) };
    await expect(allOf(METHODS.tsnpe!, { failures: "drop" }, silent)).rejects.toThrow(/all 60 simulations of round 1 failed/);
    await expect(allOf(METHODS.tsnpe!, {}, silent)).rejects.toThrow(/x\[0\] \(u\) is NaN/);
    const short: RoundSimulator = { ...noisy, draw: () => ({ x: [0] }) };
    await expect(allOf(METHODS.tsnpe!, { failures: "drop" }, short)).rejects.toThrow(ShapeError);
  });

  test("plotSimulations takes the rounds as they are", async () => {
    const { simulations, posterior } = (await allOf(METHODS.tsnpe!, { rounds: 2 }))[1]!;
    const figure = plotSimulations(thetaByRound(simulations), { names: posterior.names, posterior: await posterior.sample(key(1), 100) });
    const svg = await figure.toSvg();
    expect(svg).toMatch(/round 1/);
    expect(svg).toMatch(/round 2/);
  });
});

describe("what goes wrong", () => {
  /** Diverges the first k times. */
  function diverging(k: number): RoundMethod<unknown> {
    let left = k;
    return {
      ...METHODS.tsnpe!,
      fit: (simulations, options) => {
        if (left-- > 0) throw new NotConvergedError("tsnpe.fit", "the loss is NaN", undefined);
        return METHODS.tsnpe!.fit(simulations, options);
      },
    };
  }

  test("a training that diverges is done once more, and says so; then it is an error", async () => {
    const [round] = await allOf(diverging(1), { rounds: 1 });
    expect(round!.diagnosis[0]).toMatch(/the training diverged \(tsnpe.fit: the loss is NaN\) and was done again/);
    await expect(allOf(diverging(2), { rounds: 1 })).rejects.toThrow(NotConvergedError);
  });

  test("draws keep to a prior that is zero within its box, and the leakage is told", async () => {
    // Half of the square: a < b.
    const half = customPrior({
      parameters: noisy.parameters,
      logProb: ({ a, b }) => (a < b ? -Math.log(8) : -Infinity),
      draw: (source) => {
        const [p, q] = [4 * source.uniform() - 2, 4 * source.uniform() - 2];
        return { a: Math.min(p, q), b: Math.max(p, q) };
      },
    });
    const all = await allOf(METHODS.apt!, { prior: half, x: [0, 0], rounds: 2 });
    expect(all[0]!.posterior.leakage).toBeGreaterThan(0.05);
    expect(all[0]!.diagnosis.join()).toMatch(/of the network's draws lie where the prior is zero and are drawn again/);
    const { theta } = all[1]!.simulations;
    expect(Array.from({ length: theta.rows }, (_, i) => theta.values[2 * i]! < theta.values[2 * i + 1]!).every(Boolean)).toBe(true);
    const { posterior } = all[0]!;
    const draws = await posterior.sample(key(1), 100);
    expect(posterior.logProb(draws).every(Number.isFinite)).toBe(true);
    expect(posterior.logProb([[1, -1]])[0]).toBe(-Infinity);
  });

  test("a prior with no density: tsnpe does without, the others refuse", async () => {
    const blind = customPrior({
      parameters: noisy.parameters,
      draw: (source) => ({ a: 4 * source.uniform() - 2, b: 4 * source.uniform() - 2 }),
    });
    await expect(allOf(METHODS.tsnpe!, { prior: blind, rounds: 2 })).resolves.toHaveLength(2);
    await expect(allOf(METHODS.apt!, { prior: blind })).rejects.toThrow(/prior.logProb is undefined; expected a density/);
    await expect(allOf(METHODS.snl!, { prior: blind })).rejects.toThrow(DomainError);
  });

  test("apt refuses a theta where the prior is zero, and tsnpe a proposal that is not the truncated prior", async () => {
    const events = joinSimulations([
      await simulate(noisy, { prior: PRIOR, n: 20, seed: 1 }),
      drawnFrom(await simulate(noisy, { prior: PRIOR, n: 20, seed: 2 }), { name: "a guess", kind: "other" }),
    ]);
    await expect(apt().fit(events, { prior: uniform({ a: [-2, 0], b: [-2, 2] }), seed: 1 })).rejects.toThrow(/apt.fit: simulations.theta/);
    const hole = customPrior({ parameters: noisy.parameters, logProb: ({ a }) => (a < 1.9 ? 0 : -Infinity), draw: () => ({ a: 0, b: 0 }) });
    const outside = drawnFrom(
      await simulate(noisy, {
        theta: [
          { a: 1.95, b: 0 },
          { a: 0, b: 1 },
        ],
        n: 20,
        seed: 2,
      }),
      { name: "a guess", kind: "other" },
    );
    await expect(apt().fit(outside, { prior: hole, seed: 1 })).rejects.toThrow(/prior.logProb\(simulations.theta\[0\]\) is -Infinity/);
    await expect(tsnpe().fit(events, { prior: PRIOR, seed: 1 })).rejects.toThrow(
      /is "a guess"; expected the prior, whole or truncated; use apt/,
    );
  });

  test("options are refused at once, with what is expected", () => {
    const refused = (options: object, method: RoundMethod<unknown> = METHODS.apt!, task: RoundSimulator = noisy) =>
      messageOf(() => rounds(method, task, { ...SMALL, ...options }));
    expect(refused({ x: [1] })).toBe("rounds: x has shape [1]; expected [2], one number for each of u, v");
    expect(refused({ x: [Number.NaN, 0] })).toMatch(/x\[0\] is NaN; expected a finite number/);
    expect(refused({ prior: uniform({ b: [-2, 2], a: [-2, 2] }) })).toMatch(
      /prior.names is \["b","a"\]; expected the simulator's parameters a, b/,
    );
    expect(refused({ n: 0 })).toMatch(/n is 0/);
    expect(refused({ rounds: 1.5 })).toMatch(/rounds is 1.5/);
    expect(refused({ seed: -1 })).toMatch(/seed is -1/);
    expect(refused({ seconds: 0 })).toMatch(/seconds is 0/);
    expect(refused({ failures: "ignore" })).toMatch(/failures is "ignore"/);
    expect(refused({ resume: { round: -1 } })).toMatch(/resume is/);
    expect(refused({}, npe() as never)).toMatch(/method.posterior is undefined; .*npe and nle know no rounds/);
    expect(refused({}, METHODS.apt!, {} as never)).toMatch(/simulator is/);
    expect(refused({}, METHODS.apt!, { draw: () => ({ x: [1] }) } as never)).toMatch(/simulator is/);
    expect(messageOf(() => rounds(METHODS.apt!, noisy, undefined as never))).toMatch(
      /^rounds: options is undefined; expected options with/,
    );
    for (const x of [undefined, 0.5, "5"])
      expect(refused({ x })).toMatch(/^rounds: x is .*; expected numbers \[2\], one number for each of u, v/);
    expect(refused({ x: ["1", "2"] })).toMatch(/x\[0\] is "1"; expected a finite number/);
    expect(refused({ prior: undefined })).toMatch(/prior is undefined; expected a prior that can be drawn from/);
    expect(refused({ prior: { a: [-2, 2], b: [-2, 2] } })).toMatch(/prior is {"a":.*; expected a prior that can be drawn from/);
    expect(refused({ signal: new AbortController() })).toMatch(/signal is .*; expected an AbortSignal; give controller.signal/);
    expect(refused({ fit: "fast" })).toMatch(/fit is "fast"; expected options of the training/);
    expect(refused({ seconds: "9" })).toMatch(/seconds is "9"/);
    expect(messageOf(() => snl({ flow: "maf" as never }))).toMatch(/^snl: flow is "maf"/);
    expect(messageOf(() => snl({ sampler: "nuts" as never }))).toMatch(/^snl: sampler is "nuts"; expected a sampler/);
    expect(messageOf(() => tsnpe({ epsilon: "0.1" as never }))).toMatch(/tsnpe: epsilon is "0.1"/);
    expect(messageOf(() => activeLearning({ base: tsnpe() as never }))).toMatch(/^activeLearning: base.members is undefined; .*give snl/);
    expect(messageOf(() => apt({ atoms: 1 }))).toMatch(/apt: atoms is 1; expected a whole number from 2/);
    expect(messageOf(() => tsnpe({ epsilon: 0 }))).toMatch(/tsnpe: epsilon is 0/);
    expect(messageOf(() => activeLearning({ members: 1 }))).toMatch(/members is 1; .*no variance/);
    expect(messageOf(() => activeLearning({ candidates: 1 }))).toMatch(/candidates is 1/);
    expect(messageOf(() => activeLearning({ members: 3, base: snl() } as never))).toMatch(/members is 3/);
    expect(messageOf(() => activeLearning({ acquisition: "variance" as never }))).toMatch(/acquisition is "variance"/);
  });

  test("an acquisition must give numbers, and an ensemble have members", async () => {
    const base = snl({ flow, sampler, members: 2 });
    const run = (options: Parameters<typeof activeLearning>[0]) =>
      allOf(activeLearning({ candidates: 5, base, ...options } as never), { rounds: 2 });
    await expect(run({ acquisition: ({ theta }) => new Float64Array(theta.rows).fill(Number.NaN) })).rejects.toThrow(
      /is NaN; expected a number below/,
    );
    await expect(run({ acquisition: () => new Float64Array(1) })).rejects.toThrow(ShapeError);
    await expect(run({ acquisition: () => undefined as never })).rejects.toThrow(ShapeError);
    await expect(allOf(activeLearning({ base: snl({ flow }) }), { rounds: 2 })).rejects.toThrow(/base is "an ensemble of 1"/);
    const scarce = await run({ acquisition: ({ theta }) => Float64Array.from({ length: theta.rows }, (_, i) => (i < 7 ? 0 : -Infinity)) });
    expect(scarce[1]!.simulations.theta.rows).toBe(67);
    expect(scarce[1]!.diagnosis.join()).toMatch(/7 of 60 simulations/);
  });

  test.each([
    ["nothing", () => undefined],
    ["rows without a name", (theta: Matrix) => Array.from({ length: theta.rows }, () => [0, 0])],
  ])("of a function, %s", async (_, answer) => {
    await expect(allOf(METHODS.tsnpe!, {}, answer as never)).rejects.toThrow(
      /rounds: what the function returns is .*; expected { x }, events \[60, 2\]; return { x }/,
    );
  });

  test("of a function, a wrong number of rows", async () => {
    const wrong = (theta: Matrix) => ({ x: { rows: 1, columns: 2, values: theta.values.slice(0, 2) } });
    await expect(allOf(METHODS.tsnpe!, {}, wrong)).rejects.toThrow(/the function's x has shape \[1, 2\]; expected \[60, 2\]/);
  });
});
