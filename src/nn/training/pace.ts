import { turn } from "../../platform/turn.js";
import type { StopReason } from "./options.js";

/** The event loop gets its turn after this many milliseconds: long beside the 1 ms that a turn costs, short beside a person's patience. */
const SLICE = 30;

/** Keeps a long loop interruptible and inside its time. */
export class Pace {
  private readonly began = performance.now();
  private turned = this.began;

  constructor(private readonly limits: { readonly signal: AbortSignal; readonly seconds: number }) {}

  /** Whether `giveTurn` is due; asked first, for an await costs as much as a small step. */
  get isTurnDue(): boolean {
    return performance.now() - this.turned >= SLICE;
  }

  async giveTurn(): Promise<void> {
    await turn();
    this.turned = performance.now();
  }

  get isInterrupted(): boolean {
    return this.limits.signal.aborted;
  }

  /** Why to stop now, if at all. */
  get stopped(): StopReason | undefined {
    if (this.isInterrupted) return "interrupt";
    return performance.now() - this.began >= 1000 * this.limits.seconds ? "seconds" : undefined;
  }
}
