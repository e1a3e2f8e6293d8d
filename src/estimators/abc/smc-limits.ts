import { type Progress, progress } from "../../platform/progress.js";
import { turn } from "../../platform/turn.js";

/** Why ABC-SMC ended. */
export type SmcStop = "tolerance" | "acceptance" | "budget" | "seconds" | "interrupt" | "stalled" | "collapsed";

/** The event loop gets its turn after this many milliseconds. */
const SLICE = 30;

/** Counts simulations, shows progress, and says when there may be no more. */
export class SmcLimits {
  simulated = 0;
  private readonly began = performance.now();
  private turned = this.began;
  private readonly shown: Progress;

  constructor(private readonly limits: { readonly budget: number; readonly seconds: number; readonly signal: AbortSignal | undefined }) {
    this.shown = progress("abcSmc", limits.budget, "data sets");
  }

  /** Why to stop before the next proposal, if at all; lets an interrupt come through. */
  async stopped(): Promise<SmcStop | undefined> {
    if (performance.now() - this.turned >= SLICE) {
      await turn();
      this.turned = performance.now();
    }
    if (this.limits.signal?.aborted) return "interrupt";
    if (performance.now() - this.began >= 1000 * this.limits.seconds) return "seconds";
    return this.simulated >= this.limits.budget ? "budget" : undefined;
  }

  /** The signal's reason, where it came. */
  get reason(): unknown {
    return this.limits.signal?.reason;
  }

  count(): void {
    this.shown.update(++this.simulated);
  }

  end(): void {
    this.shown.end();
  }
}
