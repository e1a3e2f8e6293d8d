import { availableParallelism, cpus } from "node:os";
import type { BackendName } from "../../compute/index.js";
import { UsageError } from "../command.js";
import { flowSteps } from "./flows.js";
import { type ComputeRow, type MeasureOptions, measureAll, measureCompile, profileAll } from "./measure.js";
import { alicesStep, cnn4Step, mlpStep, resnetStep } from "./networks.js";
import { startTorch } from "./torch-peer.js";
import { product, type Workload } from "./workload.js";

/** Options as they are on the command line. */
export interface BenchComputeOptions {
  readonly torch?: string | undefined;
  readonly only: string;
  readonly backends: string;
  readonly threads: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly profile: boolean;
}

const BACKENDS: readonly BackendName[] = ["native", "wasm", "reference", "tfjs"];

/** All workloads, by the names that the torch peer has too. */
export function workloads(): Workload[] {
  const sizes = [
    [512, 512, 512],
    [128, 100, 100],
    [1024, 100, 100],
    [8192, 100, 100],
    [1024, 256, 256],
  ] as const;
  const mlps = [100, 256].flatMap((hidden) =>
    (["tanh", "relu"] as const).flatMap((activation) => [128, 1024, 8192].map((batch) => mlpStep(hidden, activation, batch))),
  );
  return [
    ...sizes.map(([m, n, k]) => product(m, n, k)),
    ...mlps,
    alicesStep(128),
    alicesStep(1024),
    ...flowSteps(),
    cnn4Step(),
    resnetStep(),
  ];
}

/** Training steps on the compute engine's backends, beside torch where a Python has it. */
export async function* benchCompute(options: BenchComputeOptions): AsyncGenerator<object> {
  const chosen = workloads().filter(({ name }) => name.includes(options.only));
  if (chosen.length === 0)
    throw new UsageError(`galton bench compute: --only is ${JSON.stringify(options.only)}; expected a part of a workload's name`);
  if (options.profile) return yield* profileAll(chosen);
  const torch = options.torch === undefined ? undefined : await startTorch(options.torch);
  try {
    const measure: MeasureOptions = {
      backends: options.backends.split(",").map(toBackend),
      threads: options.threads.split(",").map(toThreads),
      rounds: options.rounds,
      seconds: options.seconds,
      torch,
    };
    yield { machine: cpus()[0]?.model ?? "", cores: availableParallelism(), node: process.versions.node, torch: torch?.version ?? "" };
    yield* measureAll(chosen, measure);
    if ("compile".includes(options.only)) yield* measureCompile(measure, compilePairs());
  } finally {
    torch?.close();
  }
}

function compilePairs(): readonly (readonly [Workload, Workload])[] {
  const maf = flowSteps().filter(({ name }) => name.startsWith("maf-5-2"));
  return [
    [mlpStep(100, "relu", 128), mlpStep(100, "relu", 100)],
    [maf[0]!, maf[1]!],
  ];
}

/** The rows of a run as the table of docs/compute.md. */
export function toMarkdown(rows: readonly object[]): string {
  const head = ["workload", "backend", "threads", "us (min – max)", "GFLOP/s", "of peak", "torch us (threads)", "torch / ours"];
  const lines = rows.filter((row): row is ComputeRow => "us" in row).map(toCells);
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function toCells({ name, backend, threads, us, min, max, gflops, fractionOfPeak, torchUs, torchThreads, ratio }: ComputeRow): string[] {
  const torch = torchUs === undefined ? "" : `${torchUs} (${torchThreads})`;
  const share = fractionOfPeak === undefined ? "" : fractionOfPeak.toFixed(2);
  return [
    name,
    backend,
    String(threads),
    `${us} (${min} – ${max})`,
    String(gflops ?? ""),
    share,
    torch,
    ratio === undefined ? "" : ratio.toFixed(2),
  ];
}

function toBackend(name: string): BackendName {
  const known = BACKENDS.find((backend) => backend === name);
  if (known) return known;
  throw new UsageError(
    `galton bench compute: --backends is ${JSON.stringify(name)}; expected some of ${BACKENDS.join(", ")}, with commas between`,
  );
}

function toThreads(text: string): number {
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new UsageError(
    `galton bench compute: --threads is ${JSON.stringify(text)}; expected whole numbers of at least 1, with commas between`,
  );
}
