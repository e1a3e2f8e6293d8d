import { DomainError } from "../errors.js";
import { key as makeKey } from "../numerics/random.js";
import { type Coverage, coverageOf } from "./expected-coverage.js";
import { assertOptions } from "./given-options.js";
import type { ToySimulator } from "./simulated-events.js";
import { assertRanked, type CalibrationOptions, calibrationRuns, type Reference } from "./simulation-based-calibration-runs.js";
import type { VerifiablePosterior } from "./verifiable-posterior.js";

/** How TARP goes. */
export interface TarpOptions extends CalibrationOptions {
  /** The point that distances are measured from; default the mean of theta over the earlier data sets with the most similar x. Points from the prior alone, as in the paper, are `(x, key) => prior.sample(key, 1).values`. */
  readonly reference?: Reference;
}

/**
 * Tests of accuracy with random points: how often the truth is among the part z of the posterior's draws that are nearest to a reference point,
 * with theta drawn from the prior and x given theta. It is z for an exact posterior at each z, and needs draws alone.
 *
 * Distances are in units of the prior's interquartile ranges. The reference point may depend on x in any way. One near the truth, as the default is,
 * shows a posterior that ignores x, which points from the prior, `simulationBasedCalibration` and `expectedCoverage` do not. A curve above its
 * band then says that truths lie nearer to what x suggests than the posterior's points do, one below it further. Which error that is, it
 * does not say: too wide and too narrow where one mode lies around the reference point, but a bias, or modes to its sides, move the curve likewise.
 *
 * @param posterior - What is tried.
 * @param simulator - Draws x given theta.
 * @param options - See `TarpOptions`.
 * @returns Ranks and coverage, with a simultaneous band.
 * @throws {DomainError} When an argument is none, names differ, an option is out of range, or points of the posterior are not finite.
 * @throws {ShapeError} When the posterior gives another number of points or parameters than it was asked for.
 * @source Lemos, Coogan, Hezaveh, Perreault-Levasseur 2023, arXiv:2302.03026, algorithm 2
 * @example
 * const line = simulator({ name: "line", parameters: { mu: [-9, 9] }, observables: ["x"] }, (theta, sample) => [sample("x", normal(theta.mu, 1))]);
 * const at = ([x]) => ({ sample: (from, n) => ({ rows: n, columns: 1, values: standardNormals(from, n).map((z) => x / 2 + z * Math.SQRT1_2) }) });
 * const exact = { name: "exact", parameters: line.parameters, observables: ["x"], at };
 * const { pValue } = await tarp(exact, line, { prior: independent({ mu: normal(0, 1) }), n: 100, draws: 50, seed: 1 });
 */
export async function tarp(posterior: VerifiablePosterior, simulator: ToySimulator, options: TarpOptions): Promise<Coverage> {
  assertOptions("tarp", options, "prior and seed");
  const { seed, reference, alpha } = options;
  if (reference !== undefined && typeof reference !== "function")
    throw new DomainError("tarp", "reference", reference, "a function of x and a key that returns a point");
  const ranks = { where: "tarp", density: "no" as const, reference };
  const runs = await calibrationRuns(posterior, simulator, { options, key: makeKey(seed), ranks });
  assertRanked("tarp", runs);
  return coverageOf(runs.distanceRanks, runs.draws, alpha);
}
