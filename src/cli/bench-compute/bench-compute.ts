import { availableParallelism, cpus } from "node:os";
import { UsageError } from "../command.js";
import { startTorch } from "../torch-peer.js";
import { compilations, measureCompile } from "./compile.js";
import { chooseEngines } from "./engines.js";
import { measureAll } from "./measure.js";
import { profileAll } from "./profile.js";
import type { BenchRow } from "./row.js";
import { workloads } from "./workloads.js";

/** Options as they are on the command line. */
export interface BenchComputeOptions {
  readonly torch?: string | undefined;
  readonly only: string;
  readonly backends?: string | undefined;
  readonly threads: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly profile: boolean;
}

/** Training steps on the compute engine's backends, beside torch where a Python has it. */
export async function* benchCompute({ only, profile, rounds, seconds, ...options }: BenchComputeOptions): AsyncGenerator<BenchRow> {
  const chosen = workloads().filter(({ name }) => name.includes(only));
  const compiled = profile ? [] : compilations(only);
  if (chosen.length + compiled.length === 0)
    throw new UsageError(
      `galton bench compute: --only is ${JSON.stringify(only)}; expected a part of a workload's name${profile ? "" : ", or compile"}`,
    );
  const engines = await chooseEngines(options.backends, options.threads);
  if (profile) return yield* profileAll(chosen);
  const torch = options.torch === undefined ? undefined : await startTorch("galton bench compute", options.torch, "bench_compute.py");
  try {
    yield { machine: cpus()[0]?.model ?? "", cores: availableParallelism(), node: process.versions.node, torch: torch?.version ?? "" };
    yield* measureAll(chosen, { engines, rounds, seconds, torch });
    yield* measureCompile(compiled, { engines, rounds });
  } finally {
    torch?.close();
  }
}
