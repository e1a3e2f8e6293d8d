import { chiSquareCdf } from "../numerics/special.js";
import { type Check, gradeOf, notFinite, shown } from "./check.js";

/** Bins of equal numbers of events. */
const BINS = 10;
/** A bin further off than this spoils results. */
const MATTERS = 0.03;

/**
 * Whether the classifier s_hat = 1 / (1 + r_hat) means what it says: in bins of s_hat, the part of the events with label 1 against the mean of
 * s_hat. An exact one gives chi^2 with as many degrees of freedom as bins.
 *
 * @param logRatio - log r_hat of each event `[N]`.
 * @param label - `[N]`, both hypotheses equally often.
 */
export function calibrationCurve(logRatio: Float64Array, label: Float64Array): Check {
  const name = "calibration";
  const broken = notFinite(name, logRatio);
  if (broken) return broken;
  const order = Array.from(logRatio.keys()).sort((a, b) => logRatio[b]! - logRatio[a]!);
  const bins = Array.from({ length: BINS }, (_, b) =>
    binOf(order.slice(Math.floor((b * order.length) / BINS), Math.floor(((b + 1) * order.length) / BINS)), logRatio, label),
  );
  const chiSquare = bins.reduce((total, { z }) => total + z * z, 0);
  const pValue = 1 - chiSquareCdf(chiSquare, BINS);
  const worst = bins.reduce((far, bin) => (Math.abs(bin.y - bin.x) > Math.abs(far.y - far.x) ? bin : far));
  const grade = gradeOf(pValue, Math.abs(worst.y - worst.x) > MATTERS);
  const curve = {
    x: Float64Array.from(bins, ({ x }) => x),
    y: Float64Array.from(bins, ({ y }) => y),
    error: Float64Array.from(bins, ({ error }) => error),
  };
  return {
    name,
    grade,
    value: chiSquare,
    threshold: `chi-square of ${BINS} bins`,
    message: `where it says ${shown(worst.x)}, ${shown(worst.y)} +- ${shown(worst.error, 2)} of the events are the denominator's`,
    advice: grade === "pass" ? "" : "train longer or on more events, or calibrate (isotonicCalibration)",
    curve,
  };
}

function binOf(events: readonly number[], logRatio: Float64Array, label: Float64Array) {
  let [said, found, variance] = [0, 0, 0];
  for (const i of events) {
    const s = 1 / (1 + Math.exp(logRatio[i]!));
    said += s;
    found += label[i]!;
    variance += s * (1 - s);
  }
  const n = Math.max(1, events.length);
  // A bin that is certain and right has no variance and no deviation.
  const z = found === said ? 0 : (found - said) / Math.sqrt(variance);
  return { x: said / n, y: found / n, error: Math.sqrt(variance) / n, z };
}
