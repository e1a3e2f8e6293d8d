import { DomainError } from "../errors.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { platform } from "../platform/index.js";
import { notebook } from "../platform/notebook.js";
import { WorkerTaskError } from "../platform/pool.js";
import { type Progress, progress } from "../platform/progress.js";
import { turn } from "../platform/turn.js";
import type { Simulator, SimulatorSource } from "./contract.js";
import { runShard, type Shard, type ShardResult } from "./shard.js";

/** How events are run, whatever is asked of them. */
export interface RunOptions {
  /** Number of events, N. */
  readonly n: number;
  /** Which random numbers: the same seed gives the same events for any number of workers; an integer in [0, 2^53). */
  readonly seed: number;
  /** Number of worker threads, for a simulator with a `source`; default none: the calling thread does the work, in slices. */
  readonly workers?: number;
  /** Ends the work at once with the signal's reason; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** A run, ready to start. */
export interface EventRun extends RunOptions {
  /** The public function that asks. */
  readonly where: string;
  /** The events from `start` on. */
  readonly shard: (start: number, count: number) => Shard;
  /** Takes what came of them. */
  readonly keep: (result: ShardResult, start: number) => void;
}

/** A slice of the calling thread lasts about this long, in milliseconds: long beside the 1 ms that a yield costs, short beside a person's patience. */
const SLICE = 30;
const LARGEST_SHARD = 16_384;

/** Runs all events, in the calling thread or in workers. */
export async function runEvents(simulator: Simulator<ParameterRanges>, run: EventRun): Promise<void> {
  const signal = run.signal ?? notebook()?.interrupt ?? new AbortController().signal;
  const shown = progress(`${run.where} ${simulator.name}`, run.n, "events");
  try {
    if (run.workers && platform.runInWorkers) await inWorkers(simulator, run, signal, shown);
    else await inSlices(simulator, run, signal, shown);
  } finally {
    shown.end();
  }
}

async function inSlices(simulator: Simulator<ParameterRanges>, run: EventRun, signal: AbortSignal, shown: Progress): Promise<void> {
  let count = 1;
  for (let start = 0; start < run.n; ) {
    signal.throwIfAborted();
    const began = performance.now();
    const size = Math.min(count, run.n - start);
    run.keep(runShard(simulator, run.shard(start, size)), start);
    start += size;
    shown.update(start);
    const seconds = performance.now() - began;
    count = Math.max(1, Math.min(LARGEST_SHARD, 4 * count, Math.round((count * SLICE) / Math.max(seconds, 1e-3))));
    if (seconds > SLICE / 4) await turn();
  }
  signal.throwIfAborted();
}

async function inWorkers(simulator: Simulator<ParameterRanges>, run: EventRun, signal: AbortSignal, shown: Progress): Promise<void> {
  let done = 0;
  try {
    await platform.runInWorkers?.<WorkerTask, ShardResult>({
      module: new URL("./shard.js", import.meta.url).href,
      name: "runShardFrom",
      tasks: workerTasks(simulator.source as SimulatorSource, run),
      workers: run.workers ?? 1,
      signal,
      onResult: (result, { shard }) => {
        run.keep(result, shard.start);
        done += shard.count;
        shown.update(done);
      },
    });
  } catch (error) {
    // The error's class and stack stayed in the thread: the same shard, run here, throws them again.
    if (error instanceof WorkerTaskError) runShard(simulator, (error.task as WorkerTask).shard);
    throw error;
  }
}

interface WorkerTask {
  readonly source: SimulatorSource;
  readonly shard: Shard;
}

function* workerTasks(source: SimulatorSource, run: EventRun): Generator<WorkerTask> {
  const size = Math.min(LARGEST_SHARD, Math.ceil(run.n / (4 * (run.workers ?? 1))));
  for (let start = 0; start < run.n; start += size) yield { source, shard: run.shard(start, Math.min(size, run.n - start)) };
}

/**
 * Checks what all runs share.
 *
 * @throws {DomainError} When `n` is no positive integer, or `workers` no whole number or more than the simulator allows.
 */
export function assertRun(where: string, { source, name }: Simulator<ParameterRanges>, { n, workers }: RunOptions): void {
  if (!(Number.isSafeInteger(n) && n >= 1)) throw new DomainError(where, "n", n, "a positive integer");
  if (workers === undefined || workers === 0) return;
  if (!(Number.isSafeInteger(workers) && workers > 0)) throw new DomainError(where, "workers", workers, "a whole number");
  if (!source) {
    const advice = `${name} was defined without source, so threads cannot find it: leave workers out, or put it into a module and say source: { module: import.meta.url, name: "..." }`;
    throw new DomainError(where, "workers", workers, "0 for a simulator without a source", advice);
  }
}
