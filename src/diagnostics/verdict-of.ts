import { type PosteriorVerdictOptions, posteriorVerdict } from "./posterior-verdict.js";
import { verdict as ratioVerdict, type VerdictOptions } from "./ratio-verdict.js";
import type { ToySimulator } from "./simulated-events.js";
import type { Verdict } from "./verdict.js";
import type { VerifiablePosterior } from "./verifiable-posterior.js";
import type { VerifiableRatio } from "./verifiable-ratio.js";

/**
 * Puts an estimator to the test, of the likelihood ratio or of the posterior: checks that pass, warn (chance would give as much once in a hundred)
 * or fail (once in ten thousand, and it matters), with the number, what it was held against, and what to do.
 *
 * A ratio: loss curves, whether reweighted events of theta1 can be told from events of theta0, E[r] = 1, calibration, the spread of an ensemble, and
 * the coverage of its intervals on toys. The toys' likelihood is maximised within the trained range; when many best fits lie at its ends, the
 * intervals hold more than their level even of an exact ratio, and the advice says so.
 *
 * A posterior (what has `at`), with its `prior` among the options: on simulated data sets, simulation-based calibration of each parameter, coverage
 * of regions of highest density, TARP; its loss curves; and whether an observation is like the simulations. Over-confidence, under-confidence and bias are
 * named. Passing all is no proof: what no check looks at may still be wrong.
 *
 * @param estimator - A trained estimator.
 * @param simulator - What it stands for.
 * @param options - Seed and sizes; for a posterior its prior too.
 * @returns The checks, shown as a table.
 * @throws {DomainError} When the simulator's observables or parameters, or the prior's, are not the estimator's, or an option is out of range.
 * @throws {ShapeError} When an observation has another length than x.
 * @example
 * const board = galtonBoard();
 * const mined = await mine(board, { numerator: uniform({ slope: [-1, -0.4] }), denominator: { slope: -0.6 }, n: 2000, seed: 1 });
 * const ratio = await carl({ hidden: [20] }).fit(mined, { epochs: 5, seed: 2, verdict: false });
 * const { grade, checks } = await verdict(ratio, board, { seed: 3, toys: 20 });
 */
export function verdict(estimator: VerifiablePosterior, simulator: ToySimulator, options: PosteriorVerdictOptions): Promise<Verdict>;
export function verdict(estimator: VerifiableRatio, simulator: ToySimulator, options: VerdictOptions): Promise<Verdict>;
export async function verdict(
  estimator: VerifiablePosterior | VerifiableRatio,
  simulator: ToySimulator,
  options: PosteriorVerdictOptions | VerdictOptions,
): Promise<Verdict> {
  if ("at" in estimator) return posteriorVerdict(estimator, simulator, options as PosteriorVerdictOptions);
  return ratioVerdict(estimator, simulator, options as VerdictOptions);
}
