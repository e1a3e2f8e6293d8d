import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { backend } from "../../src/compute/index.js";
import {
  alices,
  calibrate,
  carl,
  exportOnnx,
  galtonBoard,
  isotonicCalibration,
  loadCalibrated,
  loadCheckpoint,
  loadRatio,
  loadScore,
  type MinedSampleWithScore,
  mine,
  nreA,
  numeratorEvents,
  sally,
  save,
  saveCheckpoint,
  uniform,
} from "../../src/index.js";
import { mlp } from "../../src/nn/index.js";
import { runOnnx } from "../io/onnx-runtime.js";
import { python } from "../support/tools.js";

const board = galtonBoard();
const mined = (await mine(board, {
  numerator: uniform({ slope: [-1, -0.4] }),
  denominator: { slope: -0.6 },
  n: 2000,
  seed: 1,
})) as MinedSampleWithScore<typeof board.parameters>;
const points = (await mine(board, { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 2000, seed: 1 })) as typeof mined;
const quick = { seed: 2, epochs: 2, verdict: false } as const;
const folder = await mkdtemp(join(tmpdir(), "galton-save-"));
const COLUMNS = Array.from({ length: 21 }, (_, i) => i + 5);
const slope = { slope: -0.8 };

describe("a saved estimator", () => {
  it.each([
    { name: "ensemble", fit: () => alices({ hidden: [20, 10], members: 2 }).fit(mined, quick) },
    { name: "pair", fit: () => carl({ hidden: [10], activation: "silu" }).fit(points, quick) },
    { name: "evidence", fit: () => nreA({ hidden: [10] }).fit(numeratorEvents(mined), quick) },
    {
      name: "morphing",
      fit: () => carl({ hidden: [10], morphing: { powers: [[0], [2]], basis: [{ slope: -1 }, { slope: 0 }] } }).fit(mined, quick),
    },
  ])("gives the same bits: $name", async ({ name, fit: train }) => {
    const ratio = await train();
    const path = join(folder, `${name}.galton`);
    await save(ratio, path);
    const loaded = await loadRatio(path);
    expect(loaded.members(COLUMNS, slope)).toEqual(ratio.members(COLUMNS, slope));
    expect(loaded.model).toEqual(ratio.model);
    expect(loaded.training).toEqual(ratio.training);
    await save(loaded, `${path}.again`);
    expect(await readFile(`${path}.again`)).toEqual(await readFile(path));
  });

  it("of the score too", async () => {
    const score = await sally({ hidden: [10] }).fit(points, quick);
    const path = join(folder, "score.galton");
    await save(score, path);
    const loaded = await loadScore(path);
    expect(loaded.score(COLUMNS)).toEqual(score.score(COLUMNS));
    expect(loaded.reference).toEqual(slope);
    await expect(loadRatio(path)).rejects.toThrow(`loadRatio: ${path} holds a score estimator; expected a ratio estimator`);
  });

  it("of a calibrated ratio too", async () => {
    const ratio = calibrate(await carl({ hidden: [10] }).fit(mined, quick), isotonicCalibration());
    const path = join(folder, "calibrated.galton");
    await save(ratio, path);
    const loaded = await loadCalibrated(path);
    expect(loaded.logRatio(COLUMNS, slope)).toEqual(ratio.logRatio(COLUMNS, slope));
    expect(loaded.logRatio(COLUMNS, slope)).not.toEqual(loaded.base.logRatio(COLUMNS, slope));
  });

  it("with a network of one's own needs that network", async () => {
    const network = (sizes: { inputs: number; outputs: number }, from: Parameters<typeof mlp>[1]) => mlp({ ...sizes, hidden: [7] }, from);
    const ratio = await carl({ network }).fit(points, quick);
    const path = join(folder, "own.galton");
    await save(ratio, path);
    expect((await loadRatio(path, { network })).logRatio(COLUMNS, slope)).toEqual(ratio.logRatio(COLUMNS, slope));
    await expect(loadRatio(path)).rejects.toThrow("has a network of the user's own; give network");
    const other = (sizes: { inputs: number; outputs: number }, from: Parameters<typeof mlp>[1]) => mlp({ ...sizes, hidden: [8] }, from);
    await expect(loadRatio(path, { network: other })).rejects.toThrow(/of shape \[1, 7\]; expected \[1, 8\]/);
  });

  it("that was truncated, damaged or comes from the future is refused", async () => {
    const path = join(folder, "whole.galton");
    await save(await carl({ hidden: [5] }).fit(points, quick), path);
    const bytes = await readFile(path);
    const changed = async (change: (copy: Buffer) => Buffer) => {
      const other = join(folder, "changed.galton");
      await writeFile(other, change(Buffer.from(bytes)));
      return loadRatio(other);
    };
    await expect(changed((copy) => copy.subarray(0, 300))).rejects.toThrow(/changed.galton .*300 of \d+ bytes/);
    await expect(changed((copy) => copy.fill(copy[400]! ^ 1, 400, 401))).rejects.toThrow(/changed.galton/);
    await expect(changed((copy) => copy.fill(copy.at(-1)! ^ 1, copy.length - 1))).rejects.toThrow(/changed.galton/);
    await expect(changed((copy) => copy.fill(99, 6, 7))).rejects.toThrow(/update galton/);
    await expect(save({} as never, path)).rejects.toThrow("save: estimator is {}; expected an estimator that a fit gave");
    await expect(loadRatio(join(folder, "nothing.galton"))).rejects.toThrow("nothing.galton");
  });
});

