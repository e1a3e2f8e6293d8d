import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CodeCell, Notebook } from "../../src/cli/run/notebook-file.js";
import { repository } from "../support/tools.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "galton-mining-gold-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("notebook 02 runs, and the methods with gold are far below the others at 10 000 balls", { timeout: 600_000 }, () => {
  const args = [
    join(repository, "dist/cli/main.js"),
    "run",
    join(repository, "notebooks/02-mining-gold.ipynb"),
    "--out",
    folder,
    "--figures",
    "svg",
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", cwd: folder });
  expect(status, stderr).toBe(0);
  expect(readdirSync(folder).filter((name) => name.endsWith(".svg"))).toHaveLength(8);
  const { cells } = JSON.parse(readFileSync(join(folder, "02-mining-gold.ipynb"), "utf8")) as Notebook;
  const said = cells
    .filter((cell): cell is CodeCell => cell.cell_type === "code")
    .flatMap(({ outputs }) => outputs)
    .flatMap((output) => (output.output_type === "stream" ? [output.text].flat() : []))
    .join("");
  const errors = new Map(
    Array.from(said.matchAll(/^(two|all) slopes +(\w+) +error at 10 000 balls (\S+),/gm), ([, where, name, error]) => [
      `${where} ${name}`,
      Number(error),
    ]),
  );
  expect(errors.size).toBe(12);
  for (const gold of ["ROLR", "RASCAL", "ALICE", "ALICES"]) {
    for (const plain of ["two CARL", "two histogram"]) expect(errors.get(`two ${gold}`)).toBeLessThan(errors.get(plain)! / 3);
    expect(errors.get(`all ${gold}`)).toBeLessThan(errors.get("all CARL")! / 2);
  }
});
