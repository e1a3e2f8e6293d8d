import { key as makeKey } from "../numerics/random.js";
import type { Check } from "./check.js";
import { coverageOf } from "./expected-coverage.js";
import { lossCurves } from "./loss-curves.js";
import { misspecification } from "./misspecification.js";
import { brokenCheck, calibrationChecks, coverageCheck, misspecificationCheck, tarpCheck } from "./posterior-verdict-checks.js";
import type { ToySimulator } from "./simulated-events.js";
import { calibrationOf } from "./simulation-based-calibration.js";
import { type CalibrationOptions, type CalibrationRuns, calibrationRuns } from "./simulation-based-calibration-runs.js";
import { Verdict } from "./verdict.js";
import { assertCounts, assertObservation, type VerifiablePosterior } from "./verifiable-posterior.js";

/** How a posterior is put to the test. */
export interface PosteriorVerdictOptions extends Omit<CalibrationOptions, "alpha" | "n"> {
  /** Number of simulated data sets; default 300. */
  readonly datasets?: number;
  /** The observation `[L]` that the posterior is wanted for, to be compared with the simulations. */
  readonly observation?: ArrayLike<number>;
}

/** Fewest data sets with ranks to judge by. */
const FEWEST = 20;

/**
 * Puts an estimator of the posterior to the test on simulated data sets, theta drawn from the prior and x given theta: simulation-based calibration
 * of each parameter, coverage of regions of highest density, TARP, its loss curves, and whether the observation is like the simulations.
 *
 * Each check passes, warns (chance would give as much once in a hundred) or fails (once in ten thousand, and it matters). SBC counts as one check
 * however many parameters there are. The messages name over-confidence, under-confidence and bias. Passing says that the posterior is right
 * on average over the prior, not at each x (`lC2st` looks at one). Without a density there is no check of coverage. Interrupting judges by the data
 * sets that were done.
 *
 * @param posterior - A trained estimator.
 * @param simulator - What it stands for.
 * @param options - Prior, seed and number of data sets.
 * @returns The checks, shown as a table.
 * @throws {DomainError} When the prior or the simulator has other names than the posterior, an option is out of range, or the observation not finite.
 * @throws {ShapeError} When the observation has another length than x.
 * @example
 * const line = simulator({ name: "line", parameters: { mu: [-9, 9] }, observables: ["x"] }, (theta, sample) => [sample("x", normal(theta.mu, 1))]);
 * const at = ([x]) => ({ sample: (from, n) => ({ rows: n, columns: 1, values: standardNormals(from, n).map((z) => x / 2 + z * Math.SQRT1_2) }) });
 * const exact = { name: "exact", parameters: line.parameters, observables: ["x"], at };
 * const { grade, checks } = await posteriorVerdict(exact, line, { prior: independent({ mu: normal(0, 1) }), seed: 1, datasets: 100, draws: 50 });
 */
export async function posteriorVerdict(
  posterior: VerifiablePosterior,
  simulator: ToySimulator,
  options: PosteriorVerdictOptions,
): Promise<Verdict> {
  const { datasets = 300, observation, seed, ...others } = options;
  if (observation) assertObservation("verdict", { observation }, posterior.observables);
  assertCounts("verdict", { datasets });
  const runs = await calibrationRuns(posterior, simulator, {
    options: { ...others, seed, n: datasets },
    key: makeKey(seed),
    ranks: { where: "verdict", density: "where there is one" },
  });
  return new Verdict(posterior.name, [
    ...(posterior.training ? [lossCurves({ training: posterior.training })] : []),
    ...runChecks(runs, datasets),
    ...(observation ? [observationCheck(posterior, observation, runs)] : []),
  ]);
}

function runChecks(runs: CalibrationRuns, asked: number): Check[] {
  const { broken, draws, densityRanks, distanceRanks } = runs;
  if (broken.count > 0) return [brokenCheck(broken, broken.count + distanceRanks.length)];
  if (distanceRanks.length < Math.min(FEWEST, asked)) return [tooFewCheck(distanceRanks.length, asked)];
  return [
    ...calibrationChecks(calibrationOf(runs)),
    ...(densityRanks.length > 0 ? [coverageCheck(coverageOf(densityRanks, draws))] : []),
    tarpCheck(coverageOf(distanceRanks, draws)),
  ];
}

function tooFewCheck(done: number, asked: number): Check {
  return {
    name: "calibration",
    grade: "warn",
    value: done,
    threshold: `at least ${FEWEST} data sets`,
    message: `interrupted: ${done} of ${asked} data sets`,
    advice: "let it run",
  };
}

/** Against what it was trained on, or else against the data sets of the run. */
function observationCheck(
  { simulations, heldOut, observables }: VerifiablePosterior,
  observation: ArrayLike<number>,
  runs: CalibrationRuns,
): Check {
  const x = simulations?.x ?? heldOut?.x ?? runs.x;
  return misspecificationCheck(misspecification(observation, x, { observables }));
}
