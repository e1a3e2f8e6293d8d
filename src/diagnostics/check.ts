import { standardNormalCdf } from "../numerics/special.js";

/** How a check went. */
export type Grade = "fail" | "pass" | "warn";

/** One check: a number, what it was held against, and what to do. */
export interface Check {
  readonly name: string;
  readonly grade: Grade;
  /** What was measured. */
  readonly value: number;
  /** What it was held against, in words. */
  readonly threshold: string;
  /** What it says. */
  readonly message: string;
  /** What to do; empty when it passed. */
  readonly advice: string;
  /** Plain numbers to draw, where there is something to draw. */
  readonly curve?: CheckCurve;
}

/** Points with errors. */
export interface CheckCurve {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Standard error of y. */
  readonly error: Float64Array;
}

/** A correct estimator gets a warning in one of a hundred checks, and fails one in ten thousand. */
export const WARN_LEVEL = 1e-2;
export const FAIL_LEVEL = 1e-4;

/**
 * The grade of a deviation: it warns when chance would give as much in one of a hundred, and fails when in one of ten thousand and it is also
 * large enough to matter.
 *
 * @param pValue - Probability of as large a deviation of an exact estimator.
 * @param matters - Whether the deviation is large enough to spoil a result.
 */
export function gradeOf(pValue: number, matters: boolean): Grade {
  if (!(pValue < WARN_LEVEL)) return "pass";
  return pValue < FAIL_LEVEL && matters ? "fail" : "warn";
}

/** Probability of a normal deviation at least as far on either side. */
export function twoSided(z: number): number {
  return Number.isNaN(z) ? 0 : 2 * standardNormalCdf(-Math.abs(z));
}

/** A check that estimates that are not finite fail. */
export function notFinite(name: string, values: ArrayLike<number>): Check | undefined {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) count++;
  if (count === 0) return undefined;
  return {
    name,
    grade: "fail",
    value: count,
    threshold: "0 estimates that are not finite",
    message: `${count} of ${values.length} estimates are NaN or infinite`,
    advice: "look for such values among the observables; train with a lower learning rate",
  };
}

/** A number as a person reads it. */
export function shown(value: number, digits = 3): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(digits);
}
