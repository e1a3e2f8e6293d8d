/**
 * Calibration by a sigmoid: a straight line in the estimated log ratio.
 *
 *   logit s = a + b (-log r_hat),   log r = -logit s + log (n1 / n0)
 *
 * with a and b that make the labels most likely, each label's target moved away from 0 and 1: 1 / (n0 + 2) and (n1 + 1) / (n1 + 2).
 *
 * @module
 * @source Platt 1999, "Probabilistic outputs for support vector machines", section 2.2; Lin, Lin, Weng 2007, Machine Learning 68, 267
 */

import { logisticRegression } from "../../numerics/logistic-regression.js";
import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import { momentsOf } from "../../numerics/quantiles.js";
import type { Calibration, CalibrationOptions, CalibrationSample } from "./calibration.js";
import { calibrationOf, type Unnamed } from "./method.js";
import type { CurveRecord } from "./record.js";
import { assertVaries, countLabels, type Events } from "./sample-checks.js";
import { monomialRows, thetaBox } from "./theta-polynomial.js";

/**
 * Calibrates by a shift and a stretch of log r_hat, of largest likelihood (Platt's scaling).
 *
 * Two numbers, so a few hundred events suffice, and the tails are extrapolated; an estimator whose error is not a straight line needs
 * `isotonicCalibration`. With `theta: "parameterised"` the shift and the stretch are linear functions of theta0 (with an intercept), and
 * a theta0 more than a tenth of the sample's range outside it is refused; the parts of the two labels must then not depend on theta0.
 *
 * @param options - Dependence on theta0.
 * @returns A calibration with `fit`.
 * @throws {DomainError} When `theta` is unknown; from `fit` when the sample cannot be calibrated.
 * @example
 * sigmoidCalibration({ theta: "parameterised" }).fit({ logRatio, label, theta0 }).apply(logRatio, theta0);
 */
export function sigmoidCalibration({ theta = "pooled" }: CalibrationOptions = {}): Calibration {
  return calibrationOf({ name: "sigmoidCalibration", curve, parameterised }, theta);
}

function curve(where: string, place: string, events: Events): CurveRecord {
  const { intercept, slope } = line(where, place, { events, monomials: ones(events.logRatio.length) });
  return { kind: "affine", intercept: intercept[0]!, slope: slope[0]! };
}

function parameterised(where: string, sample: CalibrationSample): Unnamed {
  const box = thetaBox(where, sample.theta0, 1);
  return { kind: "polynomial", ...box, ...line(where, "sample", { events: sample, monomials: monomialRows(box, sample.theta0) }) };
}

/** Coefficients `[M]` of the intercept and the slope of log r as a function of log r_hat, over the monomials `[N, M]`. */
function line(
  where: string,
  place: string,
  { events, monomials }: { readonly events: Events; readonly monomials: Matrix },
): { readonly intercept: number[]; readonly slope: number[] } {
  const [n0, n1] = countLabels(where, place, events);
  assertVaries(where, place, events);
  const { mean, std } = momentsOf(events.logRatio);
  // Targets and logits of label 0, whose logit is log r_hat's line.
  const targets = events.label.map((label) => (label === 0 ? (n0 + 1) / (n0 + 2) : 1 / (n1 + 2)));
  const advice = 'theta0 or log r varies too little; calibrate with theta: "pooled"';
  const z = events.logRatio.map((value) => (value - mean) / std);
  const w = logisticRegression({ where, argument: `${place}'s second derivatives`, advice }, withProducts(monomials, z), targets);
  const slope = Array.from(w.subarray(monomials.columns), (value) => value / std);
  const intercept = slope.map((value, m) => w[m]! - value * mean + (m === 0 ? Math.log(n1 / n0) : 0));
  return { intercept, slope };
}

/** The monomials, and after them their products with z: `[N, 2 M]`. */
function withProducts(monomials: Matrix, z: Float64Array): Matrix {
  const features = zeros(monomials.rows, 2 * monomials.columns);
  z.forEach((value, i) => {
    const row = rowOf(monomials, i);
    rowOf(features, i).set(row);
    rowOf(features, i).set(
      row.map((monomial) => monomial * value),
      row.length,
    );
  });
  return features;
}

function ones(rows: number): Matrix {
  return { rows, columns: 1, values: new Float64Array(rows).fill(1) };
}
