import { afterEach, describe, expect, it, vi } from "vitest";
import { GaltonError, mine, normal, type Sample, ShapeError, simulate, simulator } from "../../src/index.js";

const options = { name: "fragile", parameters: { mean: [-1, 1] }, observables: ["x"] } as const;
const draw = (mean: number, sample: Sample) => sample("x", normal(mean, 1));
/** Throws above 2 and is not finite above 1; otherwise as `sound`, whose events have the same keys. */
const fragile = simulator(options, ({ mean }, sample) => {
  const x = draw(mean, sample);
  if (x > 2) throw new Error("no convergence");
  return [x > 1 ? Number.NaN : x];
});
const sound = simulator(options, ({ mean }, sample) => [draw(mean, sample)]);

const mining = { numerator: { mean: 0.5 }, denominator: { mean: 0 }, n: 1000, seed: 1 } as const;
const warnings = () => vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(() => void vi.restoreAllMocks());

describe("simulations that fail", () => {
  it("stop a run, with event and theta", async () => {
    const { label, x } = await mine(sound, mining);
    const [thrown, notFinite] = [x.values.findIndex((each) => each > 2), x.values.findIndex((each) => each > 1 && each <= 2)];
    const at = (event: number) => `fragile, event ${event} at { mean: ${label[event] === 0 ? 0.5 : 0} }`;
    const narrow = (limit: number, failure: () => number) =>
      simulator(options, ({ mean }, sample) => {
        const each = draw(mean, sample);
        return [each > limit && each <= limit + 1 ? failure() : each];
      });
    await expect(
      mine(
        narrow(1, () => Number.NaN),
        mining,
      ),
    ).rejects.toThrow(`mine: x.x of ${at(notFinite)} is NaN; expected a finite number`);
    const cause = new RangeError("no convergence");
    const throwing = narrow(2, () => {
      throw cause;
    });
    const error = await mine(throwing, mining).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ cause, message: expect.stringContaining(`mine: ${at(thrown)} threw: no convergence; the error itself`) });
    expect(error).toBeInstanceOf(GaltonError);
    await expect(simulate(throwing, { theta: { mean: 1 }, n: 100, seed: 1 })).rejects.toThrow(
      /^simulate: fragile, event \d+ at \{ mean: 1 \} threw: no convergence/,
    );
  });

  it("are left out, counted and told exactly when that is asked for", async () => {
    const warned = warnings();
    const all = await mine(sound, mining);
    const mined = await mine(fragile, { ...mining, failures: "drop" });
    const failed = Array.from(all.x.values.keys()).filter((i) => all.x.values[i]! > 1);
    expect(mined.failures.count).toBe(failed.length);
    expect(mined.failures.examples).toHaveLength(Math.min(100, failed.length));
    for (const [k, { event, theta, reason }] of mined.failures.examples.entries()) {
      expect(event).toBe(failed[k]);
      expect(theta).toEqual({ mean: all.label[event] === 0 ? 0.5 : 0 });
      expect(reason).toMatch(all.x.values[event]! > 2 ? "no convergence" : "is NaN");
    }
    const kept = Array.from(all.x.values.keys()).filter((i) => !failed.includes(i));
    for (const what of ["label", "jointLogRatio"] as const) expect(Array.from(mined[what])).toEqual(kept.map((i) => all[what][i]));
    for (const what of ["x", "theta0", "theta1", "jointScore"] as const) {
      expect(Array.from(mined[what].values)).toEqual(kept.map((i) => all[what].values[i]));
    }
    expect(warned.mock.calls.flat()).toEqual([
      expect.stringMatching(
        `^galton: mine: ${failed.length} of 1000 simulations failed and are left out; the first, event ${failed[0]} at`,
      ),
    ]);
  });

  it("are left out of simulate in the same way", async () => {
    const warned = warnings();
    const run = { theta: [{ mean: 0.5 }, { mean: 0 }], n: 500, seed: 2 };
    const all = await simulate(sound, run);
    const { theta, x, failures } = await simulate(fragile, { ...run, failures: "drop" });
    const kept = Array.from(all.x.values.keys()).filter((i) => all.x.values[i]! <= 1);
    expect(failures.count).toBe(500 - kept.length);
    expect(Array.from(x.values)).toEqual(kept.map((i) => all.x.values[i]));
    expect(Array.from(theta.values)).toEqual(kept.map((i) => all.theta.values[i]));
    expect(warned).toHaveBeenCalledTimes(1);
    expect((await simulate(sound, { ...run, failures: "drop" })).failures).toEqual({ count: 0, examples: [] });
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it("that are all of them end the run", async () => {
    const none = simulator(options, () => [Number.NaN]);
    const said = "all 3 simulations failed; the first, event 0 at";
    await expect(mine(none, { ...mining, n: 3, failures: "drop" })).rejects.toThrow(`mine: ${said}`);
    await expect(simulate(none, { theta: { mean: 0 }, n: 3, seed: 1, failures: "drop" })).rejects.toThrow(`simulate: ${said}`);
  });

  it("for a fault of the simulator itself end the run, whatever is asked for", async () => {
    const two = simulator(options, ({ mean }, sample) => [draw(mean, sample), 0]);
    await expect(mine(two, { ...mining, failures: "drop" })).rejects.toThrow(ShapeError);
    const moved = simulator(options, ({ mean }, sample) => [mean + draw(0, sample)]);
    await expect(mine(moved, { ...mining, failures: "drop" })).rejects.toMatchObject({ name: "MissingGoldError" });
  });

  it("of another kind are refused", async () => {
    await expect(mine(fragile, { ...mining, failures: "ignore" as "drop" })).rejects.toThrow(
      'mine: failures is "ignore"; expected "stop" or "drop"',
    );
  });
});