describe("a checkpoint in a file", () => {
  it("goes on with the same bits, also in the middle of an epoch", async () => {
    const interrupt = new AbortController();
    const options = { ...quick, epochs: 4 };
    const method = alices({ hidden: [10], members: 2 });
    let epochs = 0;
    const begun = await method.fit(mined, {
      ...options,
      signal: interrupt.signal,
      onEpoch: () => {
        if (++epochs === 3) interrupt.abort();
      },
    });
    const path = join(folder, "fit.checkpoint");
    await saveCheckpoint(begun.checkpoint!, path);
    const resume = await loadCheckpoint(path);
    expect(resume).toEqual(begun.checkpoint);
    const [whole, resumed] = [await method.fit(mined, options), await method.fit(mined, { ...options, resume })];
    expect(resumed.members(COLUMNS, slope)).toEqual(whole.members(COLUMNS, slope));
    await expect(loadRatio(path)).rejects.toThrow("holds a checkpoint of a fit; expected a ratio estimator");
    await expect(loadCheckpoint(fileURLToPath(new URL("./fixtures/ratio-0.1.0.galton", import.meta.url)))).rejects.toThrow(
      "holds a ratio estimator; expected a checkpoint of a fit",
    );
  });
});

// Written by version 0.1.0; every later version has to read it and to give these values.
it("of version 0.1.0 is still read", async () => {
  const fixture = fileURLToPath(new URL("./fixtures/ratio-0.1.0.galton", import.meta.url));
  const ratio = await loadRatio(fixture, { backend: await backend("reference") });
  expect(ratio.name).toBe("alices");
  const expected = JSON.parse(await readFile(`${fixture}.json`, "utf8")) as { x: number[]; theta: typeof slope; members: number[][] };
  const members = ratio.members(expected.x, expected.theta as never);
  expected.members.forEach((values, m) => {
    for (const [i, value] of values.entries()) expect(members[m]![i]).toBeCloseTo(value, 10);
  });
});

describe.skipIf(python === undefined)("an estimator as ONNX", () => {
  it("gives in onnxruntime what it gives here", async () => {
    const ratio = await alices({ hidden: [20, 10], members: 2 }).fit(mined, quick);
    const pair = await carl({ hidden: [10], activation: "gelu" }).fit(points, quick);
    const morphed = await carl({ hidden: [10], morphing: { powers: [[0], [2]], basis: [{ slope: -1 }, { slope: 0 }] } }).fit(mined, quick);
    const score = await sally({ hidden: [10], activation: "silu" }).fit(points, quick);
    const x = { shape: [21, 1], values: Float32Array.from(COLUMNS) };
    const theta0 = { shape: [21, 1], values: new Float32Array(21).fill(-0.8) };
    const cases = [
      { estimator: ratio, given: { x, theta0 }, output: "logRatio", expected: ratio.logRatio(COLUMNS, slope) },
      { estimator: pair, given: { x }, output: "logRatio", expected: pair.logRatio(COLUMNS, slope) },
      { estimator: morphed, given: { x, theta0 }, output: "logRatio", expected: morphed.logRatio(COLUMNS, slope) },
      { estimator: score, given: { x }, output: "score", expected: score.score(COLUMNS).values },
    ];
    const jobs = [];
    for (const { estimator, given } of cases) {
      await exportOnnx(estimator, join(folder, "model.onnx"));
      jobs.push({ model: await readFile(join(folder, "model.onnx")), runs: [given] });
    }
    const reports = runOnnx(python!, jobs);
    cases.forEach(({ given, output, expected }, i) => {
      expect(reports[i]!.error).toBeUndefined();
      expect(reports[i]!.inputs!.map(({ name }) => name)).toEqual(Object.keys(given));
      const { values } = reports[i]!.runs![0]![output]!;
      expect(values).toHaveLength(expected.length);
      expected.forEach((value, k) => {
        expect(Math.abs(values[k]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
      });
    });
  });
});

it.skipIf(!process.env.CI)("the Python of the tests is there", () => {
  expect(python).toBeDefined();
});
