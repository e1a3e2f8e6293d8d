import { describe, expect, it, vi } from "vitest";
import { takeRows } from "../../src/data/mined-sample.js";
import {
  galtonBoard,
  InterruptedError,
  type MinedSample,
  type MineOptions,
  marginalOver,
  mine,
  type SimulateOptions,
  type Simulations,
  simulate,
  simulator,
  uniform,
} from "../../src/index.js";

const board = galtonBoard({ rows: 8, nails: 9 });
type Ranges = typeof board.parameters;
const prior = uniform({ slope: [-1, -0.4] });

/** A board that aborts during an event, for a run that stops at the end of that slice. */
function abortingIn(event: number, run = board.run) {
  const controller = new AbortController();
  let events = 0;
  const aborting = simulator(board, (theta, sample) => {
    if (++events === event) controller.abort(new Error("enough"));
    return run(theta, sample);
  });
  return { aborting, signal: controller.signal };
}

async function interruption<Sample>(running: Promise<unknown>): Promise<InterruptedError<Sample>> {
  const error = await running.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InterruptedError);
  return error as InterruptedError<Sample>;
}

const runs: { name: string; options: Omit<MineOptions<Ranges, boolean>, "n" | "seed"> }[] = [
  { name: "points", options: { numerator: { slope: -0.8 }, denominator: { slope: -0.6 } } },
  { name: "lists", options: { numerator: [{ slope: -0.8 }, { slope: -0.7 }], denominator: [{ slope: -0.6 }, { slope: -0.5 }] } },
  { name: "priors", options: { numerator: prior, denominator: prior } },
  { name: "a marginal, without the score", options: { numerator: prior, denominator: marginalOver(prior, { draws: 4 }), score: false } },
];

describe.each(runs)("an interrupted run with $name", ({ options: hypotheses }) => {
  const options = { ...hypotheses, n: 1500, seed: 5 };

  it("carries a sample of the first events, and goes on from there, twice, with the same bits", async () => {
    const whole = await mine(board, options);
    const first = abortingIn(300);
    const { partial, message } = await interruption<MinedSample<Ranges>>(mine(first.aborting, { ...options, signal: first.signal }));
    const done = partial.x.rows;
    expect(message).toBe(`mine: interrupted (enough) after ${done} of 1500 events; go on with resume: error.partial`);
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(1500);
    const rows = Array.from({ length: done }, (_, i) => i);
    for (const what of ["theta0", "theta1", "x"] as const) expect(partial[what]).toEqual(takeRows(whole[what], rows));
    expect(partial.jointLogRatio).toEqual(whole.jointLogRatio.slice(0, done));
    const second = abortingIn(1);
    const again = await interruption<MinedSample<Ranges>>(mine(second.aborting, { ...options, signal: second.signal, resume: partial }));
    expect(again.partial.x.rows).toBeGreaterThan(done);
    expect(await mine(board, { ...options, resume: again.partial })).toEqual(whole);
    expect(await mine(board, { ...options, resume: whole as MinedSample<Ranges> })).toEqual(whole);
  });
});

describe("an interrupted run that drops failures", () => {
  it("goes on with the same events and counts", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const failing = (theta: { slope: number }, sample: Parameters<typeof board.run>[1]) => {
      const [column] = board.run(theta, sample) as [number];
      return [column === 5 ? Number.NaN : column];
    };
    const options = { numerator: prior, denominator: prior, n: 1500, seed: 6, failures: "drop" } as const;
    const sound = simulator(board, failing);
    const whole = await mine(sound, options);
    expect(whole.failures.count).toBeGreaterThan(100);
    const { aborting, signal } = abortingIn(300, failing);
    const { partial } = await interruption<MinedSample<Ranges>>(mine(aborting, { ...options, signal }));
    expect(partial.failures.count).toBeGreaterThan(0);
    expect(await mine(sound, { ...options, resume: partial })).toEqual(whole);
    vi.restoreAllMocks();
  });
});

describe("an interrupted simulate", () => {
  it.each<{ name: string; options: SimulateOptions<Ranges> }>([
    { name: "points", options: { theta: [{ slope: -0.8 }, { slope: -0.6 }, { slope: -0.4 }], n: 1500, seed: 7 } },
    { name: "a prior", options: { prior, n: 1500, seed: 7 } },
  ])("of $name goes on with the same bits", async ({ options }) => {
    const whole = await simulate(board, options);
    const { aborting, signal } = abortingIn(300);
    const { partial, message } = await interruption<Simulations<Ranges>>(simulate(aborting, { ...options, signal }));
    expect(message).toBe(`simulate: interrupted (enough) after ${partial.x.rows} of 1500 events; go on with resume: error.partial`);
    expect(partial.x.rows).toBeLessThan(1500);
    expect(await simulate(board, { ...options, resume: partial })).toEqual(whole);
    await expect(simulate(board, { ...options, seed: 8, resume: partial })).rejects.toThrow("simulate: resume.seed is 7; expected 8");
    const other: SimulateOptions<Ranges> = { theta: { slope: -0.9 }, n: 1500, seed: 7 };
    await expect(simulate(board, { ...other, resume: partial })).rejects.toThrow("simulate: the theta of resume, row 0, is");
  });
});

describe("to go on with another run", () => {
  const options = { numerator: prior, denominator: { slope: -0.6 }, n: 300, seed: 5 } as const;

  it("is refused", async () => {
    const { aborting, signal } = abortingIn(30);
    const { partial } = await interruption<MinedSample<Ranges>>(mine(aborting, { ...options, signal }));
    const going = (other: object, on = board) => mine(on, { ...options, ...other, resume: partial });
    await expect(going({ seed: 6 })).rejects.toThrow("mine: resume.seed is 5; expected 6, as in this run; resume with the options of");
    await expect(going({ score: false })).rejects.toThrow("mine: resume.score is true; expected false");
    await expect(going({ denominator: marginalOver(prior) })).rejects.toThrow("mine: resume.draws is undefined; expected 32");
    await expect(going({ n: 2 })).rejects.toThrow(/mine: resume is "\d+ events"; expected at most n = 2/);
    await expect(going({ denominator: { slope: -0.7 } })).rejects.toThrow("mine: the theta of resume, row 0, is");
    await expect(going({ numerator: uniform({ slope: [-1, -0.5] }) })).rejects.toThrow("expected that of this run");
    const other = { ...galtonBoard({ rows: 8, nails: 9 }), name: "another" };
    await expect(going({}, other)).rejects.toThrow('mine: resume.simulator is "galton-board"; expected another');
  });

  it("is refused where the hypotheses part later", async () => {
    const { aborting, signal } = abortingIn(30);
    const points = { numerator: [{ slope: -0.8 }, { slope: -0.7 }, { slope: -0.6 }] };
    const { partial } = await interruption<MinedSample<Ranges>>(mine(aborting, { ...options, ...points, signal }));
    const changed = { numerator: [{ slope: -0.8 }, { slope: -0.7 }, { slope: -0.5 }] };
    await expect(mine(board, { ...options, ...changed, resume: partial })).rejects.toThrow("mine: the theta of resume, row 4, is");
  });
});
