import { DomainError, ShapeError } from "../../errors.js";
import type { Matrix } from "../../numerics/matrix.js";
import type { CalibrationSample } from "./calibration.js";

/** Estimated log r and labels `[n]` of the events that one curve is fitted to. */
export type Events = Pick<CalibrationSample, "logRatio" | "label">;

/** Events of a label that a curve needs at least. */
export const FEWEST = 20;

/**
 * Refuses a sample whose parts do not fit, or that holds what is no number.
 *
 * @param where - The method's `fit`.
 */
export function assertSample(where: string, { logRatio, label, theta0 }: CalibrationSample): void {
  if (label.length !== logRatio.length) throw new ShapeError(where, "sample.label", `[${label.length}]`, `[${logRatio.length}]`);
  if (theta0.rows !== logRatio.length)
    throw new ShapeError(where, "sample.theta0", `[${theta0.rows}, ${theta0.columns}]`, `[${logRatio.length}, D]`);
  assertFinite(where, "sample.logRatio", logRatio);
  assertFinite(where, "sample.theta0", theta0.values);
  const bad = label.findIndex((value) => value !== 0 && value !== 1);
  if (bad >= 0) throw new DomainError(where, `sample.label[${bad}]`, label[bad], "0 (from theta0) or 1 (from theta1)");
}

/** Refuses arguments of `apply` that do not fit each other. */
export function assertArguments(where: string, logRatio: Float64Array, theta0: Matrix): void {
  if (theta0.rows !== 1 && theta0.rows !== logRatio.length)
    throw new ShapeError(
      where,
      "theta0",
      `[${theta0.rows}, ${theta0.columns}]`,
      `[${logRatio.length}, D], or [1, D] for one theta0 of all`,
    );
  assertFinite(where, "logRatio", logRatio);
  assertFinite(where, "theta0", theta0.values);
}

function assertFinite(where: string, argument: string, values: Float64Array): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new DomainError(where, `${argument}[${bad}]`, values[bad], "a finite number", "find out why the estimator gives no number there");
}

/**
 * Counts the labels and refuses too few events.
 *
 * @param place - Which events these are, for the message: "sample", or with a theta0.
 * @param needed - Labels of which events are needed.
 * @returns Number of events with label 0 and 1.
 */
export function countLabels(
  where: string,
  place: string,
  { label }: Pick<Events, "label">,
  needed: readonly (0 | 1)[] = [0, 1],
): [number, number] {
  const ones = label.reduce((total, value) => total + value, 0);
  const counts: [number, number] = [label.length - ones, ones];
  for (const value of needed) {
    if (counts[value] >= FEWEST) continue;
    const what = `${counts[value]} events with label ${value}`;
    throw new DomainError(where, place, what, `at least ${FEWEST}`, 'simulate more events, or calibrate with theta: "pooled"');
  }
  return counts;
}

/** Refuses log ratios that are all the same: they cannot tell the labels apart. */
export function assertVaries(where: string, place: string, { logRatio }: Pick<Events, "logRatio">): void {
  if (logRatio.some((value) => value !== logRatio[0])) return;
  const advice = "the estimator does not tell the hypotheses apart: train it longer, or on more events";
  throw new DomainError(where, `${place}.logRatio`, `${logRatio[0]} for all events`, "values that differ", advice);
}
