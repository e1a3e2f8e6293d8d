import { DomainError } from "../../errors.js";
import { notebook } from "../../platform/notebook.js";
import { turn } from "../../platform/turn.js";

/** Why sampling ended: all draws are there, a budget is used up, a person interrupted, or there is no way on. */
export type StopReason = "done" | "seconds" | "evaluations" | "interrupt" | "stuck";

/** Leaves a sampler, from wherever it is, when its budget is used up; `posterior` catches it and returns what there is. Never reaches a user. */
export class Stopped extends Error {
  override readonly name = "Stopped";

  constructor(readonly reason: Exclude<StopReason, "done">) {
    super(reason);
  }

  /** Runs to the end or to where a budget stops it; says which. */
  static async reasonOf(run: () => Promise<void>): Promise<StopReason> {
    try {
      await run();
      return "done";
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      return error.reason;
    }
  }
}

/** What a run is to do and may spend, as users give it. */
export interface BudgetOptions {
  readonly n: number;
  readonly seed: number;
  readonly seconds?: number;
  readonly evaluations?: number;
  readonly signal?: AbortSignal;
}

interface BudgetLimits {
  readonly seconds: number;
  readonly evaluations: number;
  readonly signal: AbortSignal | undefined;
}

const DEFAULT_SECONDS = 60;

/** A batch lasts at most about this long, in seconds; shorter ones may grow. */
const LONGEST_BATCH = 0.2;
const SHORT_BATCH = 0.05;
const BETWEEN_TURNS = 30;

/** Counts evaluations and time; sizes batches so that no limit is passed by much. */
export class Budget {
  evaluations = 0;
  private readonly start = performance.now();
  private readonly signal: AbortSignal | undefined;
  private lastTurn = this.start;
  private batchRows = 1;
  private secondsPerRow = 0;

  constructor(private readonly limits: BudgetLimits) {
    this.signal = limits.signal ?? notebook()?.interrupt;
  }

  /** The budget of checked options. */
  static checked(where: string, options: BudgetOptions): Budget {
    if (typeof options !== "object" || options === null)
      throw new DomainError(where, "options", options, "options with n and seed", "e.g. { n: 1000, seed: 1 }");
    const { n, seed, seconds = DEFAULT_SECONDS, evaluations = Infinity, signal } = options;
    if (!(Number.isSafeInteger(n) && n >= 1)) throw new DomainError(where, "n", n, "an integer from 1");
    if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new DomainError(where, "seed", seed, "an integer from 0 to 2^53 - 1");
    if (!(typeof seconds === "number" && seconds > 0)) throw new DomainError(where, "seconds", seconds, "a number above 0");
    if (!(typeof evaluations === "number" && evaluations >= 1)) throw new DomainError(where, "evaluations", evaluations, "a number from 1");
    if (signal !== undefined && typeof signal?.aborted !== "boolean")
      throw new DomainError(where, "signal", signal, "an AbortSignal", "give controller.signal");
    return new Budget({ seconds, evaluations, signal });
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }

  /** Part of the scarcer limit that is used up, from 0 to 1. */
  get used(): number {
    return Math.min(1, Math.max(this.seconds / this.limits.seconds, this.evaluations / this.limits.evaluations));
  }

  /** Gives timers and interrupts their turn now and then; throws Stopped when a limit is reached. */
  async check(): Promise<void> {
    this.assertTime();
    if (performance.now() - this.lastTurn < BETWEEN_TURNS) return;
    await turn();
    this.lastTurn = performance.now();
    if (this.signal?.aborted) throw new Stopped("interrupt");
  }

  private assertTime(): void {
    if (this.signal?.aborted) throw new Stopped("interrupt");
    if (this.seconds + Math.min(this.secondsPerRow, LONGEST_BATCH) >= this.limits.seconds) throw new Stopped("seconds");
  }

  /** How many of the rows to evaluate in one batch; throws Stopped when not even one can be paid for. */
  rowsOf(wanted: number): number {
    this.assertTime();
    const left = this.limits.evaluations - this.evaluations;
    if (left < 1) throw new Stopped("evaluations");
    const inTime = this.secondsPerRow > 0 ? Math.max(1, Math.floor((this.limits.seconds - this.seconds) / this.secondsPerRow)) : wanted;
    return Math.min(wanted, left, this.batchRows, inTime);
  }

  /** Runs a batch of evaluations and learns from how long it took. */
  spend<Result>(rows: number, evaluate: () => Result): Result {
    const began = performance.now();
    const result = evaluate();
    const seconds = (performance.now() - began) / 1000;
    this.evaluations += rows;
    this.secondsPerRow = seconds / rows;
    if (seconds < SHORT_BATCH) this.batchRows = Math.max(this.batchRows, 4 * rows);
    else if (seconds > LONGEST_BATCH / 2) this.batchRows = Math.max(1, Math.floor((rows * LONGEST_BATCH) / 2 / seconds));
    return result;
  }
}
