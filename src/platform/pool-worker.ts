/**
 * What a worker thread runs: imports the job's function, then answers each task.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";

const { module, name } = workerData as { readonly module: string; readonly name: string };

parentPort?.on("message", async (task: unknown) => {
  try {
    const exported = (await import(module)) as Record<string, (task: unknown) => unknown>;
    parentPort?.postMessage({ result: await exported[name]!(task) });
  } catch (error) {
    parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) });
  }
});
