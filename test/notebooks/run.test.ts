import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeCell, Notebook, Output } from "../../src/cli/run/notebook-file.js";
import { python, repository } from "../support/tools.js";

const GALTON = join(repository, "dist/cli/main.js");
const NOTEBOOK = join(repository, "notebooks/01-galton-board.ipynb");

let folder: string;
beforeAll(() => {
  mkdirSync(join(repository, ".cache"), { recursive: true });
  folder = mkdtempSync(join(repository, ".cache/run-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function galton(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [GALTON, ...args], { encoding: "utf8", cwd: folder, timeout: 300_000 });
}

function notebook(name: string, cells: readonly (string | { source: string; tags: string[] })[]): string {
  const file = join(folder, name);
  const code = cells.map((cell, index) => {
    const { source, tags } = typeof cell === "string" ? { source: cell, tags: [] } : cell;
    return { cell_type: "code", id: `cell-${index}`, source, metadata: { tags }, execution_count: null, outputs: [] };
  });
  const metadata = { kernelspec: { name: "galton", display_name: "TypeScript (Galton)", language: "typescript" } };
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: code }));
  return file;
}

function codeCells(file: string): CodeCell[] {
  const { cells } = JSON.parse(readFileSync(file, "utf8")) as Notebook;
  return cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
}

/** Text joined, neighbouring pieces of a stream joined: what a reader of the notebook sees. */
function seen(outputs: readonly Output[]): object[] {
  const joined: Record<string, unknown>[] = [];
  for (const output of outputs.map(normal)) {
    const last = joined.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
      last.text = `${last.text}${output.text}`;
    else joined.push(output);
  }
  return joined;
}

function normal(output: Output): Record<string, unknown> {
  const text = (value: unknown) => (Array.isArray(value) ? value.join("") : value);
  if (output.output_type === "stream") return { ...output, text: text(output.text) };
  if (output.output_type === "error") return { ...output };
  return { ...output, data: Object.fromEntries(Object.entries(output.data).map(([mime, value]) => [mime, text(value)])) };
}

