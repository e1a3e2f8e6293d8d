import type { Simulations } from "../../data/simulations.js";
import type { Check } from "../../diagnostics/check.js";
import { coverageOf } from "../../diagnostics/expected-coverage.js";
import { lossCurves } from "../../diagnostics/loss-curves.js";
import { brokenCheck, calibrationChecks, coverageCheck, tarpCheck } from "../../diagnostics/posterior-verdict-checks.js";
import { calibrationOf } from "../../diagnostics/simulation-based-calibration.js";
import { Verdict } from "../../diagnostics/verdict.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { fold } from "../../numerics/random.js";
import { DISPLAY, notebook } from "../../platform/notebook.js";
import type { FitOptions } from "../fit-options.js";
import { fitKey } from "../train-members.js";
import { type HeldOutRanks, heldOutRanks } from "./held-out-ranks.js";
import type { LikelihoodEstimator } from "./likelihood-estimator.js";
import type { PosteriorEstimator } from "./posterior-estimator.js";

/** Child of the fit's key beyond the members' for the checks. */
const VERDICT = 2 ** 40 + 1;
/** Most held-out simulations that are looked at, and draws from the posterior of each. */
const SIZE = { most: 200, draws: 100 } as const;
/** Fewest of them to judge by. */
const FEWEST = 20;

/** What the checks at the end of a fit need to know of it. */
export interface FittedOn {
  readonly fit: FitOptions;
  /** All simulations, for the parameters' scales. */
  readonly simulations: Simulations;
  /** Whether the loss corrects for proposals: then held-out simulations are no pairs of prior and posterior, and the loss curves alone are judged. */
  readonly corrected: boolean;
}

/** The estimator with the verdict of its held-out simulations, unless the fit is to end without; a notebook shows it under the cell. */
export async function judgedPosterior<Ranges extends ParameterRanges>(
  estimator: PosteriorEstimator<Ranges>,
  { fit, simulations, corrected }: FittedOn,
): Promise<PosteriorEstimator<Ranges>> {
  if (!(fit.verdict ?? true) || !estimator.heldOut) return estimator;
  const options = { ...SIZE, key: fold(fitKey(fit), VERDICT), scaleOf: simulations.theta, signal: fit.signal ?? notebook()?.interrupt };
  const checks = corrected ? [] : rankChecks(await heldOutRanks(estimator, estimator.heldOut, options));
  show(estimator, [lossCurves(estimator), ...checks]);
  return estimator;
}

/** The estimator with the verdict of its training: whether a density of x is right shows in the posterior that is made of it. */
export function judgedLikelihood<Ranges extends ParameterRanges>(
  estimator: LikelihoodEstimator<Ranges>,
  fit: FitOptions,
): LikelihoodEstimator<Ranges> {
  if ((fit.verdict ?? true) && estimator.heldOut) show(estimator, [lossCurves(estimator)]);
  return estimator;
}

function show(estimator: { readonly name: string; verdict: Verdict | undefined }, checks: readonly Check[]): void {
  const verdict = new Verdict(estimator.name, checks);
  estimator.verdict = verdict;
  notebook()?.display(verdict[DISPLAY]());
}

/** Calibration, coverage and TARP of ranks, as `verdict` makes them of simulated data sets. */
export function rankChecks(ranks: HeldOutRanks): Check[] {
  const { draws, densityRanks, distanceRanks, broken, asked } = ranks;
  if (broken.count > 0) return [brokenCheck(broken, asked)];
  if (densityRanks.length < FEWEST) return [tooFewCheck(densityRanks.length)];
  return [
    ...calibrationChecks(calibrationOf(ranks)),
    coverageCheck(coverageOf(densityRanks, draws)),
    tarpCheck(coverageOf(distanceRanks, draws)),
  ];
}

function tooFewCheck(done: number): Check {
  return {
    name: "calibration",
    grade: "warn",
    value: done,
    threshold: `at least ${FEWEST} held-out simulations`,
    message: `${done} held-out simulations tell too little`,
    advice: "train on more simulations, hold more of them out (validation), or use verdict, which simulates",
  };
}
