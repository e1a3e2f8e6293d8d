import type { MatrixLike } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { type LabelledSample, type MinedSample, type MinedSampleWithScore, takeRows } from "./mined-sample.js";
import {
  type ArrayChecks,
  assertBothLabels,
  assertLabels,
  finiteRows,
  matrixOf,
  numbersOf,
  observationRows,
  type Thetas,
  thetaRows,
} from "./sample-arrays.js";
import { selectEvents } from "./sample-rows.js";
import type { Simulations } from "./simulations.js";

export type { Thetas } from "./sample-arrays.js";

/** Names and ranges of what the user's arrays hold. */
export interface ArraysLayout<Ranges extends ParameterRanges = ParameterRanges> {
  /** Where the events come from; default "arrays". */
  readonly simulator?: string;
  /** Range of each parameter; the order of the names is the order of theta's columns. */
  readonly parameters: Ranges;
  /** Names of x's columns. */
  readonly observables: readonly string[];
  /** What becomes of events with a number that is not finite: `"stop"` (the default) refuses them, `"drop"` leaves them out and counts them in `failures`. */
  readonly failures?: "drop" | "stop";
}

/** Simulations in the user's arrays. */
export interface SimulationArrays<Ranges extends ParameterRanges = ParameterRanges> extends ArraysLayout<Ranges> {
  /** `[N, L]`. */
  readonly x: MatrixLike;
  readonly theta: Thetas<Ranges>;
}

/** Events of two hypotheses in the user's arrays. */
export interface LabelledArrays<Ranges extends ParameterRanges = ParameterRanges> extends ArraysLayout<Ranges> {
  /** `[N, L]`. */
  readonly x: MatrixLike;
  readonly theta0: Thetas<Ranges>;
  readonly theta1: Thetas<Ranges>;
  /** 0 for events drawn from theta0, 1 for those from theta1, `[N]`. */
  readonly label: ArrayLike<number>;
}

/** With the joint log ratio `[N]`. */
export interface GoldArrays<Ranges extends ParameterRanges = ParameterRanges> extends LabelledArrays<Ranges> {
  readonly jointLogRatio: ArrayLike<number>;
}

/** With the joint score `[N, D]`. */
export interface ScoreArrays<Ranges extends ParameterRanges = ParameterRanges> extends GoldArrays<Ranges> {
  readonly jointScore: MatrixLike;
}

/**
 * A sample from arrays that the user already has: a labelled one, or with the joint log ratio, and the joint score, a mined one.
 *
 * Of the gold nothing is checked but that it is finite: a wrong formula gives a wrong ratio.
 *
 * @param arrays - Names, ranges, and the arrays.
 * @returns The sample; its type says what it has.
 * @throws {ShapeError} When arrays differ in their number of rows or do not fit the names.
 * @throws {DomainError} When a number is not finite (unless dropped), a label not 0 or 1, all labels are the same and there is no score, or theta is outside its range.
 * @example
 * const sample = sampleFromArrays({
 *   parameters: { mean: [-1, 1] }, observables: ["x"],
 *   x: [[0.3], [-0.2]], theta0: { mean: 0.5 }, theta1: { mean: 0 }, label: [0, 1],
 * });
 * sample.x.rows; // 2
 */
export function sampleFromArrays<const Ranges extends ParameterRanges>(arrays: ScoreArrays<Ranges>): MinedSampleWithScore<Ranges>;
export function sampleFromArrays<const Ranges extends ParameterRanges>(arrays: GoldArrays<Ranges>): MinedSample<Ranges>;
export function sampleFromArrays<const Ranges extends ParameterRanges>(arrays: LabelledArrays<Ranges>): LabelledSample<Ranges>;
export function sampleFromArrays<const Ranges extends ParameterRanges>(
  arrays: LabelledArrays<Ranges> & Partial<ScoreArrays<Ranges>>,
): LabelledSample<Ranges> {
  return toSample("sampleFromArrays", arrays);
}

/** A sample of arrays, for a function of another name. */
export function toSample<Ranges extends ParameterRanges>(
  where: string,
  arrays: LabelledArrays<Ranges> & Partial<ScoreArrays<Ranges>>,
): LabelledSample<Ranges> & Partial<MinedSampleWithScore<Ranges>> {
  const { simulator = "arrays", parameters, observables, failures: policy = "stop" } = arrays;
  const x = observationRows(where, arrays.x, observables.length);
  const checks: ArrayChecks = { where, parameters, N: x.rows };
  const [theta0, theta1] = [thetaRows(checks, "theta0", arrays.theta0), thetaRows(checks, "theta1", arrays.theta1)];
  const label = numbersOf(checks, "label", arrays.label);
  assertLabels(where, label);
  const gold = goldOf(checks, arrays);
  const { failures, kept } = finiteRows(checks, { x, ...gold }, { failures: policy, theta: theta0 });
  const whole = { simulator, parameters, observables, seed: undefined, x, theta0, theta1, label, failures, ...gold };
  const sample = kept.length === x.rows ? whole : selectEvents(whole, kept);
  // A score is learned from events of one hypothesis, too.
  if (!gold.jointScore) assertBothLabels(where, sample.label);
  return sample;
}

function goldOf(checks: ArrayChecks, { jointLogRatio, jointScore }: Partial<ScoreArrays>) {
  const D = Object.keys(checks.parameters).length;
  return {
    ...(jointLogRatio && { jointLogRatio: numbersOf(checks, "jointLogRatio", jointLogRatio) }),
    ...(jointScore && { jointScore: matrixOf(checks, "jointScore", jointScore, D) }),
  };
}

/**
 * Simulations from arrays that the user already has.
 *
 * @param arrays - Names, ranges, x `[N, L]` and theta.
 * @returns Simulations, for density and posterior estimators, histograms, and the NRE methods.
 * @throws {ShapeError} When the arrays differ in their number of rows or do not fit the names.
 * @throws {DomainError} When a number is not finite (unless dropped), or theta outside its range.
 * @example
 * const { x } = simulationsFromArrays({ parameters: { mean: [-1, 1] }, observables: ["x"], x: [0.3, -0.2], theta: [0.5, -0.1] });
 * x.values; // 0.3, -0.2
 */
export function simulationsFromArrays<const Ranges extends ParameterRanges>(arrays: SimulationArrays<Ranges>): Simulations<Ranges> {
  return toSimulations("simulationsFromArrays", arrays);
}

/** Simulations of arrays, for a function of another name. */
export function toSimulations<Ranges extends ParameterRanges>(where: string, arrays: SimulationArrays<Ranges>): Simulations<Ranges> {
  const { simulator = "arrays", parameters, observables, failures: policy = "stop" } = arrays;
  const x = observationRows(where, arrays.x, observables.length);
  const checks: ArrayChecks = { where, parameters, N: x.rows };
  const theta = thetaRows(checks, "theta", arrays.theta);
  const { failures, kept } = finiteRows(checks, { x }, { failures: policy, theta });
  return { simulator, parameters, observables, seed: undefined, theta: takeRows(theta, kept), x: takeRows(x, kept), failures };
}
