import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeCell, Notebook, Output } from "../../src/cli/run/notebook-file.js";
import { repository } from "../support/tools.js";

/** Little of everything: what must hold then holds the more with the notebook's own numbers. */
const SMALL = { points: 1000, simulations: 1000, perRound: 500, draws: 300, recordings: 300, dataSets: 60, epochs: 30 };

let folder: string;
let outputs: Output[];
let status: number | null;
let stderr: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "galton-flows-"));
  const settings = Object.entries(SMALL).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const notebook = join(repository, "notebooks/03-flows.ipynb");
  const args = [join(repository, "dist/cli/main.js"), "run", notebook, "--out", folder, "--figures", "svg", ...settings];
  ({ status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", cwd: folder }));
  const { cells } = JSON.parse(readFileSync(join(folder, "03-flows.ipynb"), "utf8")) as Notebook;
  outputs = cells.filter((cell): cell is CodeCell => cell.cell_type === "code").flatMap((cell) => cell.outputs);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the cells printed. */
function said(): string {
  return outputs.flatMap((output) => (output.output_type === "stream" ? [output.text].flat() : [])).join("");
}

/** What the cells showed as text. */
function shown(): string[] {
  return outputs.flatMap((output) => ("data" in output ? [[output.data["text/plain"] ?? ""].flat().join("")] : []));
}

/** Numbers behind names, as the pattern's two groups find them. */
function numbers(pattern: RegExp): Map<string, number> {
  return new Map(Array.from(said().matchAll(pattern), ([, name, value]) => [name!.trim(), Number(value)]));
}

describe("notebook 03", () => {
  it("runs, and draws all its figures", () => {
    expect(status, stderr).toBe(0);
    expect(outputs.filter((output) => output.output_type === "error")).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".svg"))).toHaveLength(15);
  });

  it("shows splines nearer to the crescents than affine flows", () => {
    const divergence = numbers(/^(.+?) +divergence (-?[\d.]+) ±/gm);
    expect([...divergence.keys()]).toEqual([
      "affine, by hand",
      "maf, 5 transforms",
      "nsf, 1 transform",
      "nsf, 5 transforms",
      "density, nsf",
    ]);
    // A divergence is positive; 10 000 points know it to a tenth of the smallest.
    for (const value of divergence.values()) expect(value).toBeGreaterThan(0);
    expect(divergence.get("nsf, 5 transforms")).toBeLessThan(divergence.get("maf, 5 transforms")! / 1.5);
    expect(divergence.get("nsf, 5 transforms")).toBeLessThan(divergence.get("nsf, 1 transform")!);
  });

  it("holds NPE and NLE against the reference posteriors", () => {
    const pattern = /^(.+): C2ST of NPE ([\d.]+), of NLE ([\d.]+)/gm;
    const found = Array.from(said().matchAll(pattern), ([, task, byNpe, byNle]) => [task, Number(byNpe), Number(byNle)] as const);
    expect(found.map(([task]) => task)).toEqual(["two moons", "SLCP"]);
    for (const [, ...accuracies] of found)
      for (const accuracy of accuracies) {
        expect(accuracy).toBeGreaterThan(0.45);
        // The prior itself is told from the posteriors nearly always.
        expect(accuracy).toBeLessThan(0.97);
      }
  });

  it("comes nearer to the posterior from round to round", () => {
    const accuracies = numbers(/^(\w+, round \d), \d+ simulations: C2ST ([\d.]+)/gm);
    expect(accuracies.size).toBe(6);
    for (const method of ["TSNPE", "SNL"]) {
      expect(accuracies.get(`${method}, round 3`)).toBeLessThan(accuracies.get(`${method}, round 1`)!);
    }
  });

  it("ends with verdicts of every check", () => {
    const verdicts = shown().filter((text) => /^npe: (pass|warn|fail)\n/.test(text));
    expect(verdicts).toHaveLength(2);
    for (const check of ["loss curves", "SBC theta1", "SBC theta2", "coverage", "TARP"]) expect(verdicts[0]).toContain(`  ${check} `);
    for (const check of ["loss curves", "SBC gNa", "SBC gK", "coverage", "TARP", "observation"])
      expect(verdicts[1]).toContain(`  ${check} `);
  });

  it("finds the ensemble's regions larger than those of one network", () => {
    const excess = numbers(/^(one network|ensemble of 3): coverage less credibility is (-?[\d.]+)/gm);
    expect(excess.get("ensemble of 3")).toBeGreaterThan(excess.get("one network")!);
  });
});
