import { type Failure, type Failures, MOST_EXAMPLES, NO_FAILURES } from "../data/failures.js";
import { GaltonError, MissingGoldError, ShapeError } from "../errors.js";
import { type ParameterRanges, toTheta } from "../numerics/parameters.js";
import { warn } from "../platform/warn.js";

/** A simulation that gave no event, as a worker sends it. */
export interface ShardFailure {
  readonly event: number;
  /** `[D]`. */
  readonly theta: readonly number[];
  readonly reason: string;
}

/** What a simulator threw, as `cause`, with the event and theta at which it did. */
class SimulatorError extends GaltonError {}

/** The error for what a simulator threw. */
export function simulatorThrew(where: string, place: string, cause: unknown): GaltonError {
  const advice = 'the error itself is the cause of this one; leave such events out with failures: "drop"';
  return new SimulatorError(`${where}: ${place} threw: ${reasonOf(cause)}; ${advice}`, { cause });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs one event; what it threw, unless that would be so for every event. */
export function attempt(event: number, run: () => void): Omit<ShardFailure, "theta"> | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    // Gold that does not exist, and a wrong number of observables, are faults of the simulator and no accident of an event.
    if (error instanceof MissingGoldError || error instanceof ShapeError) throw error;
    return { event, reason: reasonOf(error instanceof SimulatorError ? error.cause : error) };
  }
}

/** Collects failures, whose shards may come in any order. */
export class FailureList {
  private readonly all: ShardFailure[] = [];

  constructor(private readonly parameters: ParameterRanges) {}

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
}

/**
 * Says at the end of a run how many of its n simulations failed.
 *
 * @throws {GaltonError} When all did.
 */
export function reportFailures(where: string, failures: Failures, n: number): void {
  const { count } = failures;
  if (count === n) throw new GaltonError(`${where}: all ${n} simulations failed${theFirst(failures)}`);
  if (count > 0) warn(`${where}: ${count} of ${n} simulations failed and are left out${theFirst(failures)}`);
}

function theFirst({ examples: [first] }: Failures): string {
  return first ? `; the first, event ${first.event} at ${JSON.stringify(first.theta)}: ${first.reason}` : "";
}
