import { type Failure, type Failures, MOST_EXAMPLES } from "../data/failures.js";
import { DomainError, GaltonError, InterruptedError, MissingGoldError, ShapeError } from "../errors.js";
import { isMatrix, type Matrix, type MatrixLike, rowOf, toMatrix, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toTheta } from "../numerics/parameters.js";
import { fold, type Key } from "../numerics/random.js";
import { rowsAt } from "../numerics/weighted.js";
import { type Budget, Ended } from "./budget.js";
import { seedOf } from "./seed.js";

/** What simulates events one by one: what `simulator` makes, or an object of that shape. */
export interface EventSimulator {
  readonly name?: string;
  readonly parameters: ParameterRanges;
  readonly observables: readonly string[];
  /** One event; it may throw where there is none. */
  draw(theta: Theta, key: Key): { readonly x: ArrayLike<number> };
}

/** What a function that simulates is told beside theta. */
export interface BatchRequest {
  /** Of all its random numbers: the same seed must give the same events. */
  readonly seed: number;
  /** Aborts when the rounds are interrupted. */
  readonly signal: AbortSignal;
  readonly round: number;
}

/** Events of a function, row by row: what `simulate` returns will do. */
export interface BatchEvents {
  /** Observations `[n, L]`. */
  readonly x: MatrixLike;
  /** Parameters of each row; needed where events were left out. */
  readonly theta?: Matrix;
  readonly observables?: readonly string[];
  readonly simulator?: string;
  readonly failures?: Failures;
}

/** What simulates many events at once: parameters `[n, D]` in, events out. Threads, clusters and programs of your own go here. */
export type BatchSimulator = (theta: Matrix, request: BatchRequest) => BatchEvents | Promise<BatchEvents>;

/** What `rounds` simulates with. */
export type RoundSimulator = BatchSimulator | EventSimulator;

/** Events of one round, those that failed left out. */
export interface RoundEvents {
  readonly theta: Matrix;
  readonly x: Matrix;
  readonly failures: Failures;
  /** Simulations that were run. */
  readonly simulated: number;
  readonly simulator: string;
  readonly observables: readonly string[];
}

/** What to simulate. */
export interface EventsRequest {
  /** Parameters `[n, D]`. */
  readonly theta: Matrix;
  /** Number of the first one that is still to be done. */
  readonly from: number;
  readonly parameters: ParameterRanges;
  /** L. */
  readonly observables: number;
  readonly key: Key;
  readonly round: number;
  readonly failures: "drop" | "stop";
  readonly budget: Budget;
  readonly progress: (done: number) => void;
}

/** Simulates events; when the budget ends, what was done by then comes with the reason. */
export async function simulateEvents(
  simulator: RoundSimulator,
  request: EventsRequest,
): Promise<{ readonly events: RoundEvents; readonly ended: Ended | undefined }> {
  if (typeof simulator === "function") return { events: await batchOf(simulator, request), ended: undefined };
  const run = new EventRun(simulator, request);
  try {
    await run.run();
    return { events: run.events, ended: undefined };
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { events: run.events, ended: error };
  }
}

/** Events one by one in the calling thread. */
class EventRun {
  private next: number;
  private readonly kept: number[] = [];
  private readonly failed: Failure[] = [];
  private readonly x: Matrix;

  constructor(
    private readonly simulator: EventSimulator,
    private readonly request: EventsRequest,
  ) {
    this.next = request.from;
    this.x = zeros(request.theta.rows, simulator.observables.length);
  }

  async run(): Promise<void> {
    for (; this.next < this.request.theta.rows; this.next++) {
      await this.request.budget.check();
      this.one(this.next);
      this.request.progress(this.next + 1);
    }
  }

  get events(): RoundEvents {
    const { theta, from } = this.request;
    const { name = "simulator", observables } = this.simulator;
    const failures = { count: this.failed.length, examples: this.failed.slice(0, MOST_EXAMPLES) };
    return {
      theta: rowsAt(theta, this.kept),
      x: rowsAt(this.x, this.kept),
      failures,
      simulated: this.next - from,
      simulator: name,
      observables,
    };
  }

  private one(event: number): void {
    const theta = toTheta(rowOf(this.request.theta, event), this.request.parameters);
    try {
      rowOf(this.x, event).set(finite(this.simulator, this.simulator.draw(theta, fold(this.request.key, event)).x));
      this.kept.push(event);
    } catch (error) {
      // A wrong number of observables is a fault of the simulator and no accident of an event.
      if (error instanceof MissingGoldError || error instanceof ShapeError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      if (this.request.failures === "stop") throw stopped({ round: this.request.round, event, theta, reason }, error);
      this.failed.push({ event, theta, reason });
    }
  }
}

function stopped({ round, event, theta, reason }: Failure & { readonly round: number }, cause: unknown): GaltonError {
  const place = `simulation ${event} of round ${round} at ${JSON.stringify(theta)}`;
  return new GaltonError(`rounds: ${place} threw: ${reason}; leave such events out with failures: "drop"`, { cause });
}

function finite({ observables }: EventSimulator, x: ArrayLike<number>): ArrayLike<number> {
  if (x.length !== observables.length) throw new ShapeError("rounds", "draw(theta, key).x", `[${x.length}]`, `[${observables.length}]`);
  const bad = Array.from(x).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DomainError("rounds", `x[${bad}] (${observables[bad]})`, x[bad], "a finite number");
  return x;
}

async function batchOf(
  simulate: BatchSimulator,
  { theta, observables: L, key, round, budget, progress }: EventsRequest,
): Promise<RoundEvents> {
  await budget.check();
  const given = await answer(simulate, theta, { seed: seedOf(key), signal: budget.signal, round });
  if (typeof given?.x !== "object" || given.x === null) {
    const advice = "return { x } with one event for each row of theta";
    throw new DomainError("rounds", "what the function returns", given, `{ x }, events [${theta.rows}, ${L}]`, advice);
  }
  const x = toMatrix("rounds", "the function's x", given.x, L);
  const own = given.theta ?? theta;
  if (!isMatrix(own) || own.rows !== x.rows || own.columns !== theta.columns) {
    const advice = "return one event for each row, or theta beside x where some were left out";
    throw new ShapeError("rounds", "the function's x", `[${x.rows}, ${L}]`, `[${own.rows}, ${L}]`, advice);
  }
  progress(theta.rows);
  return {
    theta: own,
    x,
    failures: given.failures ?? { count: theta.rows - x.rows, examples: [] },
    simulated: theta.rows,
    simulator: given.simulator ?? (simulate.name || "function"),
    observables: given.observables ?? Array.from({ length: L }, (_, j) => `x${j + 1}`),
  };
}

async function answer(simulate: BatchSimulator, theta: Matrix, request: BatchRequest): Promise<BatchEvents> {
  try {
    return await simulate(theta, request);
  } catch (error) {
    if (error instanceof InterruptedError || request.signal.aborted) throw new Ended("interrupt", error);
    throw error;
  }
}
