import type { Matrix } from "../../numerics/matrix.js";
import type { CalibrationRecord } from "./record.js";

/**
 * How a calibration depends on theta0: `"pooled"` is one for all; `"each"` is one for each different theta0 of the sample, and knows no other;
 * `"parameterised"` goes over smoothly from theta0 to theta0, each method in its way.
 */
export type ThetaDependence = "pooled" | "each" | "parameterised";

/** What all calibrations have in common. */
export interface CalibrationOptions {
  /** How it depends on theta0; default `"pooled"`, which is right where the estimator errs alike at all theta0. */
  readonly theta?: ThetaDependence;
}

/** Events that the estimator was not trained on, with what it says of them. */
export interface CalibrationSample {
  /** The estimator's log r of each event `[N]`. */
  readonly logRatio: Float64Array;
  /** 0 for an event drawn from theta0, 1 for one from theta1, `[N]`. */
  readonly label: Float64Array;
  /** The theta0 at which log r was taken `[N, D]`. */
  readonly theta0: Matrix;
}

/** A way to calibrate, with its options set. */
export interface Calibration {
  readonly name: string;
  /**
   * Learns the map from estimated to calibrated log r.
   *
   * @param sample - Events of both labels that the estimator was not trained on.
   * @throws {ShapeError} When the parts of the sample differ in length.
   * @throws {DomainError} When a value is not finite, events of a label are too few, or theta0 does not fit the option `theta`.
   */
  fit(sample: CalibrationSample): FittedCalibration;
}

/** The map from estimated to calibrated log r. */
export interface FittedCalibration {
  /** Name of the method. */
  readonly name: string;
  /**
   * Calibrated log r.
   *
   * @param logRatio - The estimator's log r `[N]`.
   * @param theta0 - The theta0 of each `[N, D]`, or one for all `[1, D]`.
   * @returns `[N]`.
   * @throws {ShapeError} When there are not as many rows as values.
   * @throws {DomainError} When a value is not finite or theta0 is where nothing was fitted.
   */
  apply(logRatio: Float64Array, theta0: Matrix): Float64Array;
  /** Numbers and names alone, for a file; `calibrationFromRecord` reads it. */
  toRecord(): CalibrationRecord;
}
