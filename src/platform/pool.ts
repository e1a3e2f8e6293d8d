import { GaltonError } from "../errors.js";

/** Tasks for worker threads: each is handed to a function that the threads import. Tasks and results are sent by structured clone. */
export interface WorkerJob<Task, Result> {
  /** Address of the module, absolute. */
  readonly module: string;
  /** Name of the export that takes a task and returns its result or a promise of it. */
  readonly name: string;
  /** What to do, in turn; taken one at a time, when a thread is free. */
  readonly tasks: Iterable<Task>;
  /** Number of threads. */
  readonly workers: number;
  /** Ends all threads at once. */
  readonly signal: AbortSignal;
  /** Told each result, in the order in which they come, with the task. */
  readonly onResult: (result: Result, task: Task) => void;
}

/** Runs all tasks of a job, or throws. */
export type RunInWorkers = <Task, Result>(job: WorkerJob<Task, Result>) => Promise<void>;

/** A task failed in its thread; an error loses its class on the way, so whoever knows the task may run it again to see it whole. */
export class WorkerTaskError<Task = unknown> extends GaltonError {
  /**
   * @param message - What the thread said.
   * @param task - The task that failed.
   */
  constructor(
    message: string,
    readonly task: Task,
  ) {
    super(message);
  }
}
