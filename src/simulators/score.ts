import { DomainError } from "../errors.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Simulator } from "./contract.js";
import type { EventRunner } from "./event-runner.js";

/** First step of a difference in units of the parameter's range; a power of two, so that theta + h loses no bits of h. */
const FIRST_STEP = 2 ** -9;
/** How often the step may be divided by four before the score is refused. */
const REFINEMENTS = 9;
/** Largest accepted difference of the two orders, relative to the larger of the score and one over the range. */
const TOLERANCE = 1e-8;

/** Derivative by a central difference, and how far the next lower order is from it. */
export interface CheckedDerivative {
  readonly value: number;
  readonly error: number;
}

/** Where a score is asked for. */
export interface ScorePoint {
  /** theta `[D]`. */
  readonly row: Float64Array;
  /** What `replay` gives at theta itself. */
  readonly atRow: number;
}

/**
 * The gradient of log p(x, z given theta) on the event on the tape, into `out` `[D]`.
 *
 * @param simulator - Uses its own `score` where it has one.
 * @param runner - Holds the event.
 * @param point - Where.
 * @param out - Receives the score `[D]`.
 * @throws {MissingGoldError} When no step brings the difference's error estimate below the tolerance.
 */
export function scoreOnTape(simulator: Simulator<ParameterRanges>, runner: EventRunner, point: ScorePoint, out: Float64Array): void {
  const names = Object.keys(simulator.parameters);
  if (simulator.score) {
    const own = simulator.score(runner.thetaOf(point.row), runner.tape);
    for (let j = 0; j < names.length; j++) out[j] = ownComponent(simulator.name, names[j]!, own[names[j]!]);
    return;
  }
  for (let j = 0; j < names.length; j++) out[j] = differenceScore(runner, point, j, simulator.parameters[names[j]!]!);
}

function differenceScore(runner: EventRunner, { row, atRow }: ScorePoint, j: number, [low, high]: readonly [number, number]): number {
  const centre = row[j]!;
  const width = high - low < Infinity ? high - low : Math.max(1, Math.abs(centre));
  const logProb = (offset: number) => replayBeside(runner, row, j, offset) - atRow;
  let best: CheckedDerivative = { value: Number.NaN, error: Infinity };
  let step = FIRST_STEP * width;
  for (let k = 0; k <= REFINEMENTS; k++, step /= 4) {
    const derivative = centralDifference(logProb, step);
    if (derivative.error <= TOLERANCE * Math.max(Math.abs(derivative.value), 1 / width)) return derivative.value;
    if (derivative.error < best.error) best = derivative;
  }
  throw noScore(runner, row, j, best);
}

/**
 * f'(0) of a function with f(0) = 0 to sixth order from six values. The error estimate is the larger of its distance to the fourth
 * order and of the corner that the values would allow: f(h) + f(-h) = 2 corner |h| + O(h^2), by which a symmetric corner, where
 * every central difference is zero, is told from a smooth function. The truncation error of the value itself is smaller than the
 * first by about (h / R)^2, R the distance to the nearest singularity of f.
 *
 * @param f - Function of the offset.
 * @param h - Step.
 * @returns The derivative; its error is NaN where f is not finite.
 * @source Fornberg 1988, Mathematics of Computation 51, 699, table 1; the corner's weights 15, -6, 1 cancel h^2 and h^4
 */
export function centralDifference(f: (offset: number) => number, h: number): CheckedDerivative {
  const [above1, above2, above3] = [f(h), f(2 * h), f(3 * h)];
  const [below1, below2, below3] = [f(-h), f(-2 * h), f(-3 * h)];
  const [odd1, odd2, odd3] = [above1 - below1, above2 - below2, above3 - below3];
  const value = (45 * odd1 - 9 * odd2 + odd3) / (60 * h);
  const fourthOrder = (8 * odd1 - odd2) / (12 * h);
  const corner = (15 * (above1 + below1) - 6 * (above2 + below2) + above3 + below3) / (12 * h);
  return { value, error: Math.max(Math.abs(value - fourthOrder), Math.abs(corner)) };
}

/** Beyond its range theta may be one that a distribution refuses: there log p is NaN, and a smaller step is tried. */
function replayBeside(runner: EventRunner, row: Float64Array, j: number, offset: number): number {
  const centre = row[j]!;
  row[j] = centre + offset;
  try {
    return runner.replay(row);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return Number.NaN;
  } finally {
    row[j] = centre;
  }
}

function noScore(runner: EventRunner, row: Float64Array, j: number, best: CheckedDerivative) {
  const reason = Number.isFinite(best.error)
    ? `the difference of log p is uncertain by ${best.error.toExponential(1)} with the value ${best.value.toExponential(3)}`
    : "log p is not finite beside theta";
  return runner.missing(`no score for parameter ${j} at ${runner.show(row)}: ${reason}`, undefined, {
    advice: "make log p smooth in theta, keep theta off the edge of what the distributions accept, or give the simulator its own score",
  });
}

function ownComponent(simulator: string, name: string, value: number | undefined): number {
  if (!Number.isFinite(value))
    throw new DomainError("mine", `score.${name} of ${simulator}`, value, "a finite number", "return one for each parameter");
  return value as number;
}
