import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { toTheta } from "../numerics/parameters.js";
import {
  assertOneOrTwo,
  boxAround,
  boxOf,
  checkPoints,
  DEFAULT_POINTS,
  type Grid,
  gridOver,
  type RowFunction,
  rowFunction,
} from "./grid.js";
import type { LogLikelihoodFunction } from "./log-likelihood-function.js";
import { type BestFit, maximumLikelihood } from "./maximum-likelihood.js";
import { checkLevels, type Interval, intervalsBelow, type Region } from "./region.js";
import type { ConfidenceMethod } from "./wilks.js";

/** Options of `confidenceRegion`. */
export interface ConfidenceRegionOptions {
  /** Probabilities in (0, 1), e.g. `[0.6827, 0.9545]`. */
  readonly levels: readonly number[];
  /** How a probability becomes a height of the test statistic, e.g. `wilks()`. */
  readonly method: ConfidenceMethod;
  /** Nodes of the grid along each parameter; default 401 in one parameter, 81 in two. More draw smoother contours; intervals do not depend on it. */
  readonly points?: number;
  /** Narrows the grid to the region; default true. False keeps the whole range of the parameters. */
  readonly zoom?: boolean;
}

/** Region of the parameters that the data do not exclude; what `confidenceRegion` returns. */
export interface ConfidenceRegion<Ranges extends ParameterRanges = ParameterRanges> extends Region<Ranges> {
  readonly best: BestFit<Ranges>;
}

/**
 * Confidence region of one or two parameters: where the test statistic is at most the method's threshold.
 *
 * -2 log lambda(theta) = -2 ( log L(theta) - log L(thetaHat) )
 *
 * Of one parameter the ends of the intervals are found by root finding; of two, the region is the grid cut at the threshold.
 *
 * @param logL - Log-likelihood of one or two parameters.
 * @param options - Probabilities, method, grid.
 * @returns Levels with thresholds and intervals, best fit, and the test statistic on a grid.
 * @throws {ShapeError} When there are more than two parameters, or no level.
 * @throws {DomainError} When a level is no probability, `points` is no grid, or the log-likelihood has no finite value.
 * @throws {NotConvergedError} When there is no best fit.
 * @example
 * const region = await confidenceRegion(logL, { levels: [0.6827, 0.9545], method: wilks() });
 * region.levels[0].intervals; // [{ low, high, lowAtRange, highAtRange }]
 */
export async function confidenceRegion<Ranges extends ParameterRanges>(
  logL: LogLikelihoodFunction<Ranges>,
  options: ConfidenceRegionOptions,
): Promise<ConfidenceRegion<Ranges>> {
  const where = "confidenceRegion";
  assertOneOrTwo(where, logL.parameters);
  const box = boxOf(where, logL.parameters);
  const { levels, method, points = DEFAULT_POINTS[box.length - 1]!, zoom = true } = options;
  checkLevels(where, levels);
  checkPoints(where, points, box.length);
  const thresholds = await Promise.all(levels.map((level) => method.threshold(level, box.length)));
  const f = rowFunction(where, logL);
  const first = maximumLikelihood(logL);
  const peak = { row: Object.values<number>(first.theta), value: first.logLikelihood };
  const grid = gridOver(f, zoom ? boxAround(f, box, { peak, drop: Math.max(...thresholds) / 2 }) : box, points);
  const best = improve(logL, first, grid);
  const cut = (threshold: number) => (box.length === 1 ? cutLine(f, grid, { threshold, best, range: box[0]! }) : []);
  return {
    parameters: logL.parameters,
    levels: levels.map((probability, i) => ({ probability, threshold: thresholds[i]!, intervals: cut(thresholds[i]!) })),
    best,
    grid: { axes: grid.axes, shape: grid.shape, testStatistic: grid.values.map((value) => Math.max(0, 2 * (best.logLikelihood - value))) },
    method: method.name,
    note: method.note,
  };
}

/** Searches again from the grid's highest node where that is higher than the best fit. */
function improve<Ranges extends ParameterRanges>(logL: LogLikelihoodFunction<Ranges>, best: BestFit<Ranges>, grid: Grid): BestFit<Ranges> {
  const highest = grid.values.reduce((top, value, place) => (value > grid.values[top]! ? place : top), 0);
  if (grid.values[highest]! <= best.logLikelihood) return best;
  return maximumLikelihood(logL, { start: toTheta(nodeAt(grid, highest), logL.parameters) as Theta<Ranges> });
}

function nodeAt({ axes, shape }: Grid, place: number): number[] {
  const last = shape.at(-1)!;
  return axes.length === 1 ? [axes[0]![place]!] : [axes[0]![Math.floor(place / last)]!, axes[1]![place % last]!];
}

function cutLine(
  f: RowFunction,
  { axes }: Grid,
  { threshold, best, range }: { threshold: number; best: BestFit; range: readonly [number, number] },
): Interval[] {
  // With the best fit among the nodes even a region narrower than the grid's spacing has a node inside.
  const nodes = [...new Set([...axes[0]!, ...Object.values(best.theta)])].sort((a, b) => a - b);
  return intervalsBelow((x) => 2 * (best.logLikelihood - f([x])), nodes, { threshold, range });
}
