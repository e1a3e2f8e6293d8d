import type { MinedSample, MinedSampleWithScore } from "../data/mined-sample.js";
import { appendEvents, selectEvents } from "../data/sample-rows.js";
import { DomainError, InterruptedError } from "../errors.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { AnySimulator } from "./gold-simulator.js";
import type { MineOptions } from "./mine-options.js";
import { type MinedRange, type MinePlan, minePlan, mineRange } from "./mine-range.js";
import { assertRun } from "./run-events.js";

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
 * @throws {InterruptedError} When interrupted; `partial` is the sample of the events done, and goes into `resume`.
 * @throws {ShapeError} When the simulator returns another number of observables.
 * @source Brehmer, Louppe, Pavez, Cranmer 2018, arXiv:1805.12244, equations 1 to 8
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 1000, seed: 1 });
 * mined.label.slice(0, 4); // 0, 1, 0, 1
 */
export async function mine<const Ranges extends ParameterRanges, const Score extends boolean = true>(
  simulator: AnySimulator<Ranges>,
  options: MineOptions<Ranges, Score> & { readonly resume?: MinedSample<Ranges> },
): Promise<Mined<Ranges, Score>> {
  assertRun("mine", simulator, options);
  const plan = minePlan("mine", simulator, options);
  const { resume, n } = options;
  const from = resume ? resumedAt(simulator, { plan, options, resume }) : 0;
  const plain = options as unknown as MineOptions;
  const range = await mineRange("mine", simulator as unknown as AnySimulator, { plan, options: plain, from, to: n });
  const { done, interrupted } = range.state;
  const mined = rangeToSample(simulator, { plan, seed: options.seed, range });
  const whole = resume ? { ...appendEvents(resume, mined), failures: joinedFailures(resume, mined) } : mined;
  if (interrupted !== undefined) throw new InterruptedError("mine", `${done} of ${n} events`, whole, interrupted);
  range.failures.warn(mined.failures, n - from);
  return whole as Mined<Ranges, Score>;
}

/** The events of a range that were done and did not fail, as a sample. */
export function rangeToSample<Ranges extends ParameterRanges>(
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

function joinedFailures(first: MinedSample, second: MinedSample): MinedSample["failures"] {
  const examples = [...first.failures.examples, ...second.failures.examples].slice(0, 100);
  return { count: first.failures.count + second.failures.count, examples };
}

/** Number of the first event that is not in the sample; refuses a sample of another run. */
function resumedAt<Ranges extends ParameterRanges>(
  { name, observables }: AnySimulator<Ranges>,
  { plan, options, resume }: { readonly plan: MinePlan; readonly options: MineOptions<Ranges>; readonly resume: MinedSample<Ranges> },
): number {
  const done = resume.x.rows + resume.failures.count;
  const own = { simulator: name, observables: observables.join(), seed: options.seed, score: plan.score, draws: plan.denominator.draws };
  const theirs = {
    simulator: resume.simulator,
    observables: resume.observables.join(),
    seed: resume.seed,
    score: resume.jointScore !== undefined,
    draws: resume.marginal?.draws,
  };
  for (const what of Object.keys(own) as (keyof typeof own)[]) {
    if (own[what] === theirs[what]) continue;
    throw new DomainError(
      "mine",
      `resume.${what}`,
      theirs[what],
      `${own[what]}, as in this run`,
      "resume with the options of the interrupted run",
    );
  }
  if (done > options.n) throw new DomainError("mine", "resume", `${done} events`, `at most n = ${options.n}`);
  return done;
}
