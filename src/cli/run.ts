import { mkdirSync, statSync, writeSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Command, UsageError } from "./command.js";
import { type Failure, runNotebook } from "./run/execute.js";
import { type FigureFormat, saveFigures, toFormats } from "./run/figure-files.js";
import { readNotebook, writeNotebook } from "./run/notebook-file.js";
import { injectParameters, parseSettings, type Settings } from "./run/parameters.js";

const HELP = `galton run: executes notebooks, with no Jupyter and no Python

Usage: galton run NOTEBOOK... [--out DIR] [--set name=value]... [--figures pdf,svg,png]

  --out DIR          where the executed notebooks and the figures go (default executed)
  --set NAME=VALUE   sets a parameter that the cell tagged "parameters" declares; VALUE is JSON or else text
  --figures FORMATS  writes every displayed figure too, as NOTEBOOK-figure-1.pdf and so on

The first error stops a notebook; its place is printed, what ran is written all the same, and the exit code is 1.
A cell tagged "raises-exception" may fail.`;

/** `galton run`. */
export const run: Command = {
  name: "run",
  summary: "executes notebooks without Jupyter, and saves their figures",
  help: HELP,
  run: runRun,
};

interface RunOptions {
  readonly out: string;
  readonly settings: Settings;
  readonly formats: readonly FigureFormat[];
}

async function runRun(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: "string", default: "executed" },
      set: { type: "string", multiple: true, default: [] },
      figures: { type: "string", default: "" },
    },
  });
  if (positionals.length === 0) throw new UsageError("galton run: NOTEBOOK is missing; expected one or more files that end in .ipynb");
  for (const file of positionals) assertFile(file);
  const options = { out: resolve(values.out), settings: parseSettings(values.set), formats: toFormats(values.figures) };
  let failed = false;
  for (const file of positionals) failed = (await runOne(file, options)) !== undefined || failed;
  return failed ? 1 : 0;
}

function assertFile(file: string): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new UsageError(`galton run: ${file} does not exist; expected a notebook`);
  if (stat.isDirectory()) throw new UsageError(`galton run: ${file} is a folder; expected a notebook, e.g. ${join(file, "*.ipynb")}`);
}

async function runOne(file: string, { out, settings, formats }: RunOptions): Promise<Failure | undefined> {
  const notebook = readNotebook(file);
  await injectParameters(notebook, settings, file);
  mkdirSync(out, { recursive: true });
  const target = join(out, basename(file));
  const count = notebook.cells.filter(({ cell_type }) => cell_type === "code").length;
  const failure = await runNotebook(notebook, resolve(file, ".."), (cell) => say(`${file}: cell ${cell} of ${count}`));
  writeNotebook(target, notebook);
  const figures = await saveFigures(notebook, join(out, basename(file, ".ipynb")), formats);
  say([target, ...figures].map((written) => `Wrote ${written}`).join("\n"));
  if (failure)
    say(`galton run: ${file}, cell ${failure.cell}${failure.line === undefined ? "" : `, line ${failure.line}`}: ${failure.message}`);
  return failure;
}

/** Straight to the terminal: while cells run, console and the standard streams belong to them. */
function say(text: string): void {
  writeSync(2, `${text}\n`);
}
