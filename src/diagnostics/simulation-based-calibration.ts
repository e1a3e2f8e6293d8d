import { columnOf, type Matrix } from "../numerics/matrix.js";
import { key as makeKey } from "../numerics/random.js";
import { chiSquareCdf } from "../numerics/special.js";
import type { EcdfBand } from "./ecdf-bands.js";
import { rankUniformity } from "./ecdf-bands-ranks.js";
import { assertOptions } from "./given-options.js";
import type { ToySimulator } from "./simulated-events.js";
import { assertRanked, type CalibrationOptions, type CalibrationRuns, calibrationRuns } from "./simulation-based-calibration-runs.js";
import type { VerifiablePosterior } from "./verifiable-posterior.js";

/** Fewest data sets that a bin of the chi-square test is expected to hold, and most bins. */
const FEWEST_EXPECTED = 10;
const MOST_BINS = 20;

/** Ranks of the true parameters among draws from the posterior. */
export interface SimulationBasedCalibration {
  readonly names: readonly string[];
  /** L; ranks lie in 0, ..., L. */
  readonly draws: number;
  /** Draws below the truth, for each data set and parameter `[n, D]`; ties in random order. */
  readonly ranks: Matrix;
  /** Of each parameter `[D]`, in the order of the names. */
  readonly parameters: readonly ParameterCalibration[];
  /** Probability that an exact posterior leaves the bands of any parameter. */
  readonly alpha: number;
  /** Probability that an exact posterior is as far off in any parameter. */
  readonly pValue: number;
}

/** How the ranks of one parameter compare with uniform ones. */
export interface ParameterCalibration {
  readonly name: string;
  /** To draw. A curve above its band on the left says that truths lie low in the posterior. */
  readonly ecdf: EcdfBand;
  /** Exact probability that uniform ranks are as far off at any point, for this parameter alone. */
  readonly pValue: number;
  /** Mean of (rank + 1/2) / (L + 1): below 1/2 the posterior lies too high, above it too low. */
  readonly mean: number;
  /** Variance of the same about 1/2 over that of uniform ranks: above 1 the posterior is too narrow (or off), below 1 too wide. */
  readonly spread: number;
  /** Pearson's test on bins of ranks, a second opinion. */
  readonly chiSquare: { readonly value: number; readonly degreesOfFreedom: number; readonly pValue: number };
}

/**
 * Simulation-based calibration: theta from the prior, x given theta, and the rank of theta among L draws from the posterior given x. For an exact
 * posterior each parameter's ranks are uniform on 0, ..., L.
 *
 * The bands hold all points of all parameters together with probability 1 - alpha. What it cannot see: a posterior that ignores x and gives the
 * prior back passes, and so may one that is wrong only in how parameters go together; `tarp` and `expectedCoverage` look at those. Draws that
 * depend on each other make ranks pile up at both ends: thin them.
 *
 * @param posterior - What is tried.
 * @param simulator - Draws x given theta.
 * @param options - See `CalibrationOptions`.
 * @returns Ranks, and how they compare with uniform ones.
 * @throws {DomainError} When an argument is none, names differ, an option is out of range, or points of the posterior are not finite.
 * @throws {ShapeError} When the posterior gives another number of points or parameters than it was asked for.
 * @source Talts et al. 2018, arXiv:1804.06788, algorithm 1; Sailynoja, Burkner, Vehtari 2022, arXiv:2103.10522 for the bands
 * @example
 * const line = simulator({ name: "line", parameters: { mu: [-9, 9] }, observables: ["x"] }, (theta, sample) => [sample("x", normal(theta.mu, 1))]);
 * const at = ([x]) => ({ sample: (from, n) => ({ rows: n, columns: 1, values: standardNormals(from, n).map((z) => x / 2 + z * Math.SQRT1_2) }) });
 * const exact = { name: "exact", parameters: line.parameters, observables: ["x"], at };
 * const { parameters } = await simulationBasedCalibration(exact, line, { prior: independent({ mu: normal(0, 1) }), n: 100, draws: 50, seed: 1 });
 */
export async function simulationBasedCalibration(
  posterior: VerifiablePosterior,
  simulator: ToySimulator,
  options: CalibrationOptions,
): Promise<SimulationBasedCalibration> {
  const where = "simulationBasedCalibration";
  assertOptions(where, options, "prior and seed");
  const runs = await calibrationRuns(posterior, simulator, { options, key: makeKey(options.seed), ranks: { where, density: "no" } });
  assertRanked(where, runs);
  return calibrationOf(runs, options.alpha);
}

/** What runs say of each parameter. */
export function calibrationOf({ names, draws, parameterRanks: ranks }: CalibrationRuns, alpha = 0.01): SimulationBasedCalibration {
  // Bonferroni over the parameters; within one the band is exact.
  const parameters = names.map((name, j) => ({ name, ...calibrated(columnOf(ranks, j), draws, alpha / names.length) }));
  const least = Math.min(...parameters.map(({ pValue }) => pValue));
  return { names, draws, ranks, parameters, alpha, pValue: Math.min(1, names.length * least) };
}

function calibrated(ranks: Float64Array, draws: number, alpha: number): Omit<ParameterCalibration, "name"> {
  const { ecdf, pValue, mean, variance } = rankUniformity(ranks, { draws, alpha });
  const uniform = (1 - 1 / (draws + 1) ** 2) / 12;
  return { ecdf, pValue, mean, spread: variance / uniform, chiSquare: chiSquareOf(ranks, draws) };
}

/** Pearson's chi-square of ranks in bins of nearly equal numbers of ranks. */
export function chiSquareOf(ranks: Float64Array, draws: number): ParameterCalibration["chiSquare"] {
  const bins = Math.max(1, Math.min(MOST_BINS, draws + 1, Math.floor(ranks.length / FEWEST_EXPECTED)));
  const binOf = (rank: number) => Math.floor((rank * bins) / (draws + 1));
  const expected = new Float64Array(bins);
  for (let rank = 0; rank <= draws; rank++) expected[binOf(rank)]! += ranks.length / (draws + 1);
  const found = new Float64Array(bins);
  for (const rank of ranks) found[binOf(rank)]!++;
  const value = found.reduce((total, count, b) => total + (count - expected[b]!) ** 2 / expected[b]!, 0);
  return { value, degreesOfFreedom: bins - 1, pValue: bins > 1 ? 1 - chiSquareCdf(value, bins - 1) : 1 };
}
