import { setTimeout as pause } from "node:timers/promises";
import { type Backend, backend, type Executable } from "../../compute/index.js";
import type { TorchPeer } from "../torch-peer.js";
import type { Engine } from "./engines.js";
import { type ComputeRow, median, rounded } from "./row.js";
import { prepare, product, type Workload } from "./workload.js";

export interface MeasureOptions {
  readonly engines: readonly Engine[];
  readonly rounds: number;
  /** Seconds of measuring for each row and engine. */
  readonly seconds: number;
  readonly torch: TorchPeer | undefined;
}

const PEAK = [product(512, 512, 512), product(1024, 256, 256), product(2048, 512, 512)];

/** Measures workloads on every engine; torch takes its turn in each round. */
export async function* measureAll(workloads: readonly Workload[], options: MeasureOptions): AsyncGenerator<ComputeRow> {
  if (workloads.length === 0) return;
  for (const { name, threads } of options.engines) {
    const engine = await backend(name, { threads });
    const peak = Math.max(...PEAK.map((work) => work.flops / fastest(prepare(work, engine), options.seconds / PEAK.length) / 1000));
    for (const work of workloads) yield await measure(work, { engine, peak, options });
  }
}

/** Least microseconds of a run. */
function fastest(executable: Executable, seconds: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const until = performance.now() + 1000 * seconds; performance.now() < until; ) least = Math.min(least, time(executable, 1));
  executable.dispose();
  return least;
}

interface Where {
  readonly engine: Backend;
  /** GFLOP/s. */
  readonly peak: number;
  readonly options: MeasureOptions;
}

async function measure(work: Workload, { engine, peak, options: { rounds, seconds, torch } }: Where): Promise<ComputeRow> {
  const executable = prepare(work, engine);
  const share = seconds / rounds;
  const runs = Math.max(1, Math.round((share * 1e6) / warm(executable, share)));
  const ours: number[] = [];
  const theirs = new Map((engine.threads === 1 ? [1] : [1, engine.threads]).map((threads) => [threads, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    ours.push(await turn(executable, runs));
    if (!torch) continue;
    for (const [threads, times] of theirs) times.push((await torch.ask({ name: work.name, threads, seconds: share })).us as number);
  }
  executable.dispose();
  const us = median(ours);
  const gflops = work.flops / us / 1000;
  const row = { name: work.name, backend: engine.name, threads: engine.threads, us, min: Math.min(...ours), max: Math.max(...ours) };
  return rounded({ ...row, gflops, fractionOfPeak: gflops / peak, ...(torch && against(theirs, ours)) });
}

/** Torch at its best number of threads. */
function against(theirs: ReadonlyMap<number, readonly number[]>, ours: readonly number[]): Partial<ComputeRow> {
  const [torchThreads, times] = [...theirs].reduce((best, other) => (median(other[1]) < median(best[1]) ? other : best));
  return { torchUs: median(times), torchThreads, ratio: median(times.map((us, i) => us / ours[i]!)) };
}

/** Microseconds of a run in a round, as the peer measures them: torch's threads have gone to sleep, and caches are warm again. */
async function turn(executable: Executable, runs: number): Promise<number> {
  await pause(5);
  executable.run();
  return time(executable, runs);
}

/** Runs until the time is steady; microseconds of a run. */
export function warm(executable: Executable, seconds: number): number {
  let last = time(executable, 1);
  for (const until = performance.now() + 1000 * Math.max(seconds, 0.02); performance.now() < until; ) last = time(executable, 3);
  return last;
}

function time(executable: Executable, runs: number): number {
  const start = performance.now();
  for (let i = 0; i < runs; i++) executable.run();
  return ((performance.now() - start) * 1000) / runs;
}
