import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EngineName } from "galton-kernel";
import { type BenchComputeOptions, benchCompute } from "./bench-compute/bench-compute.js";
import type { BenchRow } from "./bench-compute/row.js";
import { toLine, toMarkdown } from "./bench-compute/table.js";
import { benchMine } from "./bench-mine.js";
import { benchRatio } from "./bench-ratio.js";
import { type BenchSbiOptions, benchSbi } from "./bench-sbi.js";
import { type Command, EnvironmentError, UsageError } from "./command.js";
import { installSpecs, SPECS } from "./kernelspecs.js";
import { packageDirectory } from "./package.js";
import { capture } from "./programs.js";
import { activeJupyter, makeEnvironment } from "./python.js";

const HELP = `galton bench: measurements, side by side in one run

Usage: galton bench <what> [--json] [options]

  kernel   latency of the TypeScript kernel beside ipykernel, through a real Jupyter client
           --rounds N (default 3)   --engine typescript,tslab (default typescript)   --environment DIR (default .venv)
  mine     simulating and mining the Galton board
           --n N (default 1000000)
  compute  training steps on the compute engine's backends; beside torch, round by round, with --torch PYTHON
           --only PART of a name   --backends native,wasm (default: both, where native is there)
           --threads 1,2 (of native; default 1)   --rounds N (default 7)   --seconds S for each row (default 0.8)
           --profile: where native's time goes   --markdown: the tables of docs/compute.md
  ratio    whole trainings of CARL and ALICES (MLP 3 x 100, batch 128); beside torch with --torch PYTHON
           --n N events (default 100000)   --epochs N (default 10)   --rounds N (default 3)
           --backends native,wasm   --threads 1
  sbi      C2ST and seconds on the tasks of the simulation-based-inference benchmark; beside sbi with --peer PYTHON
           --tasks a,b (default all)   --methods npe-nsf,nle-maf,...   --sims 1000,10000   --seed 1   --draws N (default 10000)
           --observations 1,2,3,4,5   --data DIR of <task>/observation-*.json.gz (default: the project's own)
           the sequential methods snl, apt and tsnpe run --rounds N (default 5), each of sims/N simulations, for each observation;
           their trainSeconds is the mean over observations of all rounds' training and proposals

  --json   one JSON object a line (default: a table)`;

/** `galton bench`. */
export const bench: Command = { name: "bench", summary: "measurements, side by side in one run", help: HELP, run: runBench };

type Row = Readonly<Record<string, string | number | readonly number[]>>;

const OPTIONS = {
  json: { type: "boolean", default: false },
  rounds: { type: "string" },
  n: { type: "string" },
  epochs: { type: "string", default: "10" },
  engine: { type: "string", default: "typescript" },
  environment: { type: "string", default: ".venv" },
  torch: { type: "string" },
  only: { type: "string", default: "" },
  backends: { type: "string" },
  threads: { type: "string", default: "1" },
  seconds: { type: "string", default: "0.8" },
  profile: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
  tasks: { type: "string" },
  methods: { type: "string" },
  sims: { type: "string" },
  seed: { type: "string" },
  peer: { type: "string" },
  data: { type: "string" },
  observations: { type: "string" },
  draws: { type: "string" },
} as const;

async function runBench(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: OPTIONS,
  });
  const [what = ""] = positionals;
  if (positionals.length !== 1 || !["kernel", "mine", "compute", "ratio", "sbi"].includes(what))
    throw new UsageError(`galton bench: ${positionals.join(" ") || "nothing"} was given; expected kernel, mine, compute, ratio or sbi`);
  if (what === "compute") return runCompute(values);
  for await (const row of rowsOf(what, values)) console.log(values.json ? JSON.stringify(row) : toText(row));
  return 0;
}

interface OtherValues extends BenchSbiOptions {
  readonly n?: string | undefined;
  readonly epochs: string;
  readonly engine: string;
  readonly environment: string;
  readonly torch?: string | undefined;
  readonly backends?: string | undefined;
  readonly threads: string;
}

async function* rowsOf(what: string, { rounds: given, n, epochs, engine, environment, ...values }: OtherValues): AsyncGenerator<Row> {
  const rounds = given ?? "3";
  if (what === "kernel") yield* benchKernel({ rounds, engine, environment });
  else if (what === "sbi") for await (const row of benchSbi({ ...values, rounds: given })) yield { ...row };
  else if (what === "mine") yield* await benchMine({ n: wholeNumber("--n", n ?? "1000000") });
  else {
    const sizes = {
      rounds: wholeNumber("--rounds", rounds),
      n: wholeNumber("--n", n ?? "100000"),
      epochs: wholeNumber("--epochs", epochs),
    };
    for await (const row of benchRatio({ ...values, ...sizes })) yield { ...row };
  }
}

interface ComputeValues extends Omit<BenchComputeOptions, "rounds" | "seconds"> {
  readonly rounds?: string | undefined;
  readonly seconds: string;
  readonly json: boolean;
  readonly markdown: boolean;
}

async function runCompute({ rounds = "7", seconds, json, markdown, ...values }: ComputeValues): Promise<number> {
  const time = Number(seconds);
  if (!(time > 0 && time < Infinity))
    throw new UsageError(`galton bench: --seconds is ${JSON.stringify(seconds)}; expected a positive number`);
  if (markdown && (json || values.profile))
    throw new UsageError(`galton bench: --markdown and --${json ? "json" : "profile"} were given; expected one of the two`);
  const rows: BenchRow[] = [];
  for await (const row of benchCompute({ ...values, rounds: wholeNumber("--rounds", rounds), seconds: time })) {
    rows.push(row);
    if (!markdown) console.log(json ? JSON.stringify(row) : toLine(row));
  }
  if (markdown) console.log(toMarkdown(rows));
  return 0;
}

function benchKernel(options: { readonly rounds: string; readonly engine: string; readonly environment: string }): readonly Row[] {
  const engines = options.engine.split(",").map(toEngine);
  const { python } = activeJupyter() ?? makeEnvironment(options.environment);
  if (!capture(python, ["-c", "import ipykernel, jupyter_client"]).ok)
    throw new EnvironmentError(`galton bench: ${python} has no ipykernel to compare with; install it there, or choose an --environment`);
  const data = mkdtempSync(join(tmpdir(), "galton-bench-"));
  try {
    installSpecs(data, engines);
    const args = [
      join(packageDirectory, "python/bench_kernel.py"),
      "--rounds",
      String(wholeNumber("--rounds", options.rounds)),
      "--kernels",
      [...engines.map((engine) => SPECS[engine].name), "python3"].join(","),
    ];
    const { status, stdout } = spawnSync(python, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, JUPYTER_PATH: data },
    });
    if (status !== 0) throw new EnvironmentError("galton bench: the measurement failed; its messages are above");
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Row);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

function toEngine(name: string): EngineName {
  if (name in SPECS) return name as EngineName;
  throw new UsageError(`galton bench: --engine is ${JSON.stringify(name)}; expected typescript, tslab or both, with a comma between`);
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0))
    throw new UsageError(`galton bench: ${option} is ${JSON.stringify(text)}; expected a positive whole number`);
  return value;
}

function toText(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => `${name} ${value}`)
    .join("  ");
}
