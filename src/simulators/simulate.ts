import { takeRows } from "../data/mined-sample.js";
import type { Simulations } from "../data/simulations.js";
import { InterruptedError } from "../errors.js";
import { zeros } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { key as makeKey } from "../numerics/random.js";
import type { Prior } from "../probability/independent.js";
import type { Simulator } from "./contract.js";
import { FailureList } from "./failure.js";
import type { AnySimulator } from "./gold-simulator.js";
import { emptyRows, type Hypothesis, hypothesisRows } from "./hypothesis.js";
import { assertRun, type RunOptions, runEvents } from "./run-events.js";

/** What to simulate: at one theta, at several in turn, or with each event's theta drawn from a prior. */
export type SimulateOptions<Ranges extends ParameterRanges = ParameterRanges> = RunOptions &
  (
    | { readonly theta: Theta<Ranges> | readonly Theta<Ranges>[]; readonly prior?: never }
    | { readonly prior: Prior<keyof Ranges & string>; readonly theta?: never }
  );

/**
 * Simulates n events. The same seed gives the same numbers, whatever the number of workers.
 *
 * @param simulator - What to run.
 * @param options - Parameters or prior, number, seed, workers.
 * @returns theta `[N, D]` and x `[N, L]`.
 * @throws {DomainError} When theta or the prior does not fit the simulator, x is not finite, n or seed is not such a number, or workers are asked for that cannot find the simulator.
 * @throws {InterruptedError} When interrupted; `partial` holds the events done.
 * @throws {ShapeError} When the simulator returns another number of observables.
 * @example
 * const events = await simulate(galtonBoard(), { theta: { slope: -0.8 }, n: 1000, seed: 1 });
 * events.x.rows; // 1000
 */
export async function simulate<const Ranges extends ParameterRanges>(
  simulator: Simulator<Ranges>,
  options: SimulateOptions<Ranges>,
): Promise<Simulations<Ranges>> {
  assertRun("simulate", simulator, options);
  const { name, parameters, observables } = simulator;
  const argument = options.prior ? "prior" : "theta";
  const draw = hypothesisRows({ where: "simulate", argument }, (options.prior ?? options.theta) as Hypothesis<Ranges>, parameters);
  const key = makeKey(options.seed);
  const { n, seed } = options;
  const theta = emptyRows(n, parameters);
  const x = zeros(n, observables.length);
  const failures = new FailureList("simulate", parameters);
  const { done, interrupted } = await runEvents(simulator as unknown as AnySimulator, {
    ...options,
    where: "simulate",
    shard: (start, count) => {
      const { values } = draw(key, start, emptyRows(count, parameters));
      theta.values.set(values, start * theta.columns);
      return { key, start, count, theta: values, drop: options.failures === "drop" };
    },
    keep: (result, start) => {
      x.values.set(result.x, start * x.columns);
      failures.add(result.failed);
    },
  });
  const told = failures.below(done);
  const failed = new Set(failures.eventsBelow(done));
  const kept = Uint32Array.from({ length: done }, (_, i) => i).filter((event) => !failed.has(event));
  const all = kept.length === n;
  const rows = all ? { theta, x } : { theta: takeRows(theta, kept), x: takeRows(x, kept) };
  const simulations = { simulator: name, parameters, observables, seed, ...rows, failures: told };
  if (interrupted !== undefined) throw new InterruptedError("simulate", `${done} of ${n} events`, simulations, interrupted);
  failures.warn(told, n);
  return simulations;
}
