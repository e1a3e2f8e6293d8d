import { DomainError } from "../errors.js";
import { platform } from "../platform/index.js";
import { notebook } from "../platform/notebook.js";
import { WorkerTaskError } from "../platform/pool.js";
import { type Progress, progress } from "../platform/progress.js";
import { turn } from "../platform/turn.js";
import type { SimulatorSource } from "./contract.js";
import type { AnySimulator } from "./gold-simulator.js";
import { runShard, type Shard, type ShardResult } from "./shard.js";

/** How events are run, whatever is asked of them. */
export interface RunOptions {
  /** Number of events, N. */
  readonly n: number;
  /** Which random numbers: the same seed gives the same events for any number of workers; an integer in [0, 2^53). */
  readonly seed: number;
  /** Number of worker threads, for a simulator with a `source`; default none: the calling thread does the work, in slices. */
  readonly workers?: number;
  /** Ends the work at once, with an InterruptedError that carries what was done; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
  /**
   * What becomes of a simulation that throws, or gives a number that is not finite: `"stop"` (the default) ends the run with an error that names the event
   * and its theta; `"drop"` leaves the event out, counts it in `failures` of what is returned, and warns. What is learned then holds for events that do not fail.
   */
  readonly failures?: "drop" | "stop";
}

/** A run, ready to start. */
export interface EventRun extends RunOptions {
  /** The public function that asks. */
  readonly where: string;
  /** Number of the first event; default 0. `n` is the number after the last. */
  readonly from?: number;
  /** The events from `start` on. */
  readonly shard: (start: number, count: number) => Shard;
  /** Takes what came of them. */
  readonly keep: (result: ShardResult, start: number, count: number) => void;
}

/** A slice of the calling thread lasts about this long, in milliseconds: long beside the 1 ms that a yield costs, short beside a person's patience. */
const SLICE = 30;
const LARGEST_SHARD = 16_384;

/** Whether a run was interrupted, and how many events from the first on were done by then. */
export interface RunState {
  readonly done: number;
  /** The signal's reason; undefined when all was done. */
  readonly interrupted: unknown;
}

/** Runs all events, in the calling thread or in workers; returns how far it came when it was interrupted. */
export async function runEvents(simulator: AnySimulator, run: EventRun): Promise<RunState> {
  const signal = run.signal ?? notebook()?.interrupt ?? new AbortController().signal;
  const prefix = new Prefix(run.from ?? 0);
  const counted = {
    ...run,
    keep: (result: ShardResult, start: number, count: number) => {
      run.keep(result, start, count);
      prefix.add(start, count);
    },
  };
  try {
    await runAll(simulator, counted, signal);
    return { done: prefix.done, interrupted: undefined };
  } catch (error) {
    if (!signal.aborted) throw error;
    return { done: prefix.done, interrupted: signal.reason ?? error };
  }
}

/** Knows up to where all events are done, in whatever order their shards come. */
class Prefix {
  private readonly waiting = new Map<number, number>();

  constructor(public done: number) {}

  add(start: number, count: number): void {
    this.waiting.set(start, count);
    for (let next = this.waiting.get(this.done); next !== undefined; next = this.waiting.get(this.done)) {
      this.waiting.delete(this.done);
      this.done += next;
    }
  }
}

async function runAll(simulator: AnySimulator, run: EventRun, signal: AbortSignal): Promise<void> {
  const shown = progress(`${run.where} ${simulator.name}`, run.n, "events");
  try {
    if (run.workers && platform.runInWorkers) await inWorkers(simulator, run, signal, shown);
    else await inSlices(simulator, run, signal, shown);
  } finally {
    shown.end();
  }
}

async function inSlices(simulator: AnySimulator, run: EventRun, signal: AbortSignal, shown: Progress): Promise<void> {
  let count = 1;
  for (let start = run.from ?? 0; start < run.n; ) {
    signal.throwIfAborted();
    const began = performance.now();
    const size = Math.min(count, run.n - start);
    run.keep(runShard(simulator, run.shard(start, size)), start, size);
    start += size;
    shown.update(start);
    const seconds = performance.now() - began;
    count = Math.max(1, Math.min(LARGEST_SHARD, 4 * count, Math.round((count * SLICE) / Math.max(seconds, 1e-3))));
    if (seconds > SLICE / 4) await turn();
  }
  signal.throwIfAborted();
}

async function inWorkers(simulator: AnySimulator, run: EventRun, signal: AbortSignal, shown: Progress): Promise<void> {
  let done = run.from ?? 0;
  try {
    await platform.runInWorkers?.<WorkerTask, ShardResult>({
      module: new URL("./shard.js", import.meta.url).href,
      name: "runShardFrom",
      tasks: workerTasks(simulator.source as SimulatorSource, run),
      workers: run.workers ?? 1,
      signal,
      onResult: (result, { shard }) => {
        run.keep(result, shard.start, shard.count);
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
  const from = run.from ?? 0;
  const size = Math.min(LARGEST_SHARD, Math.ceil((run.n - from) / (4 * (run.workers ?? 1))));
  for (let start = from; start < run.n; start += size) yield { source, shard: run.shard(start, Math.min(size, run.n - start)) };
}

/**
 * Checks what all runs share.
 *
 * @throws {DomainError} When `n` is no positive integer, or `workers` no whole number or more than the simulator allows.
 */
export function assertRun(where: string, { source, name }: AnySimulator, { n, workers, failures = "stop" }: RunOptions): void {
  if (failures !== "stop" && failures !== "drop") throw new DomainError(where, "failures", failures, '"stop" or "drop"');
  if (!(Number.isSafeInteger(n) && n >= 1)) throw new DomainError(where, "n", n, "a positive integer");
  if (workers === undefined || workers === 0) return;
  if (!(Number.isSafeInteger(workers) && workers > 0)) throw new DomainError(where, "workers", workers, "a whole number");
  if (!source) {
    const advice = `${name} was defined without source, so threads cannot find it: leave workers out, or put it into a module and say source: { module: import.meta.url, name: "..." }`;
    throw new DomainError(where, "workers", workers, "0 for a simulator without a source", advice);
  }
}
