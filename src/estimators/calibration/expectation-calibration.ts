/**
 * Calibration by the expectation of the ratio: over events from the denominator its mean is one.
 *
 *   log r = log r_hat - log E[r_hat | theta1],   as E[r | theta1] = int p(x | theta0) dx = 1
 *
 * @module
 * @source Brehmer, Cranmer, Louppe, Pavez 2018, arXiv:1805.00020, section on calibration ("ratio expectation")
 */
import { addSecondOrder, innerProduct } from "../../numerics/logistic-regression.js";
import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import { type Curvature, newtonMinimum } from "../../numerics/newton.js";
import { logSumExp } from "../../numerics/sums.js";
import type { Calibration, CalibrationOptions, CalibrationSample } from "./calibration.js";
import { calibrationOf, type Unnamed } from "./method.js";
import type { CurveRecord } from "./record.js";
import { countLabels, type Events } from "./sample-checks.js";
import { monomialRows, thetaBox } from "./theta-polynomial.js";

/**
 * Shifts log r_hat so that the ratio's mean over the sample's denominator events is one.
 *
 * It mends the normalisation and nothing else, and uses the events with label 1 alone. Where few events carry the mean, because r_hat has a
 * long tail, it is noisy: its error is about std(r_hat) / sqrt(n1) / mean(r_hat). With `theta: "parameterised"` the shift is a quadratic polynomial of
 * theta0, chosen so that r - 1 has mean zero over the events, also when multiplied by any monomial of the polynomial; a theta0 more
 * than a tenth of the sample's range outside it is refused.
 *
 * @param options - Dependence on theta0.
 * @returns A calibration with `fit`.
 * @throws {DomainError} When `theta` is unknown; from `fit` when the sample cannot be calibrated.
 * @example
 * expectationCalibration().fit({ logRatio, label, theta0 }).apply(logRatio, theta0);
 */
export function expectationCalibration({ theta = "pooled" }: CalibrationOptions = {}): Calibration {
  return calibrationOf({ name: "expectationCalibration", curve, parameterised }, theta);
}

function curve(where: string, place: string, events: Events): CurveRecord {
  return { kind: "affine", intercept: -logMean(denominator(where, place, events).logRatio), slope: 1 };
}

function logMean(logRatio: Float64Array): number {
  return logSumExp(logRatio) - Math.log(logRatio.length);
}

function denominator(where: string, place: string, events: Events): { readonly logRatio: Float64Array; readonly rows: readonly number[] } {
  countLabels(where, place, events, [1]);
  const rows = Array.from(events.label.keys()).filter((i) => events.label[i] === 1);
  return { logRatio: Float64Array.from(rows, (i) => events.logRatio[i]!), rows };
}

function parameterised(where: string, sample: CalibrationSample): Unnamed {
  const { logRatio, rows } = denominator(where, "sample", sample);
  const theta0 = zeros(rows.length, sample.theta0.columns);
  rows.forEach((i, k) => {
    rowOf(theta0, k).set(rowOf(sample.theta0, i));
  });
  const box = thetaBox(where, theta0, 2);
  const monomials = monomialRows(box, theta0);
  const offset = logMean(logRatio);
  const advice = 'theta0 takes too few different values for a quadratic polynomial; calibrate with theta: "pooled" or "each"';
  const source = { where, argument: "sample.theta0's second derivatives", advice };
  const shift = newtonMinimum(
    source,
    gammaLoss(
      monomials,
      logRatio.map((value) => value - offset),
    ),
    new Float64Array(monomials.columns),
  );
  const intercept = Array.from(shift, (value, m) => (m === 0 ? -offset - value : 0 - value));
  return { kind: "polynomial", ...box, intercept, slope: intercept.map((_, m) => (m === 0 ? 1 : 0)) };
}

/** sum_i [q_i + r_i exp(-q_i)] with q = monomials . w: convex in w, and stationary where sum_i (r_i exp(-q_i) - 1) f_i = 0. */
function gammaLoss(monomials: Matrix, logRatio: Float64Array): (w: Float64Array) => Curvature {
  return (w) => {
    const here = { value: 0, gradient: new Float64Array(w.length), hessian: zeros(w.length, w.length) };
    for (let i = 0; i < monomials.rows; i++) {
      const row = rowOf(monomials, i);
      const q = innerProduct(row, w);
      const r = Math.exp(logRatio[i]! - q);
      here.value += q + r;
      addSecondOrder(here, row, { slope: 1 - r, curvature: r });
    }
    return here;
  };
}
