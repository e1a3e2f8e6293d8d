/**
 * Calibration by histograms of the estimated ratio: the density of log r_hat under either label.
 *
 *   log r(bin b) = log (n0_b + c) / (n0 + B c) - log (n1_b + c) / (n1 + B c)
 *
 * @module
 * @source Cranmer, Pavez, Louppe 2015, arXiv:1506.02169, equation 3.2: p(s|theta0) / p(s|theta1) is the ratio for any s that rises with r
 */
import { DomainError } from "../../errors.js";
import { fitGrid } from "./by-theta.js";
import type { Calibration, CalibrationOptions } from "./calibration.js";
import { calibrationOf } from "./method.js";
import type { CurveRecord } from "./record.js";
import { assertVaries, countLabels, type Events } from "./sample-checks.js";
import { tiesOf } from "./ties.js";

/** Options of `histogramCalibration`. */
export interface HistogramCalibrationOptions extends CalibrationOptions {
  /** Number of bins with about as many events in each; default 10 + n0^(1/3), n0 the events with label 0. More bins follow finer structure and are noisier. */
  readonly bins?: number;
  /** Added to the count of each label in each bin, in events, above 0; default 0.5. Larger pulls towards log r = 0. */
  readonly pseudoCount?: number;
}

interface Bin {
  zeros: number;
  ones: number;
  /** Of the events' log r_hat. */
  mean: number;
}

/**
 * Calibrates by the ratio of two histograms of the estimated log r, in bins of equal probability under both labels together.
 *
 * A bin's value belongs to the mean log r_hat of its events; between those means it is linear, before the first and after the last constant.
 * The map need not rise: where an estimator's order is right, `isotonicCalibration` says more with the same events. Its error for a bin is about
 * sqrt(1 / n0_b + 1 / n1_b). With `theta: "parameterised"` the theta0 of the sample must make a product grid, each node has a calibration of
 * its own, and between the nodes the calibrated log r is linear.
 *
 * @param options - Bins, pseudo-count, dependence on theta0.
 * @returns A calibration with `fit`.
 * @throws {DomainError} When an option is out of range; from `fit` when the sample cannot be calibrated.
 * @example
 * histogramCalibration({ bins: 40 }).fit({ logRatio, label, theta0 }).apply(logRatio, theta0);
 */
export function histogramCalibration({ bins, pseudoCount = 0.5, theta = "pooled" }: HistogramCalibrationOptions = {}): Calibration {
  const name = "histogramCalibration";
  if (bins !== undefined && !(Number.isSafeInteger(bins) && bins >= 1)) throw new DomainError(name, "bins", bins, "a whole number from 1");
  if (!(pseudoCount > 0 && pseudoCount < Infinity))
    throw new DomainError(name, "pseudoCount", pseudoCount, "a number of events above 0", "an empty bin would have an infinite log r");
  const curve = (where: string, place: string, events: Events): CurveRecord => {
    const [n0, n1] = countLabels(where, place, events);
    assertVaries(where, place, events);
    const filled = fill(events, bins ?? 10 + Math.floor(Math.cbrt(n0)));
    const offset = Math.log((n1 + filled.length * pseudoCount) / (n0 + filled.length * pseudoCount));
    return {
      kind: "piecewise-linear",
      knots: filled.map(({ mean }) => mean),
      values: filled.map(({ zeros, ones }) => Math.log((zeros + pseudoCount) / (ones + pseudoCount)) + offset),
    };
  };
  return calibrationOf({ name, curve, parameterised: (where, sample) => fitGrid(where, sample, curve) }, theta);
}

/** Bins with about the same number of events, from left to right. Events of one log r share a bin, so some bins may be larger, and some missing. */
function fill(events: Events, count: number): Bin[] {
  const bins = new Map<number, Bin>();
  let before = 0;
  for (const { logRatio, zeros, ones } of tiesOf(events)) {
    const middle = before + (zeros + ones) / 2;
    before += zeros + ones;
    const place = Math.floor((middle * count) / events.logRatio.length);
    const bin = bins.get(place) ?? { zeros: 0, ones: 0, mean: 0 };
    bins.set(place, bin);
    bin.zeros += zeros;
    bin.ones += ones;
    bin.mean += (logRatio - bin.mean) * ((zeros + ones) / (bin.zeros + bin.ones));
  }
  return [...bins.values()];
}
