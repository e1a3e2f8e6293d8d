import { GaltonError } from "../errors.js";
import { notebook } from "../platform/notebook.js";
import { turn } from "../platform/turn.js";
import type { DrawLimits } from "./method.js";

/** Ends what is under way; `rounds` catches it and keeps what there is. */
export class Ended extends GaltonError {
  constructor(
    readonly reason: "interrupt" | "seconds",
    cause?: unknown,
  ) {
    super(reason === "interrupt" ? "interrupted" : "the budget of seconds is used up; give a larger one", { cause });
  }
}

/** Milliseconds between two turns of the event loop. */
const SLICE = 30;

/** Keeps loops interruptible and inside their time. */
export class Budget {
  readonly signal: AbortSignal;
  private readonly began = performance.now();
  private turned = this.began;
  private readonly limit: number;

  constructor({ seconds = Infinity, signal }: DrawLimits = {}) {
    this.limit = seconds;
    this.signal = signal ?? notebook()?.interrupt ?? new AbortController().signal;
  }

  /** Seconds that are left, 0 or more. */
  get left(): number {
    return Math.max(0, this.limit - (performance.now() - this.began) / 1000);
  }

  /** What is left, for others. */
  get rest(): DrawLimits {
    return { signal: this.signal, ...(this.left < Infinity && { seconds: this.left }) };
  }

  /** Gives others their turn now and then; throws `Ended` when interrupted or out of time. */
  async check(): Promise<void> {
    if (performance.now() - this.turned >= SLICE) {
      await turn();
      this.turned = performance.now();
    }
    if (this.signal.aborted) throw new Ended("interrupt", this.signal.reason);
    if (this.left === 0) throw new Ended("seconds");
  }
}
