import { NO_FAILURES } from "../data/failures.js";
import type { LabelledSample } from "../data/mined-sample.js";
import { DomainError } from "../errors.js";
import { rowOf, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toTheta } from "../numerics/parameters.js";
import { fold, type Key, key as makeKey, uniforms } from "../numerics/random.js";
import { turn } from "../platform/turn.js";
import { heldOutVerdict } from "./held-out-verdict.js";
import { type ToySimulator, toyCoverage } from "./toy-coverage.js";
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
 * was held against, and what to do. Passing all is no proof: what no check looks at may still be wrong.
 *
 * @param ratio - A trained estimator.
 * @param simulator - What it stands for.
 * @param options - Seed and number of toys.
 * @returns The checks, shown as a table.
 * @throws {DomainError} When the simulator's observables or parameters are not the estimator's, or an option is out of range.
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
  // An estimator that has to be told theta1 makes no likelihood by itself.
  const knowsDenominator = ratio.denominator !== undefined || events?.marginal !== undefined;
  const run = { toys, eventsPerToy, key: fold(from, 2), ...(signal && { signal }) };
  const coverage = knowsDenominator ? await toyCoverage(ratio, simulator, run) : [];
  return new Verdict(ratio.name, [...(held?.checks ?? []), ...coverage]);
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
  const D = Object.keys(parameters).length;
  const [theta0, theta1, x] = [zeros(FRESH, D), zeros(FRESH, D), zeros(FRESH, simulator.observables.length)];
  const label = Float64Array.from({ length: FRESH }, (_, i) => i % 2);
  for (let i = 0; i < FRESH; i++) {
    const from = fold(key, i);
    fillWithin(trained, from, rowOf(theta0, i));
    rowOf(theta1, i).set(Object.keys(parameters).map((name) => denominator[name]!));
    const theta = toTheta(rowOf(label[i] === 0 ? theta0 : theta1, i), parameters) as Theta;
    rowOf(x, i).set(Array.from(simulator.draw(theta, fold(from, 0)).x));
    if (i % 256 === 0) await turn();
  }
  const { observables } = simulator;
  return { simulator: "fresh", parameters, observables, seed: undefined, theta0, theta1, x, label, failures: NO_FAILURES };
}

function fillWithin(ranges: ParameterRanges, key: Key, row: Float64Array): void {
  const u = uniforms(key, row.length);
  Object.values(ranges).forEach(([low, high], j) => {
    row[j] = low + (high - low) * u[j]!;
  });
}
