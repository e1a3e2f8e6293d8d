import type { LabelledSample } from "../data/mined-sample.js";
import { columnOf } from "../numerics/matrix.js";
import { quantileOf } from "../numerics/quantiles.js";
import { type Check, FEWEST, gradeOf, shown, twoSided } from "./check.js";

/** A mean of r further from one than this spoils results. */
const MATTERS = 0.05;
/** The mean is normal while no ratio adds more than so many of its standard errors. */
const NO_OUTLIER = 0.2;
/** The part of the numerator's events that may lie beyond nearly all of the denominator's. */
const BEYOND = 0.5;

/** A mean of r, and over which of the events. */
interface MeanRatio {
  readonly mean: number;
  readonly error: number;
  /** (mean - 1) / error. */
  readonly z: number;
  /** Part of the numerator's events that r is counted by in place of the denominator's. */
  readonly beyond: number;
  /** Number of the denominator's events of equal weight that would be worth as much. */
  readonly effective: number;
  /** In words; empty for all. */
  readonly place: string;
}

/**
 * The mean of r over the denominator's events, which is one: E[p0 / p1] over p1. Over all of them, and over the lower and upper half of each
 * parameter that varies; the furthest counts, corrected for their number.
 *
 * A few very large ratios would make the mean's error a guess. Where there are such, the part above c, the r of the denominator's 30th largest
 * event, is counted by the numerator's events: E_1[r] = E_1[r where r <= c] + P_0(r > c).
 *
 * @param logRatio - log r_hat of each event `[N]`.
 * @param events - The events.
 */
export function expectedRatio(
  logRatio: Float64Array,
  { label, theta0, parameters }: Pick<LabelledSample, "label" | "parameters" | "theta0">,
): Check {
  const events = [...label.keys()];
  const ratios = logRatio.map(Math.exp);
  const all = meanRatio(events, { ratios, label, place: "" });
  const parts = Object.keys(parameters).flatMap((name, j) => halves(columnOf(theta0, j), name, label));
  const means = [all, ...parts.map(({ places, place }) => meanRatio(places, { ratios, label, place }))];
  const worst = means.reduce((far, other) => (Math.abs(other.z) > Math.abs(far.z) ? other : far));
  const base = { name: "mean of r", threshold: "1 within its error" };
  if (!(all.effective >= FEWEST && all.beyond <= BEYOND)) {
    const message = `${shown(100 * all.beyond)} % of the numerator's events have a larger r than nearly all of the denominator's, and the ratios of the others are worth ${shown(Math.round(all.effective))} events`;
    const advice = "too few to say: hold more events out, or bring the hypotheses closer together";
    return { ...base, grade: "warn", value: all.mean, message, advice };
  }
  const grade = gradeOf(Math.min(1, means.length * twoSided(worst.z)), Math.abs(worst.mean - 1) > MATTERS);
  const message = `E[r] over the denominator's events${worst.place} is ${shown(worst.mean)} +- ${shown(worst.error, 2)}`;
  const advice = grade === "pass" ? "" : "train longer or on more events, or calibrate (expectationCalibration)";
  return { ...base, grade, value: worst.mean, message, advice };
}

function meanRatio(
  events: readonly number[],
  { ratios, label, place }: { readonly ratios: Float64Array; readonly label: Float64Array; readonly place: string },
): MeanRatio {
  const [numerator, denominator] = [0, 1].map((y) => Float64Array.from(events.filter((i) => label[i] === y)).map((i) => ratios[i]!));
  const n = denominator!.length;
  const largest = numerator!.length > 0 ? cutOf(denominator!) : Number.POSITIVE_INFINITY;
  const { mean, squares } = moments(denominator!.map((r) => (r <= largest ? r : 0)));
  const beyond = numerator!.filter((r) => r > largest).length / Math.max(1, numerator!.length);
  const variance = Math.max(0, squares - mean * mean) / (n - 1) + (beyond * (1 - beyond)) / Math.max(1, numerator!.length - 1);
  const error = Math.sqrt(variance);
  const whole = mean + beyond;
  // An estimator that says 1 for all has no spread, and no deviation.
  return { mean: whole, error, z: whole === 1 ? 0 : (whole - 1) / error, beyond, effective: (n * mean * mean) / squares, place };
}

/** Above which r the denominator's events are too few; Infinity where they are many enough. */
function cutOf(ratios: Float64Array): number {
  const { mean, squares } = moments(ratios);
  const n = ratios.length;
  const sorted = ratios.slice().sort();
  const most = (sorted[n - 1]! - mean) / Math.sqrt(n * (squares - mean * mean));
  return most > NO_OUTLIER ? sorted[Math.max(0, n - FEWEST)]! : Number.POSITIVE_INFINITY;
}

function moments(values: Float64Array): { readonly mean: number; readonly squares: number } {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const squares = values.reduce((total, value) => total + value * value, 0) / values.length;
  return { mean, squares };
}

/** Events below and above the median of a column; none where it does not vary. */
function halves(column: Float64Array, name: string, label: Float64Array): { readonly places: number[]; readonly place: string }[] {
  const median = quantileOf(column, 0.5);
  const all = [...column.keys()];
  const parts = [
    { places: all.filter((i) => column[i]! < median), place: ` with ${name} below ${shown(median)}` },
    { places: all.filter((i) => column[i]! >= median), place: ` with ${name} from ${shown(median)}` },
  ];
  return parts.every(({ places }) => places.filter((i) => label[i] === 1).length >= 2 * FEWEST) ? parts : [];
}
