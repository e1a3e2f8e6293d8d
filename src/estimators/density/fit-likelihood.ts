import { type LabelledSample, numeratorEvents } from "../../data/mined-sample.js";
import { selectSimulations } from "../../data/proposals.js";
import type { Simulations } from "../../data/simulations.js";
import type { Matrix } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import type { FitOptions } from "../fit-options.js";
import { dataOf } from "./density-model.js";
import type { DensitySettings } from "./density-options.js";
import { judgedLikelihood } from "./density-verdict.js";
import { type DensityLoss, fitDensity } from "./fit-density.js";
import { resultOf } from "./fit-result.js";
import { LikelihoodEstimator } from "./likelihood-estimator.js";
import { assertFitArguments, assertSimulations } from "./simulation-checks.js";

/** How a method learns a likelihood. */
export interface LikelihoodTask {
  readonly name: string;
  readonly settings: DensitySettings;
  /** Default - mean log q(x given theta). */
  readonly loss?: DensityLoss;
  /** More columns of the batches, by name. */
  readonly extra?: Readonly<Record<string, Matrix>>;
}

/** Trains a likelihood on simulations. */
export async function fitLikelihood<Ranges extends ParameterRanges>(
  task: LikelihoodTask,
  given: Simulations<Ranges> | LabelledSample<Ranges>,
  fit: FitOptions,
): Promise<LikelihoodEstimator<Ranges>> {
  const where = `${task.name}.fit`;
  assertFitArguments(where, given, fit);
  const simulations = "label" in given ? numeratorEvents(given) : given;
  assertSimulations(where, simulations, "x");
  const fitted = await fitDensity({ ...task, y: simulations.x, context: simulations.theta, ranges: undefined }, fit);
  const { name, settings } = task;
  const model = { name, settings, support: simulations.parameters, scales: fitted.scales, data: dataOf(simulations), seed: fit.seed };
  const estimator = new LikelihoodEstimator(
    model,
    fitted.density,
    resultOf(fitted, (rows) => selectSimulations(simulations, rows)),
  );
  return judgedLikelihood(estimator, fit);
}
