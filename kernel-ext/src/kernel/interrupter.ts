import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { type Shared, TERMINATE } from "./link.js";

/** Time the main thread has to answer before it counts as stuck in user code, ms. */
const PATIENCE = 100;
/** Time it has to answer once its JavaScript was terminated, ms. */
const PATIENCE_AFTER = 50;
/** Terminations after which to give up: user code that outlives them all starts anew faster than it can be ended. */
const TERMINATIONS = 40;
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
 *
 * One termination may not be enough: a tick that has queued its successor before it was cut off lives on in Node's queue,
 * which nobody can empty from outside. So it is repeated until the main thread answers.
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
    let patience = PATIENCE;
    for (let count = 0; count < TERMINATIONS && !(await this.#acknowledged(serial, patience)); count++) {
      terminateMain();
      this.#parts.tellTerminated(serial);
      patience = PATIENCE_AFTER;
    }
  }

  async #acknowledged(serial: number, patience: number): Promise<boolean> {
    const { shared } = this.#parts;
    let unguarded = 0;
    for (let waited = 0; waited < GUARD_PATIENCE && unguarded < patience; waited += STEP) {
      await sleep(STEP);
      if (shared.acknowledged >= serial) return true;
      unguarded = shared.guarded ? 0 : unguarded + STEP;
    }
    return false;
  }
}

/** Ends the JavaScript that runs on the main thread; its event loop, timers and values stay. See `terminable.ts`. */
function terminateMain(): void {
  const inspector = new Session();
  inspector.connectToMainThread();
  const expression = `process[Symbol.for(${JSON.stringify(TERMINATE)})]()`;
  inspector.post("Runtime.evaluate", { expression, silent: true }, () => inspector.disconnect());
}
