import { joinedFailures } from "../data/failures.js";
import type { MinedSample, MinedSampleWithScore } from "../data/mined-sample.js";
import { appendEvents, selectEvents } from "../data/sample-rows.js";
import { InterruptedError } from "../errors.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { key as makeKey } from "../numerics/random.js";
import { reportFailures } from "./failure.js";
import type { AnySimulator } from "./gold-simulator.js";
import type { MineOptions } from "./mine-options.js";
import { type MinedRange, type MinePlan, minePlan, mineRange, plannedRows } from "./mine-range.js";
import { resumedAt } from "./resume.js";
import { assertRun } from "./run-events.js";

/** Where to go on. */
export interface MineResume<Ranges extends ParameterRanges = ParameterRanges> {
  /** `partial` of the InterruptedError of a run with the same options: its events are kept, and the sample has the same bits as an uninterrupted run's. */
  readonly resume?: MinedSample<Ranges>;
}

/** What was mined: with the joint score unless that was switched off. */
export type Mined<Ranges extends ParameterRanges, Score extends boolean> = Score extends true
  ? MinedSampleWithScore<Ranges>
  : MinedSample<Ranges>;

/**
 * Simulates from two hypotheses and keeps what the simulator knew: the joint log-ratio and the joint score of each event.
 *
 * log r(x, z) = log p(x, z given theta0) - log p(x, z given theta1),   t(x, z) = grad_theta0 log p(x, z given theta0)
 *
 * Both come from replaying the event's trace at other parameters; the score by a sixth-order difference whose error estimate is
 * checked, or from the simulator's own `score`. Events 0, 2, 4, ... are drawn from theta0 (label 0), the others from theta1 (label 1).
 * The ratio of an event is not the ratio of its x: only its mean is, E[r(x, z) given x, theta1] = r(x).
 *
 * Of lists of points all pairs come in turn. Where theta1 differs from event to event, the score at theta1 of the events drawn there is mined too.
 *
 * @param simulator - What to run; made by `simulator`, or by `goldSimulator` when it computes its own gold.
 * @param options - Hypotheses, number, seed, workers.
 * @returns theta0, theta1 `[N, D]`, x `[N, L]`, label and jointLogRatio `[N]`, jointScore `[N, D]`.
 * @throws {MissingGoldError} When joint ratio or score do not exist: x changes with theta though the draws are fixed, a draw's support or the sequence of addresses depends on theta, something random did not come from `sample`, or log p is not smooth in theta.
 * @throws {DomainError} When a hypothesis does not fit the simulator, x is not finite, n or seed is not such a number, workers are asked for that cannot find the simulator, or `resume` is of another run.
 * @throws {GaltonError} When all simulations failed.
 * @throws {InterruptedError} When interrupted; `partial` is the sample of the events done, and goes into `resume`.
 * @throws {ShapeError} When the simulator returns another number of observables.
 * @source Brehmer, Louppe, Pavez, Cranmer 2018, arXiv:1805.12244, equations 1 to 8
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 1000, seed: 1 });
 * mined.label.slice(0, 4); // 0, 1, 0, 1
 */
export async function mine<const Ranges extends ParameterRanges, const Score extends boolean = true>(
  simulator: AnySimulator<Ranges>,
  options: MineOptions<Ranges, Score> & MineResume<Ranges>,
): Promise<Mined<Ranges, Score>> {
  assertRun("mine", simulator, options);
  const plan = minePlan("mine", simulator, options);
  const { resume, n } = options;
  const from = resume ? firstMissing(simulator, { plan, options, resume }) : 0;
  const plain = options as unknown as MineOptions;
  const range = await mineRange("mine", simulator as unknown as AnySimulator, { plan, options: plain, from, to: n });
  const { done, interrupted } = range.state;
  const mined = rangeToSample(simulator, { plan, seed: options.seed, range });
  const whole = resume ? { ...appendEvents(resume, mined), failures: joinedFailures(resume.failures, mined.failures) } : mined;
  if (interrupted !== undefined) throw new InterruptedError("mine", `${done} of ${n} events`, whole, interrupted);
  reportFailures("mine", whole.failures, n);
  return whole as Mined<Ranges, Score>;
}

/** The events of a range that were done and did not fail, as a sample. */
function rangeToSample<Ranges extends ParameterRanges>(
  { name, parameters, observables }: AnySimulator<Ranges>,
  { plan, seed, range }: { readonly plan: MinePlan; readonly seed: number; readonly range: MinedRange },
): MinedSample<Ranges> {
  const { from, failures, state, jointScore, denominatorScore, theta0, theta1, x, label, jointLogRatio } = range;
  const sample: MinedSample<Ranges> = {
    simulator: name,
    parameters,
    observables,
    seed,
    theta0,
    theta1,
    ...(plan.denominator.draws !== undefined && { marginal: { draws: plan.denominator.draws } }),
    x,
    jointLogRatio,
    label,
    failures: failures.below(state.done),
    ...(jointScore && { jointScore }),
    ...(denominatorScore && { denominatorScore }),
  };
  const failed = new Set(failures.eventsBelow(state.done));
  if (failed.size === 0 && state.done === from + x.rows) return sample;
  const kept = Array.from({ length: state.done - from }, (_, i) => i).filter((i) => !failed.has(from + i));
  return selectEvents(sample, kept);
}

/** Number of the first event that is not in the sample; refuses a sample of another run. */
function firstMissing<Ranges extends ParameterRanges>(
  { name, observables, parameters }: AnySimulator<Ranges>,
  { plan, options, resume }: { readonly plan: MinePlan; readonly options: MineOptions<Ranges>; readonly resume: MinedSample<Ranges> },
): number {
  const { seed, n } = options;
  return resumedAt("mine", resume, n, {
    own: { simulator: name, observables: observables.join(), seed, score: plan.score, draws: plan.denominator.draws },
    theirs: {
      simulator: resume.simulator,
      observables: resume.observables.join(),
      seed: resume.seed,
      score: resume.jointScore !== undefined,
      draws: resume.marginal?.draws,
    },
    found: [resume.theta0, resume.theta1],
    planned: plannedRows(plan, makeKey(seed), Object.keys(parameters).length),
  });
}
