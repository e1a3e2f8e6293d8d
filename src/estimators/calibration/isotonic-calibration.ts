/**
 * Calibration by isotonic regression: the probability of label 0, as a function of the estimated ratio that rises, nearest to the labels.
 *
 *   log r = logit P(label 0 | log r_hat) - log (n0 / n1)
 *
 * @module
 * @source Zadrozny, Elkan 2002, "Transforming classifier scores into accurate multiclass probability estimates", KDD; as used in arXiv:1805.00020
 */
import { type IsotonicBlock, isotonicRegression } from "../../numerics/isotonic.js";
import { fitGrid } from "./by-theta.js";
import type { Calibration, CalibrationOptions } from "./calibration.js";
import { calibrationOf } from "./method.js";
import type { CurveRecord } from "./record.js";
import { assertVaries, countLabels, type Events } from "./sample-checks.js";
import { type Tie, tiesOf } from "./ties.js";

/** A block of the curve: its log r_hat and probability of label 0. */
interface Step {
  readonly knot: number;
  readonly probability: number;
  readonly count: number;
}

/**
 * Calibrates by the rising step function that fits the labels best, by pooling adjacent violators.
 *
 * A block's value belongs to the mean log r_hat of its events; between those means log r is linear, before the first and after the last
 * constant. A first or last block of n events with one label alone would have an infinite log r: its probability is 1 / (2 n + 2) away from 0 or 1
 * instead, (n0 + 1/2) / (n + 1); where that is past its neighbour's probability, the two blocks are one. Needs no tuning, but
 * an estimator whose order is wrong stays wrong. With `theta: "parameterised"` the theta0 of the sample must make a product grid, each
 * node has a calibration of its own, and between the nodes the calibrated log r is linear.
 *
 * @param options - Dependence on theta0.
 * @returns A calibration with `fit`.
 * @throws {DomainError} When `theta` is unknown; from `fit` when the sample cannot be calibrated.
 * @example
 * isotonicCalibration({ theta: "each" }).fit({ logRatio, label, theta0 }).apply(logRatio, theta0);
 */
export function isotonicCalibration({ theta = "pooled" }: CalibrationOptions = {}): Calibration {
  return calibrationOf({ name: "isotonicCalibration", curve, parameterised: (where, sample) => fitGrid(where, sample, curve) }, theta);
}

function curve(where: string, place: string, events: Events): CurveRecord {
  const [n0, n1] = countLabels(where, place, events);
  assertVaries(where, place, events);
  const ties = tiesOf(events);
  const blocks = isotonicRegression(
    ties.map(({ zeros, ones }) => zeros / (zeros + ones)),
    ties.map(({ zeros, ones }) => zeros + ones),
  );
  const steps = clip(blocks.map((block) => stepOf(ties, block)));
  return {
    kind: "piecewise-linear",
    knots: steps.map(({ knot }) => knot),
    values: steps.map(({ probability: p }) => Math.log(p / (1 - p)) - Math.log(n0 / n1)),
  };
}

function stepOf(ties: readonly Tie[], { from, to, weight, mean }: IsotonicBlock): Step {
  let knot = 0;
  for (const { logRatio, zeros, ones } of ties.slice(from, to)) knot += ((zeros + ones) / weight) * logRatio;
  // Rounding must not take a mean past its events, where it could meet the next block's.
  return { knot: Math.min(Math.max(knot, ties[from]!.logRatio), ties[to - 1]!.logRatio), probability: mean, count: weight };
}

/** Moves the ends away from 0 and 1; only they can be there, as the probabilities rise. */
function clip(steps: readonly Step[]): Step[] {
  const lower = clipFirst(steps);
  const mirrored = lower.map(mirror).reverse();
  return clipFirst(mirrored).map(mirror).reverse();
}

function clipFirst(steps: readonly Step[]): Step[] {
  const [first, second, ...rest] = steps as [Step, Step?, ...Step[]];
  if (first.probability > 0) return [...steps];
  const probability = 0.5 / (first.count + 1);
  if (second === undefined || probability < second.probability)
    return [{ ...first, probability }, ...(second === undefined ? [] : [second, ...rest])];
  const count = first.count + second.count;
  const part = second.count / count;
  return [{ knot: first.knot + part * (second.knot - first.knot), probability: part * second.probability, count }, ...rest];
}

function mirror({ knot, probability, count }: Step): Step {
  return { knot: -knot, probability: 1 - probability, count };
}
