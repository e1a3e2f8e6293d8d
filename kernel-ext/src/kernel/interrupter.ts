import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { type Shared, UNWIND } from "./link.js";

/** Time the main thread has to answer before it counts as stuck in user code, ms. */
const PATIENCE = 100;
/** How often to look, ms. */
const STEP = 10;
/** The kernel's own code is not ended before this, ms. */
const GUARD_PATIENCE = 5000;

export interface InterrupterParts {
  readonly shared: Shared;
  /** Asks the main thread to interrupt what runs. */
  ask(serial: number): void;
  /** Tells the main thread that its JavaScript was ended. */
  tellTerminated(serial: number): void;
}

/**
 * Interrupts user code, lives in the socket thread. A main thread that still turns its event loop does it itself and
 * acknowledges; one that does not within `PATIENCE` is in a loop, in a wait, or in a chain of microtasks, and its
 * JavaScript is terminated. Terminating an idle thread would end the next innocent callback, hence the question first.
 */
export class Interrupter {
  readonly #parts: InterrupterParts;
  #serial = 0;

  constructor(parts: InterrupterParts) {
    this.#parts = parts;
  }

  async interrupt(): Promise<void> {
    const serial = ++this.#serial;
    this.#parts.ask(serial);
    if (await this.#acknowledged(serial)) return;
    terminateMain();
    this.#parts.tellTerminated(serial);
  }

  async #acknowledged(serial: number): Promise<boolean> {
    const { shared } = this.#parts;
    let unguarded = 0;
    for (let waited = 0; waited < GUARD_PATIENCE && unguarded < PATIENCE; waited += STEP) {
      await sleep(STEP);
      if (shared.acknowledged >= serial) return true;
      unguarded = shared.guarded ? 0 : unguarded + STEP;
    }
    return false;
  }
}

/**
 * Ends the JavaScript that runs on the main thread; its event loop, timers and values stay. Before that, the main
 * thread forgets its stack of async ids: Node checks that stack when a callback returns and aborts the process if a
 * terminated callback left something on it.
 */
function terminateMain(): void {
  const inspector = new Session();
  inspector.connectToMainThread();
  inspector.post("Runtime.evaluate", { expression: `process[Symbol.for(${JSON.stringify(UNWIND)})]?.()`, silent: true });
  inspector.post("Runtime.terminateExecution", () => inspector.disconnect());
}
