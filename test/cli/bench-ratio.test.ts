import { expect, it } from "vitest";
import { benchRatio, type RatioRow } from "../../src/cli/bench-ratio.js";

const OPTIONS = { n: 500, epochs: 1, rounds: 2, threads: "1", backends: "wasm" };

it("galton bench ratio prints a row for each method with the documented fields", async () => {
  const rows: RatioRow[] = [];
  for await (const row of benchRatio(OPTIONS)) rows.push(row);
  expect(rows.map(({ method }) => method)).toEqual(["carl", "alices"]);
  for (const { backend, threads, seconds, min, max, ratio } of rows) {
    expect({ backend, threads, ratio }).toEqual({ backend: "wasm", threads: 1, ratio: undefined });
    expect(0 < min && min <= seconds && seconds <= max).toBe(true);
  }
});

it("says what is wrong when the Python has no torch", async () => {
  const refused = await benchRatio({ ...OPTIONS, torch: process.execPath })
    .next()
    .catch((error: unknown) => error);
  expect((refused as Error).message).toMatch(/^galton bench ratio: .* ended: .*; expected a Python with torch$/);
});
