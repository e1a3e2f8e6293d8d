import { type Failure, type Failures, NO_FAILURES } from "../data/failures.js";
import { MissingGoldError, ShapeError } from "../errors.js";
import { type ParameterRanges, toTheta } from "../numerics/parameters.js";
import { warn } from "../platform/warn.js";

/** A simulation that gave no event, as a worker sends it. */
export interface ShardFailure {
  readonly event: number;
  /** `[D]`. */
  readonly theta: readonly number[];
  readonly reason: string;
}

const MOST_EXAMPLES = 100;

/** Runs one event; what it threw, unless that would be so for every event. */
export function attempt(event: number, run: () => void): Omit<ShardFailure, "theta"> | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    // Gold that does not exist, and a wrong number of observables, are faults of the simulator and no accident of an event.
    if (error instanceof MissingGoldError || error instanceof ShapeError) throw error;
    return { event, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Collects failures, whose shards may come in any order. */
export class FailureList {
  private readonly all: ShardFailure[] = [];

  constructor(
    private readonly where: string,
    private readonly parameters: ParameterRanges,
  ) {}

  add(failed: readonly ShardFailure[]): void {
    this.all.push(...failed);
  }

  /** Numbers of the events that failed, rising, below a number. */
  eventsBelow(end: number): number[] {
    return this.all
      .map(({ event }) => event)
      .filter((event) => event < end)
      .sort((a, b) => a - b);
  }

  /** Those below a number as the result states them. */
  below(end: number): Failures {
    const found = this.all.filter(({ event }) => event < end).sort((a, b) => a.event - b.event);
    if (found.length === 0) return NO_FAILURES;
    const examples = found
      .slice(0, MOST_EXAMPLES)
      .map(({ event, theta, reason }): Failure => ({ event, theta: toTheta(theta, this.parameters), reason }));
    return { count: found.length, examples };
  }

  /** Says how many of n simulations failed, where some did. */
  warn({ count, examples }: Failures, n: number): void {
    if (count === 0) return;
    const [first] = examples;
    const place = first ? `; the first, event ${first.event} at ${JSON.stringify(first.theta)}: ${first.reason}` : "";
    warn(`${this.where}: ${count} of ${n} simulations failed and are left out${place}`);
  }
}
