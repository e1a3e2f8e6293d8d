import { afterEach, describe, expect, it, vi } from "vitest";
import { bernoulli, mine, simulate, simulator } from "../../src/index.js";
import { NOTEBOOK, type NotebookHost } from "../../src/platform/notebook.js";
import { handBoard } from "../support/boards.js";

type Global = { [NOTEBOOK]?: NotebookHost };
const options = { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, seed: 1 };

afterEach(() => {
  delete (globalThis as Global)[NOTEBOOK];
  vi.restoreAllMocks();
});

/** A board of which each event takes five milliseconds of the clock that slices go by, and none of ours. */
function slowly(): typeof handBoard {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  return simulator(handBoard, (theta, sample) => {
    now += 5;
    return handBoard.run(theta, sample);
  });
}

describe("in the calling thread", () => {
  it("slices leave no mark on the numbers", async () => {
    const whole = await mine(handBoard, { ...options, n: 300 });
    const sliced = await mine(slowly(), { ...options, n: 300 });
    expect(sliced).toEqual(whole);
  });

  it("timers have their turn between slices", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await simulate(
      simulator({ name: "busy", parameters: { p: [0, 1] }, observables: ["x"] }, ({ p }, sample) => {
        let heads = 0;
        for (let i = 0; i < 20_000; i++) heads += sample("coin", bernoulli(p));
        return [heads];
      }),
      { theta: { p: 0.5 }, n: 200, seed: 1 },
    );
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it("stops at a signal between slices, with the signal's reason", async () => {
    const controller = new AbortController();
    let events = 0;
    const counting = simulator(slowly(), (theta, sample) => {
      if (++events === 40) controller.abort(new Error("enough"));
      return handBoard.run(theta, sample);
    });
    await expect(simulate(counting, { theta: { slope: -0.8 }, n: 100_000, seed: 1, signal: controller.signal })).rejects.toThrow("enough");
    expect(events).toBeLessThan(200);
  });

  it("stops at the notebook's interrupt and shows progress in place", async () => {
    const controller = new AbortController();
    const shown: { text: unknown; update: boolean | undefined; displayId: string | undefined }[] = [];
    (globalThis as Global)[NOTEBOOK] = {
      interrupt: controller.signal,
      display: (bundle, { update, displayId } = {}) => {
        shown.push({ text: bundle["text/plain"], update, displayId });
        if (shown.length === 3) controller.abort(new Error("interrupted"));
      },
    };
    await expect(mine(slowly(), { ...options, n: 100_000 })).rejects.toThrow("interrupted");
    expect(shown.map(({ update }) => update)).toEqual([false, true, true, true]);
    expect(new Set(shown.map(({ displayId }) => displayId)).size).toBe(1);
    expect(shown[0]!.text).toMatch(/^mine hand-board [█░]{20} \d+\/100000 events, \d+\.\d s, \d+ s left$/);
  });

  it("shows nothing for what takes less than half a second", async () => {
    const display = vi.fn();
    (globalThis as Global)[NOTEBOOK] = { interrupt: new AbortController().signal, display };
    await mine(handBoard, { ...options, n: 10 });
    expect(display).not.toHaveBeenCalled();
  });
});
