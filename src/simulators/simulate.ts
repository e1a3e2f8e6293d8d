import { joinedFailures } from "../data/failures.js";
import { takeRows } from "../data/mined-sample.js";
import { stacked } from "../data/sample-rows.js";
import type { Simulations } from "../data/simulations.js";
import { InterruptedError } from "../errors.js";
import { type Matrix, zeros } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { type Key, key as makeKey } from "../numerics/random.js";
import type { Prior } from "../probability/independent.js";
import type { Simulator } from "./contract.js";
import { FailureList, reportFailures } from "./failure.js";
import type { AnySimulator } from "./gold-simulator.js";
import { type Hypothesis, hypothesisRows, type RowFiller } from "./hypothesis.js";
import { resumedAt } from "./resume.js";
import { assertRun, type RunOptions, type RunState, runEvents } from "./run-events.js";

/** What to simulate: at one theta, at several in turn, or with each event's theta drawn from a prior. */
export type SimulateOptions<Ranges extends ParameterRanges = ParameterRanges> = RunOptions &
  (
    | { readonly theta: Theta<Ranges> | readonly Theta<Ranges>[]; readonly prior?: never }
    | { readonly prior: Prior<keyof Ranges & string>; readonly theta?: never }
  );

/** Where to go on. */
export interface SimulateResume<Ranges extends ParameterRanges = ParameterRanges> {
  /** `partial` of the InterruptedError of a run with the same options: its events are kept, and the result has the same bits as an uninterrupted run's. */
  readonly resume?: Simulations<Ranges>;
}

/**
 * Simulates n events. The same seed gives the same numbers, whatever the number of workers.
 *
 * @param simulator - What to run.
 * @param options - Parameters or prior, number, seed, workers.
 * @returns theta `[N, D]` and x `[N, L]`.
 * @throws {DomainError} When theta or the prior does not fit the simulator, x is not finite, n or seed is not such a number, workers are asked for that cannot find the simulator, or `resume` is of another run.
 * @throws {GaltonError} When all simulations failed.
 * @throws {InterruptedError} When interrupted; `partial` holds the events done, and goes into `resume`.
 * @throws {ShapeError} When the simulator returns another number of observables.
 * @example
 * const events = await simulate(galtonBoard(), { theta: { slope: -0.8 }, n: 1000, seed: 1 });
 * events.x.rows; // 1000
 */
export async function simulate<const Ranges extends ParameterRanges>(
  simulator: Simulator<Ranges>,
  options: SimulateOptions<Ranges> & SimulateResume<Ranges>,
): Promise<Simulations<Ranges>> {
  assertRun("simulate", simulator, options);
  const { name, parameters, observables } = simulator;
  const { n, seed, resume } = options;
  const argument = options.prior ? "prior" : "theta";
  const fill = hypothesisRows({ where: "simulate", argument }, (options.prior ?? options.theta) as Hypothesis<Ranges>, parameters);
  const plan = { fill, key: makeKey(seed), D: Object.keys(parameters).length };
  const from = resume ? firstMissing(simulator, { plan, options, resume }) : 0;
  const range = await simulateRange(simulator as unknown as AnySimulator, { plan, options, from });
  const { done, interrupted } = range.state;
  const kept = keptRows(range, from);
  const [theta, x] = kept ? [takeRows(range.theta, kept), takeRows(range.x, kept)] : [range.theta, range.x];
  const rest: Simulations<Ranges> = { simulator: name, parameters, observables, seed, theta, x, failures: range.failures.below(done) };
  const whole = resume ? joined(resume, rest) : rest;
  if (interrupted !== undefined) throw new InterruptedError("simulate", `${done} of ${n} events`, whole, interrupted);
  reportFailures("simulate", whole.failures, n);
  return whole;
}

/** Parameters of the events. */
interface ThetaPlan {
  readonly fill: RowFiller;
  readonly key: Key;
  readonly D: number;
}

/** Events `from` to `n - 1`, those that failed among them, with NaN in x. */
interface SimulatedRange {
  readonly theta: Matrix;
  readonly x: Matrix;
  readonly failures: FailureList;
  readonly state: RunState;
}

async function simulateRange(
  simulator: AnySimulator,
  { plan, options, from }: { readonly plan: ThetaPlan; readonly options: RunOptions; readonly from: number },
): Promise<SimulatedRange> {
  const { fill, key, D } = plan;
  const { parameters, observables } = simulator;
  const [theta, x] = [zeros(options.n - from, D), zeros(options.n - from, observables.length)];
  const failures = new FailureList(parameters);
  const state = await runEvents(simulator, {
    ...options,
    where: "simulate",
    from,
    shard: (start, count) => {
      const { values } = fill(key, start, zeros(count, D));
      theta.values.set(values, (start - from) * D);
      return { key, start, count, theta: values, drop: options.failures === "drop" };
    },
    keep: (result, start) => {
      x.values.set(result.x, (start - from) * x.columns);
      failures.add(result.failed);
    },
  });
  return { theta, x, failures, state };
}

/** Rows of the events that were done and did not fail; undefined when these are all. */
function keptRows({ x, failures, state: { done } }: SimulatedRange, from: number): Uint32Array | undefined {
  const failed = new Set(failures.eventsBelow(done));
  if (failed.size === 0 && done === from + x.rows) return undefined;
  return Uint32Array.from({ length: done - from }, (_, i) => i).filter((i) => !failed.has(from + i));
}

function joined<Ranges extends ParameterRanges>(first: Simulations<Ranges>, rest: Simulations<Ranges>): Simulations<Ranges> {
  const theta = stacked(first.theta, rest.theta);
  return { ...rest, theta, x: stacked(first.x, rest.x), failures: joinedFailures(first.failures, rest.failures) };
}

/** Number of the first event that is not in the simulations; refuses those of another run. */
function firstMissing<Ranges extends ParameterRanges>(
  { name, observables }: Simulator<Ranges>,
  { plan, options, resume }: { readonly plan: ThetaPlan; readonly options: RunOptions; readonly resume: Simulations<Ranges> },
): number {
  return resumedAt("simulate", resume, options.n, {
    own: { simulator: name, observables: observables.join(), seed: options.seed },
    theirs: { simulator: resume.simulator, observables: resume.observables.join(), seed: resume.seed },
    found: [resume.theta],
    planned: (start, count) => [plan.fill(plan.key, start, zeros(count, plan.D))],
  });
}
