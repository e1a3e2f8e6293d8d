import { NO_FAILURES } from "../data/failures.js";
import type { LabelledSample } from "../data/mined-sample.js";
import { DomainError } from "../errors.js";
import { columnOf, rowOf, zeros } from "../numerics/matrix.js";
import { type Theta, toTheta } from "../numerics/parameters.js";
import { quantileOf } from "../numerics/quantiles.js";
import { fold, type Key, key as makeKey } from "../numerics/random.js";
import { turn } from "../platform/turn.js";
import { heldOutVerdict } from "./held-out-verdict.js";
import { oneEvent, type ToySimulator, thetaWithin } from "./simulated-events.js";
import { type ToyRatio, toyCoverage } from "./toy-coverage.js";
import { Verdict } from "./verdict.js";
import type { VerifiableRatio } from "./verifiable-ratio.js";

/** How an estimator is put to the test. */
export interface VerdictOptions {
  /** All randomness; an integer in [0, 2^53). */
  readonly seed: number;
  /** Number of toy data sets; default 200. */
  readonly toys?: number;
  /** Events of each toy; default 100. With few events Wilks' theorem is an approximation. */
  readonly eventsPerToy?: number;
  /** Ends the toys and keeps what was done; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** Fresh events where the estimator has none of its own. */
const FRESH = 4000;

/**
 * Puts an estimator of the likelihood ratio to the test: its loss curves, whether reweighted events of theta1 can be told from events of theta0,
 * E[r] = 1, its calibration, the spread of an ensemble, and the coverage of its intervals on toys.
 *
 * Each check passes, warns (chance would give as much once in a hundred) or fails (once in ten thousand, and it matters), with the number, what it
 * was held against, and what to do. An estimator whose estimates are NaN fails, with their number and the first theta. Passing all is no proof:
 * what no check looks at may still be wrong.
 *
 * Toys need one denominator: an estimator that saw many is held against the middle of those of its held-out events. Interrupting ends the toys and
 * judges by those that were done. The toys' likelihood is maximised within the trained range; when many best fits lie at its ends, the
 * intervals hold more than their level even of an exact ratio, and the advice says so.
 *
 * @param ratio - A trained estimator.
 * @param simulator - What it stands for.
 * @param options - Seed and number of toys.
 * @returns The checks, shown as a table.
 * @throws {DomainError} When the simulator's observables or parameters are not the estimator's, or an option is out of range.
 * @example
 * const board = galtonBoard();
 * const mined = await mine(board, { numerator: uniform({ slope: [-1, -0.4] }), denominator: { slope: -0.6 }, n: 2000, seed: 1 });
 * const ratio = await carl({ hidden: [20] }).fit(mined, { epochs: 5, seed: 2, verdict: false });
 * const { grade, checks } = await verdict(ratio, board, { seed: 3, toys: 20 });
 */
export async function verdict(ratio: VerifiableRatio, simulator: ToySimulator, options: VerdictOptions): Promise<Verdict> {
  const { seed, toys = 200, eventsPerToy = 100, signal } = options;
  assertAlike(ratio, simulator);
  for (const [name, value] of Object.entries({ toys, eventsPerToy })) {
    if (!(Number.isSafeInteger(value) && value >= 1)) throw new DomainError("verdict", name, value, "a whole number from 1");
  }
  const from = makeKey(seed);
  const events = ratio.heldOut ?? (await freshEvents(ratio, simulator, fold(from, 0)));
  const held = events && (await heldOutVerdict(ratio, events, { key: fold(from, 1) }));
  const toyRatio = toOneDenominator(ratio, events);
  const run = { toys, eventsPerToy, key: fold(from, 2), ...(signal && { signal }) };
  const coverage = toyRatio ? await toyCoverage(toyRatio, simulator, run) : [];
  return new Verdict(ratio.name, [...(held?.checks ?? []), ...coverage]);
}

/** What toys are fitted with; undefined when there is no denominator to hold it against. */
function toOneDenominator(ratio: VerifiableRatio, events: LabelledSample | undefined): ToyRatio | undefined {
  const { trained: parameters, observables } = ratio;
  if (ratio.denominator !== undefined || ratio.marginal !== undefined || events?.marginal !== undefined) {
    return { parameters, observables, logRatio: (x, theta) => ratio.logRatio(x, theta) };
  }
  if (!events || !ratio.against) return undefined;
  const middle = Float64Array.from({ length: events.theta1.columns }, (_, j) => quantileOf(columnOf(events.theta1, j), 0.5));
  const fixed = ratio.against(toTheta(middle, events.parameters) as Theta);
  return { parameters, observables, logRatio: (x, theta) => fixed.logRatio(x, theta) };
}

function assertAlike(ratio: VerifiableRatio, simulator: ToySimulator): void {
  const pairs = {
    parameters: [Object.keys(ratio.parameters), Object.keys(simulator.parameters)],
    observables: [ratio.observables, simulator.observables],
  };
  for (const [what, [own, given]] of Object.entries(pairs)) {
    if (own!.join() === given!.join()) continue;
    throw new DomainError("verdict", `simulator.${what}`, given, `${own!.join(", ")}, as the estimator was trained with`);
  }
}

/** New events of both hypotheses; undefined for a denominator that is no single point. */
async function freshEvents(
  { trained, denominator, parameters }: VerifiableRatio,
  simulator: ToySimulator,
  key: Key,
): Promise<LabelledSample | undefined> {
  if (!denominator) return undefined;
  const names = Object.keys(parameters);
  const [theta0, theta1, x] = [zeros(FRESH, names.length), zeros(FRESH, names.length), zeros(FRESH, simulator.observables.length)];
  const label = Float64Array.from({ length: FRESH }, (_, i) => i % 2);
  for (let i = 0; i < FRESH; i++) {
    const own = fold(key, i);
    const numerator = thetaWithin(trained, fold(own, 0));
    rowOf(theta0, i).set(names.map((name) => numerator[name]!));
    rowOf(theta1, i).set(names.map((name) => denominator[name]!));
    rowOf(x, i).set(oneEvent(simulator, label[i] === 0 ? numerator : denominator, fold(own, 1)));
    if (i % 256 === 0) await turn();
  }
  const { observables } = simulator;
  return { simulator: "fresh", parameters, observables, seed: undefined, theta0, theta1, x, label, failures: NO_FAILURES };
}
