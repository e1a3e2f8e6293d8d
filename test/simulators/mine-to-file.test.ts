import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  type Failure,
  FormatError,
  galtonBoard,
  InterruptedError,
  type MinedSample,
  marginalOver,
  mine,
  mineToFile,
  readMined,
  simulator,
  uniform,
} from "../../src/index.js";
import { appendColumns, readColumns } from "../../src/io/column-file.js";
import { python } from "../support/tools.js";

const board = galtonBoard({ rows: 6, nails: 7 });
const prior = uniform({ slope: [-1, -0.4] });
// More than two batches.
const options = { numerator: prior, denominator: prior, n: 40_000, seed: 1 } as const;
const folder = await mkdtemp(join(tmpdir(), "galton-mined-"));
const whole = join(folder, "whole.arrows");
let expected: MinedSample;

beforeAll(async () => {
  expected = await mine(board, options);
  expect(await mineToFile(board, { ...options, path: whole })).toEqual({ path: whole, simulations: 40_000, failed: 0 });
}, 60_000);

describe("a file of mined events", () => {
  it("holds what mine gives, whole and in part", async () => {
    expect(await readMined(whole)).toEqual(expected);
    const part = await readMined(whole, { from: 16_000, to: 17_000 });
    expect(part.x.values).toEqual(expected.x.values.slice(16_000, 17_000));
  });

  it("goes on after it was cut off at any byte", async () => {
    const { size } = await stat(whole);
    for (const cut of [0, 5, 300, 5000, 1_000_000, size - 9, size - 3]) {
      const path = join(folder, `cut-${cut}.arrows`);
      await copyFile(whole, path);
      await truncate(path, cut);
      await mineToFile(board, { ...options, path });
      expect((await readFile(path)).equals(await readFile(whole))).toBe(true);
    }
  }, 60_000);

  it("goes on after an interruption, and keeps what was done", async () => {
    const path = join(folder, "interrupted.arrows");
    const controller = new AbortController();
    let events = 0;
    const counting = simulator(board, (theta, sample) => {
      if (++events === 300_000) controller.abort(new Error("enough"));
      return board.run(theta, sample);
    });
    const stopped = await mineToFile(counting, { ...options, path, signal: controller.signal }).catch((reason: unknown) => reason);
    expect(stopped).toBeInstanceOf(InterruptedError);
    expect((stopped as Error).message).toMatch(/after \d+ of 40000 events, which are in .*interrupted.arrows; run it again to go on$/);
    await expect(readMined(path)).rejects.toThrow(/holds \d+ of 40000 simulations; run mineToFile again to go on/);
    expect((await readMined(path, {})).x.values.length).toBeGreaterThan(0);
    await mineToFile(board, { ...options, path });
    expect(await readMined(path)).toEqual(expected);
  }, 60_000);

  it("refuses a file that is torn, damaged, of another run, or none", async () => {
    const bytes = await readFile(whole);
    const broken = async (change: (copy: Buffer) => Buffer) => {
      const path = join(folder, "broken.arrows");
      await writeFile(path, change(Buffer.from(bytes)));
      return readMined(path);
    };
    await expect(broken((copy) => copy.subarray(0, 1_000_000))).rejects.toThrow(/ends within a batch: \d+ bytes behind byte \d+ are none/);
    await expect(broken((copy) => copy.fill(copy[2_000_000]! ^ 1, 2_000_000, 2_000_001))).rejects.toThrow(
      /is damaged in batch \d, at bytes \d+ to \d+/,
    );
    await expect(broken(() => Buffer.from("hello, this is no such file"))).rejects.toThrow(FormatError);
    await expect(readMined(join(folder, "nothing.arrows"))).rejects.toThrow("does not exist; check the path");
    await expect(mineToFile(board, { ...options, seed: 2, path: whole })).rejects.toThrow(/is of another run: its galton is .*"seed":1/);
  });

  it("says when the disk is full, and loses nothing", async () => {
    await expect(mineToFile(board, { ...options, path: "/dev/full" })).rejects.toThrow(
      /mineToFile: \/dev\/full cannot be written: ENOSPC.*; make room and run it again/,
    );
  });
});

describe("failed simulations in a file", () => {
  const failing = simulator(board, (theta, sample) => {
    const [nail] = board.run(theta, sample) as [number];
    return [nail === 4 ? Number.NaN : nail];
  });
  const dropping = { ...options, failures: "drop" } as const;

  it("are marked, counted, told and left out when read", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const inMemory = await mine(failing, dropping);
    const { count } = inMemory.failures;
    const path = join(folder, "failed.arrows");
    expect(await mineToFile(failing, { ...dropping, path })).toEqual({ path, simulations: 40_000, failed: count });
    expect(warned.mock.calls.map(([text]) => String(text).replace("mineToFile", "mine"))).toEqual(Array(2).fill(warned.mock.calls[0]![0]));
    // The same call on a finished file, and on a part of it, tells as many.
    await mineToFile(failing, { ...dropping, path });
    await truncate(path, 2_000_000);
    expect((await mineToFile(failing, { ...dropping, path })).failed).toBe(count);
    for (const [text] of warned.mock.calls) expect(text).toContain(`${count} of 40000 simulations failed and are left out`);
    warned.mockRestore();
    const { failures, ...read } = await readMined(path);
    expect({ ...read, failures: inMemory.failures }).toEqual(inMemory);
    const told = ({ event, theta }: Failure) => ({ event, theta });
    expect(failures.count).toBe(count);
    expect(failures.examples.map(told)).toEqual(inMemory.failures.examples.map(told));
    const first = inMemory.failures.examples.findIndex(({ event }) => event >= 20);
    const { failures: later } = await readMined(path, { from: 20, to: 2000 });
    expect(later.examples[0]).toMatchObject(told(inMemory.failures.examples[first]!));
  }, 60_000);

  it("that are all of them end the run, and are marked", async () => {
    const none = simulator(board, () => [Number.NaN]);
    const path = join(folder, "none.arrows");
    await expect(mineToFile(none, { ...dropping, n: 20, path })).rejects.toThrow(
      "mineToFile: all 20 simulations failed; the first, event 0",
    );
    expect((await readMined(path)).failures.count).toBe(20);
  });
});

