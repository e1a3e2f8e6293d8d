import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  galtonBoard,
  type LabelledSample,
  type MinedSampleWithScore,
  mine,
  mineToFile,
  simulate,
  uniform,
  writeNpy,
} from "../../src/index.js";
import { writeCsv } from "../../src/io/csv.js";
import { sampleFromFile, simulationsFromFile } from "../../src/io/sample-file.js";

const folder = await mkdtemp(join(tmpdir(), "galton-samples-"));
const board = galtonBoard({ rows: 6, nails: 7 });
const { parameters, observables } = board;
const layout = { parameters, observables, simulator: board.name } as const;
const mining = { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 300, seed: 1 } as const;

describe("a sample from a file", () => {
  it("of mined events is what was mined", async () => {
    const path = join(folder, "mined.arrows");
    await mineToFile(board, { ...mining, path });
    const mined = await mine(board, mining);
    const read: MinedSampleWithScore<typeof parameters> = await sampleFromFile(path, { ...layout, gold: "score" });
    expect(read).toEqual({ ...mined, seed: undefined });
    const { jointLogRatio: _, jointScore: __, ...labelled } = mined;
    const plain: LabelledSample<typeof parameters> = await sampleFromFile(path, layout);
    expect(plain).toEqual({ ...labelled, seed: undefined });
  });

  it("of another's names, with the hypotheses beside it, is the same", async () => {
    const { x, label, ...mined } = await mine(board, { ...mining, score: false });
    const values = Float64Array.from({ length: 2 * x.rows }, (_, k) => (k % 2 === 0 ? label : x.values)[Math.floor(k / 2)]!);
    const matrix = { rows: x.rows, columns: 2, values };
    const hypotheses = { theta0: mining.numerator, theta1: mining.denominator };
    const { jointLogRatio: _, ...expected } = { ...mined, x, label, seed: undefined };
    const csv = join(folder, "plain.csv");
    await writeFile(csv, writeCsv(matrix, ["y", observables[0]!]));
    expect(await sampleFromFile(csv, { ...layout, ...hypotheses, columns: { label: "y" } })).toEqual(expected);
    const npy = join(folder, "plain.npy");
    await writeFile(npy, writeNpy(matrix));
    const columns = { label: "0", [`x.${observables[0]}`]: "1" };
    expect(await sampleFromFile(npy, { ...layout, ...hypotheses, columns })).toEqual(expected);
  });

  it("of simulations is what was simulated", async () => {
    const simulated = await simulate(board, { prior: uniform({ slope: [-1, -0.4] }), n: 50, seed: 2 });
    const values = Float64Array.from({ length: 100 }, (_, k) => (k % 2 === 0 ? simulated.theta : simulated.x).values[Math.floor(k / 2)]!);
    const path = join(folder, "simulated.csv");
    await writeFile(path, writeCsv({ rows: 50, columns: 2, values }, ["slope", `x.${observables[0]}`]));
    expect(await simulationsFromFile(path, layout)).toEqual({ ...simulated, seed: undefined });
  });

  it("refuses a column that is not there, and tells and counts what is not finite", async () => {
    const path = join(folder, "holes.csv");
    await writeFile(path, `${observables[0]},label\n1,0\nnan,1\n3,1\n`);
    const options = { ...layout, theta0: mining.numerator, theta1: mining.denominator };
    await expect(sampleFromFile(path, layout)).rejects.toThrow(
      /sampleFromFile: .*holes.csv has no column theta0.slope; it has .*, label; say what it calls it: columns: \{ "theta0.slope": "..." \}/,
    );
    await expect(sampleFromFile(path, { ...options, gold: "ratio" })).rejects.toThrow("has no column jointLogRatio");
    await expect(sampleFromFile(path, options)).rejects.toThrow("sampleFromFile: x[1][0] is NaN; expected a finite number");
    const dropped = await sampleFromFile(path, { ...options, failures: "drop" });
    expect(dropped.x.values).toEqual(Float64Array.of(1, 3));
    expect(dropped.failures.count).toBe(1);
  });
});
