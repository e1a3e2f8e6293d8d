import { DomainError, ShapeError } from "../../errors.js";
import { corners } from "../../numerics/axes.js";
import { rowOf } from "../../numerics/matrix.js";
import type { FittedCalibration } from "./calibration.js";
import { type Curve, curveOf } from "./curve.js";
import { assertRecord, type CalibrationRecord, type EachRecord, type GridRecord, type PolynomialRecord } from "./record.js";
import { assertArguments } from "./sample-checks.js";
import { assertInBox, thetaMonomials } from "./theta-polynomial.js";

/** The curve at a theta0 `[D]`. */
type CurveAt = (theta: Float64Array) => Curve;

const APPLY = "calibration.apply";

/**
 * A fitted calibration from its record.
 *
 * @param record - What `toRecord` gave, also after a way through JSON: the calibration is the same to the last bit.
 * @returns The calibration.
 * @throws {DomainError} When the record's kind is unknown or a number is missing or not finite.
 * @throws {ShapeError} When lists of the record do not fit each other.
 * @example
 * const saved = JSON.stringify(calibration.toRecord());
 * calibrationFromRecord(JSON.parse(saved)).apply(ratio.logRatio(x, theta), theta0);
 */
export function calibrationFromRecord(record: CalibrationRecord): FittedCalibration {
  assertRecord(record);
  const curveAt = curvesOf(record);
  return {
    name: record.method,
    apply(logRatio, theta0) {
      assertArguments(APPLY, logRatio, theta0);
      let theta = rowOf(theta0, 0);
      let curve = curveAt(theta);
      return logRatio.map((value, i) => {
        const next = theta0.rows === 1 ? theta : rowOf(theta0, i);
        if (!next.every((element, d) => element === theta[d])) curve = curveAt(next);
        theta = next;
        return curve(value);
      });
    },
    toRecord: () => record,
  };
}

function curvesOf(record: CalibrationRecord): CurveAt {
  switch (record.kind) {
    case "pooled": {
      const curve = curveOf(record.curve);
      return () => curve;
    }
    case "each":
      return eachCurve(record);
    case "grid":
      return gridCurve(record);
    case "polynomial":
      return polynomialCurve(record);
  }
}

function eachCurve({ thetas, curves }: EachRecord): CurveAt {
  const known = new Map(thetas.map((theta, k) => [theta.join(), curveOf(curves[k]!)]));
  return (theta) => {
    const curve = known.get(theta.join());
    if (curve) return curve;
    const listed = thetas.slice(0, 5).map((point) => `[${point.join(", ")}]`);
    const expected = `one of the ${thetas.length} points of the fit: ${listed.join(", ")}${thetas.length > 5 ? ", ..." : ""}`;
    throw new DomainError(APPLY, "theta0", Array.from(theta), expected, 'fit at that theta0 too, or with theta: "parameterised"');
  };
}

function gridCurve(record: GridRecord): CurveAt {
  const axes = record.axes.map((axis) => Float64Array.from(axis));
  const curves = record.curves.map(curveOf);
  return (theta) => {
    assertInGrid(axes, theta);
    const around = corners(axes, theta);
    return (value) => around.reduce((total, { place, weight }) => total + weight * curves[place]!(value), 0);
  };
}

function assertInGrid(axes: readonly Float64Array[], theta: Float64Array): void {
  if (theta.length !== axes.length) throw new ShapeError(APPLY, "theta0", `[N, ${theta.length}]`, `[N, ${axes.length}]`);
  axes.forEach((axis, d) => {
    if (theta[d]! >= axis[0]! && theta[d]! <= axis.at(-1)!) return;
    const expected = `a number in [${axis[0]}, ${axis.at(-1)}], the range of the fit`;
    throw new DomainError(APPLY, `theta0's column ${d}`, theta[d], expected, "calibrate with events from there too");
  });
}

function polynomialCurve(record: PolynomialRecord): CurveAt {
  return (theta) => {
    assertInBox(APPLY, record, theta);
    const monomials = thetaMonomials(record, theta);
    const at = (coefficients: readonly number[]) => coefficients.reduce((total, value, m) => total + value * monomials[m]!, 0);
    return curveOf({ kind: "affine", intercept: at(record.intercept), slope: at(record.slope) });
  };
}