describe("a file of another run", () => {
  const small = { numerator: prior, denominator: { slope: -0.6 }, n: 100, seed: 1 } as const;
  const path = join(folder, "small.arrows");

  it.each([
    { what: "denominator", other: { denominator: { slope: -0.7 } } },
    { what: "prior", other: { numerator: uniform({ slope: [-1, -0.5] }) } },
    { what: "seed", other: { seed: 2 } },
    { what: "number", other: { n: 101 } },
    { what: "marginal", other: { denominator: marginalOver(prior) } },
  ])("is told by its $what, and left alone", async ({ other }) => {
    await mineToFile(board, { ...small, path });
    const bytes = await readFile(path);
    await expect(mineToFile(board, { ...small, ...other, path })).rejects.toThrow(
      /^mineToFile: .*small.arrows is of another run: its galton is/,
    );
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it("is told by its columns", async () => {
    await mineToFile(board, { ...small, path });
    await expect(mineToFile(board, { ...small, score: false, path })).rejects.toThrow(
      "has the columns theta0.slope, theta1.slope, x.column",
    );
  });
});

describe("a file that mineToFile did not write", () => {
  it.each([
    { kind: "no header", metadata: {} },
    { kind: "another text", metadata: { galton: "hello" } },
    { kind: "another JSON", metadata: { galton: "{}" } },
    { kind: "a header of other columns", metadata: { galton: '{"parameters":{"a":["0","1"]},"observables":["x"],"score":true}' } },
  ])("with $kind is refused", async ({ metadata }) => {
    const path = join(await mkdtemp(join(folder, "foreign-")), "columns.arrows");
    const writer = await appendColumns("test", path, { columns: ["a"], metadata: metadata as Record<string, string> });
    await writer.append({ a: Float64Array.of(1) });
    await writer.close();
    await expect(readMined(path)).rejects.toThrow("columns.arrows holds no mined events; give a file that mineToFile wrote");
  });

  it("and a range that is none", async () => {
    await expect(readMined(whole, { from: -1 })).rejects.toThrow("readMined: from is -1; expected a whole number");
    await expect(readMined(whole, { from: 5, to: 4 })).rejects.toThrow("readMined: to is 4; expected a whole number from 5");
    await expect(readMined(whole, { to: 4.5 })).rejects.toThrow("readMined: to is 4.5");
    expect((await readMined(whole, { from: 7, to: 7 })).x.rows).toBe(0);
    expect((await readMined(whole, { from: 39_990, to: 50_000 })).x.rows).toBe(10);
  });
});

describe("a marginal denominator in a file", () => {
  it("comes back with its K", async () => {
    const marginal = { numerator: prior, denominator: marginalOver(prior, { draws: 4 }), n: 300, seed: 3, score: false } as const;
    const path = join(folder, "marginal.arrows");
    await mineToFile(board, { ...marginal, path });
    expect(await readMined(path)).toEqual(await mine(board, marginal));
  });
});

describe("columns", () => {
  it("of any names and lengths come back", async () => {
    const path = join(folder, "plain.arrows");
    const layout = { columns: ["a", "b.c"], metadata: { who: "me" } };
    const writer = await appendColumns("test", path, layout);
    await writer.append({ a: Float64Array.of(1, 2, 3), "b.c": Float64Array.of(-0, Number.NaN, Infinity) });
    const again = await appendColumns("test", path, layout);
    expect(again.rows).toBe(3);
    await again.append({ a: Float64Array.of(4), "b.c": Float64Array.of(5) });
    await again.close();
    const { columns, rows, metadata, complete } = await readColumns("test", path);
    expect({ rows, metadata, complete }).toEqual({ rows: 4, metadata: { who: "me" }, complete: true });
    expect(columns).toEqual({ a: Float64Array.of(1, 2, 3, 4), "b.c": Float64Array.of(-0, Number.NaN, Infinity, 5) });
    await expect(appendColumns("test", path, { ...layout, columns: ["a"] })).rejects.toThrow("has the columns a, b.c; expected a");
  });

  it.skipIf(python === undefined)("are read by pyarrow, with the reader of the documentation", async () => {
    const text = await readFile(new URL("../../docs/mined-files.md", import.meta.url), "utf8");
    const script = text.match(/```python\n([\s\S]*?)```/)![1]!;
    const said = execFileSync(python!, ["-c", script, whole], { encoding: "utf8" });
    const { rows, names, mean } = JSON.parse(said) as { rows: number; names: string[]; mean: number };
    expect(rows).toBe(40_000);
    expect(names).toContain("theta0.slope");
    const exact = expected.x.values.reduce((sum, value) => sum + value, 0) / 40_000;
    expect(mean).toBeCloseTo(exact, 9);
  });
});