describe("galton run", { timeout: 400_000 }, () => {
  it.skipIf(!python)("gives the outputs that nbconvert gives for notebook 01", () => {
    const data = join(folder, "jupyter");
    expect(galton("install", "--prefix", data).status).toBe(0);
    const env = { ...process.env, JUPYTER_PATH: join(data, "share/jupyter") };
    const args = ["-m", "nbconvert", "--to", "notebook", "--execute", "--output-dir", folder, "--output", "by-nbconvert.ipynb", NOTEBOOK];
    const converted = spawnSync(python!, args, { encoding: "utf8", env });
    expect(converted.stderr).toContain("Writing");
    const { status, stderr } = galton("run", NOTEBOOK, "--out", "executed", "--figures", "pdf,svg,png");
    expect(status, stderr).toBe(0);
    const ours = codeCells(join(folder, "executed/01-galton-board.ipynb"));
    const theirs = codeCells(join(folder, "by-nbconvert.ipynb"));
    expect(ours.map((cell) => cell.execution_count)).toEqual(theirs.map((cell) => cell.execution_count));
    for (const [index, cell] of ours.entries()) expect(seen(cell.outputs), cell.source).toEqual(seen(theirs[index]!.outputs));
  });

  it("fills the cell tagged parameters", () => {
    const file = notebook("parameters.ipynb", [
      { source: "const balls = 10; const label = 'few';", tags: ["parameters"] },
      "`${label}: ${balls * 2}`",
    ]);
    expect(galton("run", file, "--out", "out", "--set", "balls=21", "--set", "label=many").status).toBe(0);
    const cells = codeCells(join(folder, "out/parameters.ipynb"));
    expect(cells.at(-1)?.outputs).toMatchObject([
      { output_type: "execute_result", execution_count: 3, data: { "text/plain": ["'many: 42'"] } },
    ]);
    expect(cells[1]?.metadata.tags).toEqual(["injected-parameters"]);
  });

  it("stops at the first error with cell, line and message, and still writes what ran", () => {
    const file = notebook("fails.ipynb", [
      "console.log('before');",
      "const fine = 1;\nthrow new RangeError('too many nails');",
      "console.log('never');",
    ]);
    const { status, stderr } = galton("run", file, "--out", "out");
    expect(status).toBe(1);
    expect(stderr).toMatch(/fails\.ipynb.*cell 2.*line 2.*RangeError: too many nails/s);
    const cells = codeCells(join(folder, "out/fails.ipynb"));
    expect(cells.map((cell) => cell.execution_count)).toEqual([1, 2, null]);
    expect(cells[1]?.outputs).toMatchObject([{ output_type: "error", ename: "RangeError", evalue: "too many nails" }]);
  });

  it("goes on after an error in a cell tagged raises-exception", () => {
    const file = notebook("raises.ipynb", [{ source: "throw new Error('as announced')", tags: ["raises-exception"] }, "1 + 1"]);
    expect(galton("run", file, "--out", "out").status).toBe(0);
    expect(codeCells(join(folder, "out/raises.ipynb"))[1]?.outputs).toMatchObject([{ data: { "text/plain": ["2"] } }]);
  });

  it("stops at a type error with its place", () => {
    const { status, stderr } = galton("run", notebook("types.ipynb", ["\nconst n: number = 'three';"]), "--out", "out");
    expect(status).toBe(1);
    expect(stderr).toMatch(/cell 1.*line 2.*Type 'string' is not assignable to type 'number'/s);
  });

  it("writes a notebook that nbformat accepts", () => {
    const file = notebook("valid.ipynb", ["console.log('a'); console.error('b');", "({ x: 1 })"]);
    expect(galton("run", file, "--out", "out").status).toBe(0);
    if (!python) return;
    const check = spawnSync(
      python,
      [
        "-c",
        "import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], as_version=nbformat.NO_CONVERT))",
        join(folder, "out/valid.ipynb"),
      ],
      { encoding: "utf8" },
    );
    expect(check.stderr).toBe("");
  });

  it.each([
    { what: "a file that is no JSON", text: "not json", says: /broken\.ipynb is no JSON/, code: 1 },
    { what: "JSON that is no notebook", text: "{}", says: /broken\.ipynb is JSON but no notebook/, code: 1 },
    { what: "an old format", text: '{"nbformat":3,"cells":[]}', says: /nbformat 3; expected 4/, code: 1 },
    { what: "a cell without source", text: '{"nbformat":4,"cells":[{"cell_type":"code"}]}', says: /cell 1 has no source/, code: 1 },
  ])("refuses $what", ({ text, says, code }) => {
    writeFileSync(join(folder, "broken.ipynb"), text);
    const { status, stderr } = galton("run", "broken.ipynb");
    expect({ status, said: says.test(stderr) }, stderr).toEqual({ status: code, said: true });
  });

  it.each([
    { what: "an unknown parameter name", args: ["--set", "bals=3"], says: /--set bals is not a parameter.*balls/s },
    { what: "a setting without a value", args: ["--set", "balls"], says: /--set "balls" is not of the form name=value/ },
    { what: "an unknown figure format", args: ["--figures", "gif"], says: /--figures "gif".*pdf, svg, png/ },
    { what: "an unknown option", args: ["--fast"], says: /--fast/ },
  ])("refuses $what with exit code 2", ({ args, says }) => {
    const { status, stderr } = galton("run", notebook("set.ipynb", [{ source: "let balls = 1;", tags: ["parameters"] }]), ...args);
    expect({ status, said: says.test(stderr) }, stderr).toEqual({ status: 2, said: true });
  });

  it.each([
    { what: "no notebook", args: [], says: /NOTEBOOK/ },
    { what: "a notebook that is not there", args: ["nowhere.ipynb"], says: /nowhere\.ipynb does not exist/ },
  ])("refuses $what with exit code 2", ({ args, says }) => {
    const { status, stderr } = galton("run", ...args);
    expect({ status, said: says.test(stderr) }, stderr).toEqual({ status: 2, said: true });
  });
});
