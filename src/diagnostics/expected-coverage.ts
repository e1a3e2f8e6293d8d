import { key as makeKey } from "../numerics/random.js";
import type { EcdfBand } from "./ecdf-bands.js";
import { rankUniformity } from "./ecdf-bands-ranks.js";
import { assertOptions } from "./given-options.js";
import type { ToySimulator } from "./simulated-events.js";
import { assertRanked, type CalibrationOptions, calibrationRuns } from "./simulation-based-calibration-runs.js";
import type { VerifiablePosterior } from "./verifiable-posterior.js";

/** How often credible regions hold the truth. */
export interface Coverage {
  /** L; ranks lie in 0, ..., L. */
  readonly draws: number;
  /** Draws inside the smallest region that holds the truth, for each data set `[n]`. */
  readonly ranks: Float64Array;
  /** To draw: at credibility z, the part of the regions that hold the truth, less z. Below the band the posterior is over-confident. */
  readonly ecdf: EcdfBand;
  /** Mean of coverage less credibility over all credibilities: below 0 over-confident, above 0 under-confident. */
  readonly excess: number;
  /** Probability that an exact posterior leaves the band. */
  readonly alpha: number;
  /** Exact probability that an exact posterior is as far off at any credibility. */
  readonly pValue: number;
}

/**
 * Expected coverage of regions of highest density: how often the region that holds a part z of the posterior holds the truth, with theta drawn from
 * the prior and x given theta. It is z for an exact posterior at each z.
 *
 * The truth is in the region when fewer than z of the draws have a higher density, so coverage is the distribution function of such ranks. What it
 * cannot see: the prior in place of the posterior, and errors that make some regions too small and others too large (`simulationBasedCalibration`
 * looks at each parameter).
 *
 * @param posterior - What is tried; it needs a density.
 * @param simulator - Draws x given theta.
 * @param options - See `CalibrationOptions`.
 * @returns Ranks and coverage, with a simultaneous band.
 * @throws {DomainError} When the posterior has no density, names differ, an option is out of range, or densities are NaN.
 * @throws {ShapeError} When the posterior gives another number of points or parameters than it was asked for.
 * @source Hermans et al. 2022, arXiv:2110.06581, section 3
 * @example
 * const line = simulator({ name: "line", parameters: { mu: [-9, 9] }, observables: ["x"] }, (theta, sample) => [sample("x", normal(theta.mu, 1))]);
 * const at = ([x]) => ({
 *   sample: (from, n) => ({ rows: n, columns: 1, values: standardNormals(from, n).map((z) => x / 2 + z * Math.SQRT1_2) }),
 *   logProb: ({ values }) => values.map((mu) => -((mu - x / 2) ** 2)),
 * });
 * const exact = { name: "exact", parameters: line.parameters, observables: ["x"], at };
 * const { excess } = await expectedCoverage(exact, line, { prior: independent({ mu: normal(0, 1) }), n: 100, draws: 50, seed: 1 });
 */
export async function expectedCoverage(
  posterior: VerifiablePosterior,
  simulator: ToySimulator,
  options: CalibrationOptions,
): Promise<Coverage> {
  const where = "expectedCoverage";
  assertOptions(where, options, "prior and seed");
  const runs = await calibrationRuns(posterior, simulator, { options, key: makeKey(options.seed), ranks: { where, density: "needed" } });
  assertRanked(where, runs);
  return coverageOf(runs.densityRanks, runs.draws, options.alpha);
}

/** What ranks say of regions. */
export function coverageOf(ranks: Float64Array, draws: number, alpha = 0.01): Coverage {
  const { ecdf, pValue, mean } = rankUniformity(ranks, { draws, alpha });
  return { draws, ranks, ecdf, excess: 0.5 - mean, alpha, pValue };
}
