import { rm } from "node:fs/promises";
import { expect, it } from "vitest";
import type { benchMine } from "../../src/cli/bench-mine.js";
import { buildLibrary } from "../support/built-library.js";

it("galton bench mine counts each draw once and orders its times", async () => {
  const { folder, load } = await buildLibrary();
  const rows = await (await load<{ benchMine: typeof benchMine }>("cli/bench-mine")).benchMine({ n: 100, rounds: 3 });
  await rm(folder, { recursive: true });
  expect(rows.map(({ name }) => name).slice(0, 3)).toEqual(["simulate", "mine, ratio only", "mine, ratio and score"]);
  expect(new Set(rows.map(({ workers }) => workers)).size).toBe(2);
  for (const { draws, workers, secondsMin, secondsMedian, secondsMax, drawsPerSecondPerCore } of rows) {
    expect(draws).toBe(2000);
    expect(secondsMin).toBeLessThanOrEqual(secondsMedian);
    expect(secondsMedian).toBeLessThanOrEqual(secondsMax);
    expect(drawsPerSecondPerCore).toBe(Math.round(2000 / secondsMedian / Math.max(1, workers)));
  }
});
