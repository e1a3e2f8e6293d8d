import type { LabelledSample } from "../data/mined-sample.js";
import { rowOf } from "../numerics/matrix.js";
import { toTheta } from "../numerics/parameters.js";
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
/** Fewest events, or events of equal weight that weighted ones are worth, by which a mean's error can be believed. */
export const FEWEST = 30;
/** From here e^log r, or its square, is no number any more. */
const LARGEST_LOG_RATIO = 350;

/**
 * The grade of a deviation: it warns when chance would give as much in one of a hundred, and fails when in one of ten thousand and it is also
 * large enough to matter.
 *
 * @param pValue - Probability of as large a deviation of an exact estimator.
 * @param matters - Whether the deviation is large enough to spoil a result.
 */
export function gradeOf(pValue: number, matters: boolean): Grade {
  // A probability that cannot be computed comes of estimates beyond all bounds.
  if (Number.isNaN(pValue)) return "fail";
  if (pValue >= WARN_LEVEL) return "pass";
  return pValue < FAIL_LEVEL && matters ? "fail" : "warn";
}

/** Probability of a normal deviation at least as far on either side. */
export function twoSided(z: number): number {
  return Number.isNaN(z) ? 0 : 2 * standardNormalCdf(-Math.abs(z));
}

/** The check that fails when some estimates are no numbers to go on with; undefined when all are. */
export function brokenEstimates(logRatio: Float64Array, { theta0, parameters }: LabelledSample): Check | undefined {
  const broken = [...logRatio.keys()].filter((i) => !Number.isFinite(logRatio[i]) || logRatio[i]! > LARGEST_LOG_RATIO);
  if (broken.length === 0) return undefined;
  const first = broken[0]!;
  const place = JSON.stringify(toTheta(rowOf(theta0, first), parameters));
  return {
    name: "estimates",
    grade: "fail",
    value: broken.length,
    threshold: "0 that are not finite",
    message: `${broken.length} of ${logRatio.length} estimates of log r are NaN, infinite or above ${LARGEST_LOG_RATIO}; the first is ${logRatio[first]} at theta0 = ${place}`,
    advice: "look for such values among the observables; train with a lower learning rate",
  };
}

/** A number as a person reads it. */
export function shown(value: number, digits = 3): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(digits);
}
