import { type Backend, type BackendName, backend, type Executable } from "../../compute/index.js";
import type { TorchPeer } from "./torch-peer.js";
import { product, type Workload } from "./workload.js";

export interface MeasureOptions {
  readonly backends: readonly BackendName[];
  readonly threads: readonly number[];
  readonly rounds: number;
  /** Seconds of measuring for each row and engine. */
  readonly seconds: number;
  readonly torch: TorchPeer | undefined;
}

/** One measurement: microseconds of a step. */
export interface ComputeRow {
  readonly name: string;
  readonly backend: string;
  readonly threads: number;
  /** Median. */
  readonly us: number;
  readonly min: number;
  readonly max: number;
  readonly gflops?: number;
  /** Of the fastest product of this engine with as many threads, measured in this run. */
  readonly fractionOfPeak?: number;
  readonly torchUs?: number;
  readonly torchThreads?: number;
  /** Median over the rounds of torch's time by ours: above 1 we are faster. */
  readonly ratio?: number;
}

const PEAK = [product(512, 512, 512), product(1024, 256, 256), product(2048, 512, 512)];

/** Measures workloads on every backend and number of threads; torch takes its turn in each round. */
export async function* measureAll(workloads: readonly Workload[], options: MeasureOptions): AsyncGenerator<ComputeRow> {
  for (const name of options.backends) {
    for (const threads of name === "native" ? options.threads : [1]) {
      const engine = await backend(name, { threads });
      const peak = Math.max(...PEAK.map((work) => work.flops / fastest(work.prepare(engine)) / 1000));
      for (const work of workloads) yield await measure(work, { engine, peak, options });
    }
  }
}

/** Least microseconds of a run, over a tenth of a second. */
function fastest(executable: Executable): number {
  let least = Infinity;
  for (const until = performance.now() + 100; performance.now() < until; ) least = Math.min(least, time(executable, 1));
  executable.dispose();
  return least;
}

interface Where {
  readonly engine: Backend;
  /** GFLOP/s. */
  readonly peak: number;
  readonly options: MeasureOptions;
}

async function measure({ name, flops, prepare }: Workload, { engine, peak, options }: Where): Promise<ComputeRow> {
  const { rounds, seconds, torch } = options;
  const executable = prepare(engine);
  const share = seconds / rounds;
  const runs = Math.max(1, Math.round((share * 1e6) / warm(executable, share)));
  const ours: number[] = [];
  const theirs: Record<number, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    ours.push(time(executable, runs));
    if (!torch) continue;
    for (const threads of engine.threads === 1 ? [1] : [1, engine.threads]) {
      theirs[threads] = [...(theirs[threads] ?? []), await torch.measure(name, threads, share)];
    }
  }
  executable.dispose();
  const us = median(ours);
  const gflops = flops / us / 1000;
  const row = { name, backend: engine.name, threads: engine.threads, us, min: Math.min(...ours), max: Math.max(...ours) };
  return round({ ...row, gflops, fractionOfPeak: gflops / peak, ...against(theirs, ours) });
}

/** Torch at its best number of threads. */
function against(theirs: Readonly<Record<number, number[]>>, ours: readonly number[]): Partial<ComputeRow> {
  const [best] = Object.entries(theirs).sort(([, a], [, b]) => median(a) - median(b));
  if (!best) return {};
  const [threads, times] = best;
  return { torchUs: median(times), torchThreads: Number(threads), ratio: median(times.map((us, i) => us / ours[i]!)) };
}

/** Runs until the time is steady; microseconds of a run. */
function warm(executable: Executable, seconds: number): number {
  let last = time(executable, 1);
  for (const until = performance.now() + 1000 * Math.max(seconds, 0.02); performance.now() < until; ) last = time(executable, 3);
  return last;
}

function time(executable: Executable, runs: number): number {
  const start = performance.now();
  for (let i = 0; i < runs; i++) executable.run();
  return ((performance.now() - start) * 1000) / runs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** Four digits say all that a measurement knows. */
function round<Row extends object>(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value,
    ]),
  ) as Row;
}

/** Milliseconds from a trace to a program that can run: the first on a fresh backend, and for another batch size. */
export async function* measureCompile(
  options: MeasureOptions,
  pairs: readonly (readonly [Workload, Workload])[],
): AsyncGenerator<ComputeRow> {
  for (const name of options.backends) {
    const engine = await backend(name);
    for (const [first, second] of pairs) {
      for (const [work, what] of [
        [first, "first"],
        [second, "another batch size"],
      ] as const) {
        const start = performance.now();
        work.prepare(engine);
        const us = (performance.now() - start) * 1000;
        yield round({ name: `compile ${work.name}, ${what}`, backend: name, threads: 1, us, min: us, max: us });
      }
    }
  }
}

/** Where the time of a step goes: microseconds by kind of kernel, the least of twenty runs of each. */
export async function* profileAll(workloads: readonly Workload[]): AsyncGenerator<object> {
  const engine = await backend("native");
  for (const { name, prepare } of workloads) {
    const executable = prepare(engine);
    warm(executable, 0.1);
    const least: number[] = [];
    let kernels = executable.profile?.() ?? [];
    for (let run = 0; run < 20; run++) {
      kernels = executable.profile?.() ?? [];
      for (const [i, { nanoseconds }] of kernels.entries()) least[i] = Math.min(least[i] ?? Infinity, nanoseconds);
    }
    const kinds = new Map<string, { calls: number; us: number; flops: number }>();
    for (const [i, { kind, flops }] of kernels.entries()) {
      const sum = kinds.get(kind) ?? { calls: 0, us: 0, flops: 0 };
      kinds.set(kind, { calls: sum.calls + 1, us: sum.us + least[i]! / 1000, flops: sum.flops + flops });
    }
    const profile = [...kinds].map(([kind, { calls, us, flops }]) => round({ kind, calls, us, gflops: flops / us / 1000 }));
    yield { name, profile: profile.sort((a, b) => b.us - a.us) };
  }
}
