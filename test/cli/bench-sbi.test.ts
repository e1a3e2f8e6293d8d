import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { type BenchSbiOptions, benchSbi, type SbiRow } from "../../src/cli/bench-sbi.js";
import { key, twoMoons } from "../../src/index.js";

const TINY = { tasks: "two_moons", methods: "npe-maf", sims: "300", draws: "200", observations: "1" };
const PYTHON = process.env.GALTON_SBI_PYTHON;
const FOLDER = mkdtempSync(join(tmpdir(), "galton-test-"));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

async function rowsOf(options: BenchSbiOptions): Promise<SbiRow[]> {
  const rows: SbiRow[] = [];
  for await (const row of benchSbi(options)) rows.push(row);
  return rows;
}

const messageOf = (options: BenchSbiOptions) =>
  rowsOf({ ...TINY, ...options }).then(
    () => "not refused",
    (error: unknown) => (error as Error).message,
  );

function expectRow(row: SbiRow): void {
  expect(row).toMatchObject({ task: "two_moons", simulations: 300, seed: 1 });
  expect(row.c2st).toBeGreaterThan(0.4);
  expect(row.c2st).toBeLessThanOrEqual(1);
  expect(row.trainSeconds).toBeGreaterThan(0);
  expect(row.sampleSeconds).toBeGreaterThan(0);
}

/** A folder with one observation of two moons and draws from its exact posterior. */
function stored(number: number): string {
  const observation = [-0.3, 0.2];
  const { rows, columns, values } = twoMoons().exactPosterior(observation).sample(key(4), 200);
  const referencePosterior = Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * columns, (i + 1) * columns)));
  mkdirSync(join(FOLDER, "two_moons"), { recursive: true });
  const file = join(FOLDER, "two_moons", `observation-${number}.json.gz`);
  writeFileSync(file, gzipSync(JSON.stringify({ observation, referencePosterior })));
  return FOLDER;
}

describe("galton bench sbi", () => {
  it("prints a row with the documented fields, of the same C2ST at the same seed", async () => {
    const [row] = await rowsOf(TINY);
    expect(Object.keys(row!)).toEqual(["task", "method", "simulations", "seed", "c2st", "observations", "trainSeconds", "sampleSeconds"]);
    expectRow(row!);
    expect(row!.observations).toEqual([1]);
    expect((await rowsOf(TINY))[0]!.c2st).toBe(row!.c2st);
  }, 60_000);

  it("reads observations of any number", async () => {
    const [row] = await rowsOf({ ...TINY, data: stored(17), observations: "17" });
    expectRow(row!);
    expect(row!.observations).toEqual([17]);
  }, 60_000);

  it("samples what learns a likelihood or a ratio", async () => {
    const rows = await rowsOf({ ...TINY, methods: "nle-maf,nre" });
    expect(rows.map(({ method }) => method)).toEqual(["nle-maf", "nre"]);
    rows.forEach(expectRow);
  }, 120_000);

  it("runs the sequential methods in rounds", async () => {
    const rows = await rowsOf({ ...TINY, methods: "snl,apt,tsnpe", rounds: "2" });
    expect(rows.map(({ method }) => method)).toEqual(["snl", "apt", "tsnpe"]);
    rows.forEach(expectRow);
    expect(await messageOf({ methods: "snl", rounds: "none" })).toMatch(/--rounds has "none"; expected positive whole numbers/);
  }, 180_000);

  it("names what is valid when it refuses", async () => {
    expect(await messageOf({ tasks: "three_moons" })).toMatch(/--tasks has "three_moons"; expected some of gaussian_linear, .*two_moons/);
    expect(await messageOf({ methods: "npe-nfs" })).toMatch(/--methods has "npe-nfs"; expected some of npe-nsf, .*nle-maf/);
    expect(await messageOf({ sims: "1000,many" })).toMatch(/--sims has "many"; expected positive whole numbers/);
    expect(await messageOf({ data: join(FOLDER, "absent") })).toMatch(/is not there; expected a folder of <task>\/observation-\*/);
    expect(await messageOf({ data: stored(17), observations: "3" })).toMatch(
      /has no two_moons\/observation-3.json.gz; it has .*-17.json.gz/,
    );
    expect(await messageOf({ data: stored(17), observations: "17", draws: "300" })).toMatch(/has 200 draws; expected at least --draws 300/);
  });

  it("says what is wrong with a Python without sbi", async () => {
    expect(await messageOf({ peer: process.execPath })).toMatch(/^galton bench sbi: .* ended: .*; expected a Python with sbi$/);
    expect(await messageOf({ peer: join(FOLDER, "python") })).toMatch(/--peer .* cannot be started: .*; expected a Python with sbi$/);
  });

  // GALTON_SBI_PYTHON names a Python with sbi.
  it.skipIf(PYTHON === undefined || !existsSync(PYTHON))(
    "judges sbi by the same test on the same simulations",
    async () => {
      const [row] = await rowsOf({ ...TINY, peer: PYTHON });
      expectRow(row!);
      expect(row!.peerC2st).toBeGreaterThan(0.4);
      expect(row!.peerC2st).toBeLessThanOrEqual(1);
      expect(row!.peerTrainSeconds).toBeGreaterThan(0);
      expect(row!.peerSampleSeconds).toBeGreaterThan(0);
    },
    300_000,
  );
});
