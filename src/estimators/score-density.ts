/**
 * Ratios from the density of the score: the score at a reference point is a summary of x that is sufficient near that point, so a histogram of it
 * has the whole likelihood ratio there, and less and less farther away.
 *
 *   r(x | theta, theta1) = p(t(x) | theta) / p(t(x) | theta1),   t(x) = grad log p(x | reference)        SALLY
 *   the same with the one number h(x) = t(x) . (theta - theta1) in place of t(x)                        SALLINO
 *
 * Each density is (n_b + c) / (n + B c) in bin b of B. Between the nodes of the simulations' grid log r is linear in each parameter.
 *
 * @module
 * @source Brehmer, Cranmer, Louppe, Pavez 2018, arXiv:1805.00020, sections on SALLY and SALLINO; the edges and the rotation as in its public code
 */
import { DomainError, ShapeError } from "../errors.js";
import type { Matrix } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import type { Binning } from "./binning.js";
import { coarseBins, fineBins, finestBins, openBins } from "./score-bins.js";
import { type LocalScore, ratioOfTables, type ScoreRatio, type ScoreSimulations } from "./score-ratio.js";
import { components, turned } from "./score-table.js";

/** Options of `sallinoDensity`. */
export interface SallinoDensityOptions<Ranges extends ParameterRanges = ParameterRanges> {
  /** theta1: a node of the simulations' grid. */
  readonly denominator: Theta<Ranges>;
  /**
   * Bins of h: a number of equal probability under the denominator, or a binning of the denominator's values; the outermost bins have no end. Default 112 bins
   * in units of h's standard deviation under the denominator: of width 0.05 in [-1, 1], 0.1 to 3, 0.25 to 5, wider to 20.
   */
  readonly bins?: number | Binning;
  /** Added to each count, in events, above 0; default 0.5. Larger pulls towards log r = 0. */
  readonly pseudoCount?: number;
}

/** Options of `scoreDensity`. */
export interface ScoreDensityOptions<Ranges extends ParameterRanges = ParameterRanges> extends Omit<SallinoDensityOptions<Ranges>, "bins"> {
  /**
   * Bins of each component of the score, or of each of its axes when it is turned: numbers of equal probability under the denominator, or binnings of the
   * denominator's values; the outermost bins have no end. Default 54 bins in units of the standard deviation under the denominator: of width 0.1 in [-1, 1],
   * 0.2 to 2, 0.5 to 5, wider to 20; across the direction of a turned score 16, from 0.5 in the middle on.
   */
  readonly bins?: number | Binning | readonly (number | Binning)[];
  /**
   * Whether the score of two parameters is turned for each node, so that its first axis is along theta - theta1; default true. Each component is first
   * divided by its standard deviation under the denominator, and theta - theta1 multiplied by it, so that units do not matter.
   */
  readonly rotate?: boolean;
}

/**
 * SALLY's ratio: from the density of the score of one or two parameters.
 *
 * It is exact near the reference with many events, up to what the bins blur; far from it the score leaves out what x says, and log r is
 * too small. For more than two parameters use `sallinoDensity`, which needs fewer events as well.
 *
 * @param score - The score at a reference point.
 * @param simulations - Many events at each theta of a grid that has the denominator as a node.
 * @param options - Denominator; bins, rotation, pseudo-count.
 * @returns The ratio, a function of x and theta. It keeps the scores of a matrix of events, whose values must not be changed.
 * @throws {DomainError} When theta is continuous, the grid has holes or not the denominator, there are more than two parameters, or an option is out of range.
 * @throws {ShapeError} When there is not one binning for each component, or the score is not `[N, D]`.
 * @example
 * const ratio = scoreDensity(score, simulations, { denominator: { slope: -0.8 } });
 * logLikelihood(ratio, events)({ slope: -0.7 });
 */
export function scoreDensity<Ranges extends ParameterRanges>(
  score: LocalScore<Ranges>,
  simulations: ScoreSimulations<Ranges>,
  options: ScoreDensityOptions<Ranges>,
): ScoreRatio<Ranges> {
  const where = "scoreDensity";
  const dimensions = Object.keys(score.parameters).length;
  if (dimensions > 2) throw new DomainError(where, "score.parameters", dimensions, "one or two parameters", "use sallinoDensity");
  const turns = dimensions === 2 && (options.rotate ?? true);
  const defaults = turns ? [fineBins, coarseBins] : new Array<Binning>(dimensions).fill(fineBins);
  const binnings = binningsOf(where, options.bins, defaults);
  const project = turns ? turned : ({ columns }: Matrix) => components(columns);
  return ratioOfTables(where, { score, simulations }, { ...options, binnings, project });
}

/**
 * SALLINO's ratio: from the density of the score's component along theta - theta1, one histogram for each node.
 *
 * One number for any number of parameters: it needs few events, and keeps what matters near the reference along that direction.
 *
 * @param score - The score at a reference point.
 * @param simulations - Many events at each theta of a grid that has the denominator as a node.
 * @param options - Denominator; bins, pseudo-count.
 * @returns The ratio, a function of x and theta. It keeps the scores of a matrix of events, whose values must not be changed.
 * @throws {DomainError} When theta is continuous, the grid has holes or not the denominator, or an option is out of range.
 * @throws {ShapeError} When the score is not `[N, D]`.
 * @example
 * sallinoDensity(score, simulations, { denominator: { slope: -0.8 }, bins: 60 }).logRatio(x, { slope: -0.7 });
 */
export function sallinoDensity<Ranges extends ParameterRanges>(
  score: LocalScore<Ranges>,
  simulations: ScoreSimulations<Ranges>,
  options: SallinoDensityOptions<Ranges>,
): ScoreRatio<Ranges> {
  const where = "sallinoDensity";
  const binnings = binningsOf(where, options.bins, [finestBins]);
  return ratioOfTables(where, { score, simulations }, { ...options, binnings, project: (_, step) => [step] });
}

function binningsOf(where: string, bins: ScoreDensityOptions["bins"], defaults: readonly Binning[]): Binning[] {
  if (bins === undefined) return [...defaults];
  const given = typeof bins === "number" || typeof bins === "function" ? defaults.map(() => bins) : bins;
  if (given.length !== defaults.length)
    throw new ShapeError(where, "bins", `[${given.length}]`, `[${defaults.length}], one for each component of the score`);
  return given.map((one) => openBins(where, one));
}
