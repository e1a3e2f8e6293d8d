import { Worker } from "node:worker_threads";
import { type WorkerJob, WorkerTaskError } from "./pool.js";

interface Answer<Result> {
  readonly result?: Result;
  readonly failure?: string;
}

/**
 * Runs tasks in Node's worker threads, each thread taking the next task when it has answered the one before.
 *
 * @param job - Tasks and where to find the function.
 * @throws {WorkerTaskError} When a task fails; the other threads are ended.
 */
export async function runInWorkers<Task, Result>(job: WorkerJob<Task, Result>): Promise<void> {
  job.signal.throwIfAborted();
  const tasks = job.tasks[Symbol.iterator]();
  const threads: Worker[] = [];
  const aborted = abortion(job.signal);
  try {
    const serving = Array.from({ length: job.workers }, () => serve(job, tasks, threads));
    await Promise.race([Promise.all(serving), aborted.promise]);
  } finally {
    aborted.stop();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function abortion(signal: AbortSignal): { readonly promise: Promise<never>; readonly stop: () => void } {
  const controller = new AbortController();
  const promise = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true, signal: controller.signal });
  });
  return { promise, stop: () => controller.abort() };
}

async function serve<Task, Result>(job: WorkerJob<Task, Result>, tasks: Iterator<Task>, threads: Worker[]): Promise<void> {
  let next = tasks.next();
  if (next.done) return;
  const thread = new Worker(new URL("./pool-worker.js", import.meta.url), {
    workerData: { module: job.module, name: job.name },
    execArgv: [],
  });
  threads.push(thread);
  for (; !next.done; next = tasks.next()) job.onResult(await ask<Task, Result>(thread, next.value), next.value);
}

function ask<Task, Result>(thread: Worker, task: Task): Promise<Result> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => settle(() => reject(new WorkerTaskError(reason, task)));
    const onMessage = (answer: Answer<Result>) => {
      if (answer.failure !== undefined) fail(answer.failure);
      else settle(() => resolve(answer.result as Result));
    };
    const onError = (error: Error) => fail(error.message);
    const onExit = (code: number) => fail(`a worker thread ended with code ${code}`);
    const settle = (then: () => void) => {
      thread.off("message", onMessage).off("error", onError).off("exit", onExit);
      then();
    };
    thread.on("message", onMessage).on("error", onError).on("exit", onExit);
    thread.postMessage(task);
  });
}
