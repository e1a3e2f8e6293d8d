import { chiSquareCdf } from "../numerics/special.js";
import { type Check, gradeOf, shown } from "./check.js";

/** Bins of equal numbers of events, before those with too few of one label are joined. */
const BINS = 10;
/** Fewest events of the rarer label that a bin should hold for its count to be normal. */
const FEWEST_EXPECTED = 10;
/** A bin further off than this spoils results. */
const MATTERS = 0.03;

/** Events with about the same s_hat. */
interface Bin {
  readonly events: number;
  /** Sum of s_hat: the expected number with label 1. */
  readonly said: number;
  /** The number with label 1. */
  readonly found: number;
  /** Sum of s_hat (1 - s_hat). */
  readonly variance: number;
}

/**
 * Whether the classifier s_hat = 1 / (1 + r_hat) means what it says: in bins of s_hat, the part of the events with label 1 against the mean of
 * s_hat. An exact one gives chi^2 with as many degrees of freedom as bins.
 *
 * @param logRatio - log r_hat of each event `[N]`.
 * @param label - `[N]`, both hypotheses equally often.
 */
export function calibrationCurve(logRatio: Float64Array, label: Float64Array): Check {
  const order = Array.from(logRatio.keys()).sort((a, b) => logRatio[b]! - logRatio[a]!);
  const edge = (b: number) => Math.floor((b * order.length) / BINS);
  const bins = joined(Array.from({ length: BINS }, (_, b) => binOf(order.slice(edge(b), edge(b + 1)), logRatio, label)));
  const chiSquare = bins.reduce((total, bin) => total + deviation(bin) ** 2, 0);
  const pValue = 1 - chiSquareCdf(chiSquare, bins.length);
  const far = ({ events, said, found }: Bin) => Math.abs(found - said) / events;
  const worst = bins.reduce((furthest, bin) => (far(bin) > far(furthest) ? bin : furthest));
  const grade = gradeOf(pValue, far(worst) > MATTERS);
  const curve = curveOf(bins);
  const place = bins.indexOf(worst);
  return {
    name: "calibration",
    grade,
    value: chiSquare,
    threshold: `chi-square of ${bins.length} bins (p >= 0.01)`,
    message: `where it says ${shown(curve.x[place]!)}, ${shown(curve.y[place]!)} +- ${shown(curve.error[place]!, 2)} of the events are the denominator's (p = ${shown(pValue, 2)})`,
    advice: grade === "pass" ? "" : "train longer or on more events, or calibrate (isotonicCalibration)",
    curve,
  };
}

function binOf(places: readonly number[], logRatio: Float64Array, label: Float64Array): Bin {
  let [said, found, variance] = [0, 0, 0];
  for (const i of places) {
    const s = 1 / (1 + Math.exp(logRatio[i]!));
    said += s;
    found += label[i]!;
    variance += s * (1 - s);
  }
  return { events: places.length, said, found, variance };
}

/** Neighbours joined until each expects enough events of either label; the last ones join what is before them. */
function joined(bins: readonly Bin[]): Bin[] {
  const result: Bin[] = [];
  for (const bin of bins) {
    const last = result.at(-1);
    if (last && last.variance < FEWEST_EXPECTED) result[result.length - 1] = sum(last, bin);
    else result.push(bin);
  }
  const last = result.at(-1)!;
  return result.length > 1 && last.variance < FEWEST_EXPECTED ? [...result.slice(0, -2), sum(result.at(-2)!, last)] : result;
}

function sum(a: Bin, b: Bin): Bin {
  return { events: a.events + b.events, said: a.said + b.said, found: a.found + b.found, variance: a.variance + b.variance };
}

/** In standard errors; a bin that is certain and right has neither. */
function deviation({ said, found, variance }: Bin): number {
  return found === said ? 0 : (found - said) / Math.sqrt(variance);
}

function curveOf(bins: readonly Bin[]) {
  return {
    x: Float64Array.from(bins, ({ said, events }) => said / events),
    y: Float64Array.from(bins, ({ found, events }) => found / events),
    error: Float64Array.from(bins, ({ variance, events }) => Math.sqrt(variance) / events),
  };
}
