import type { Worker } from "node:worker_threads";
import type { Cell, Contexts } from "./context.js";

/** The worker threads that each cell started, so that an interrupt can end the running cell's. */
export class CellWorkers {
  readonly #contexts: Contexts;
  readonly #workers = new WeakMap<Cell, Set<Worker>>();
  readonly #watch = (worker: Worker) => this.#add(worker);

  constructor(contexts: Contexts) {
    this.#contexts = contexts;
    process.on("worker", this.#watch);
  }

  terminate(cell: Cell): void {
    for (const worker of this.#workers.get(cell) ?? []) void worker.terminate();
  }

  close(): void {
    process.off("worker", this.#watch);
  }

  #add(worker: Worker): void {
    const cell = this.#contexts.getStore()?.cell;
    if (!cell) return;
    const workers = this.#workers.get(cell) ?? new Set();
    this.#workers.set(cell, workers.add(worker));
    worker.once("exit", () => workers.delete(worker));
  }
}
