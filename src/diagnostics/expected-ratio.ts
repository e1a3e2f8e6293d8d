import type { LabelledSample } from "../data/mined-sample.js";
import { columnOf } from "../numerics/matrix.js";
import { quantileOf } from "../numerics/quantiles.js";
import { type Check, gradeOf, notFinite, shown, twoSided } from "./check.js";

/** A mean of r further from one than this spoils results. */
const MATTERS = 0.05;
/** Fewest effective events for which the mean's error can be believed. */
const FEWEST = 30;

/**
 * The mean of r over the denominator's events, which is one: E[p0 / p1] over p1. Over all of them, and over the lower and upper half of each
 * parameter that varies; the furthest counts, corrected for their number.
 *
 * @param logRatio - log r_hat of each event `[N]`.
 */
export function expectedRatio(logRatio: Float64Array, { label, theta0 }: Pick<LabelledSample, "label" | "theta0">): Check {
  const name = "mean of r";
  const events = Array.from(label.keys()).filter((i) => label[i] === 1);
  const ratios = Float64Array.from(events, (i) => Math.exp(logRatio[i]!));
  const broken = notFinite(name, ratios);
  if (broken) return broken;
  const all = meanRatio(ratios);
  const groups = Array.from({ length: theta0.columns }, (_, j) => halves(columnOf(theta0, j), events)).flat();
  const means = [all, ...groups.map((places) => meanRatio(Float64Array.from(places, (place) => ratios[place]!)))];
  const worst = means.reduce((far, other) => (Math.abs(other.z) > Math.abs(far.z) ? other : far));
  const pValue = Math.min(1, means.length * twoSided(worst.z));
  const threshold = "1 within its error";
  if (!(all.effective >= FEWEST)) {
    const message = `the ratios of ${ratios.length} events are worth those of ${shown(all.effective)}`;
    return {
      name,
      grade: "warn",
      value: all.mean,
      threshold,
      message,
      advice: "too few to say: hold more events out, or bring the hypotheses closer together",
    };
  }
  const grade = gradeOf(pValue, Math.abs(worst.mean - 1) > MATTERS);
  const message = `E[r] over the denominator's events is ${shown(worst.mean)} +- ${shown(worst.error, 2)}${worst === all ? "" : " in one half of a parameter's range"}`;
  return {
    name,
    grade,
    value: worst.mean,
    threshold,
    message,
    advice: grade === "pass" ? "" : "train longer or on more events, or calibrate (expectationCalibration)",
  };
}

interface MeanRatio {
  readonly mean: number;
  readonly error: number;
  /** (mean - 1) / error. */
  readonly z: number;
  /** Number of events of equal weight that would be worth as much. */
  readonly effective: number;
}

function meanRatio(ratios: Float64Array): MeanRatio {
  const n = ratios.length;
  const mean = ratios.reduce((total, r) => total + r, 0) / n;
  const squares = ratios.reduce((total, r) => total + r * r, 0) / n;
  const error = Math.sqrt(Math.max(0, squares - mean * mean) / Math.max(1, n - 1));
  // An estimator that says 1 for all has no spread, and no deviation.
  return { mean, error, z: mean === 1 ? 0 : (mean - 1) / error, effective: n === 0 ? 0 : (n * mean * mean) / squares };
}

/** Places among the events below and above the median of a column; none where it does not vary. */
function halves(column: Float64Array, events: readonly number[]): number[][] {
  const values = Float64Array.from(events, (i) => column[i]!);
  const median = quantileOf(values, 0.5);
  const places = [...values.keys()];
  const parts = [places.filter((place) => values[place]! < median), places.filter((place) => values[place]! >= median)];
  return parts.every((part) => part.length >= FEWEST) ? parts : [];
}
