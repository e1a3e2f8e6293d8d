import { type LabelledSample, numeratorEvents } from "../../data/mined-sample.js";
import { selectSimulations } from "../../data/proposals.js";
import type { ProposalKind, Simulations } from "../../data/simulations.js";
import type { Matrix } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { dataOf, type PosteriorFitOptions } from "./density-model.js";
import type { DensitySettings } from "./density-options.js";
import { judgedPosterior } from "./density-verdict.js";
import { type DensityLoss, fitDensity } from "./fit-density.js";
import { resultOf } from "./fit-result.js";
import { PosteriorEstimator } from "./posterior-estimator.js";
import { assertDrawnFrom, assertFitArguments, assertSimulations, assertSupport, supportOf } from "./simulation-checks.js";

/** How a method learns a posterior. */
export interface PosteriorTask {
  readonly name: string;
  readonly settings: DensitySettings;
  /** Default - mean log q(theta given x). */
  readonly loss?: DensityLoss;
  /** More columns of the batches, by name. */
  readonly extra?: Readonly<Record<string, Matrix>>;
  /** What theta may be drawn from; default the prior alone. */
  readonly proposals?: readonly ProposalKind[];
}

/** Trains a posterior on simulations. */
export async function fitPosterior<Ranges extends ParameterRanges>(
  task: PosteriorTask,
  given: Simulations<Ranges> | LabelledSample<Ranges>,
  options: PosteriorFitOptions<Ranges>,
): Promise<PosteriorEstimator<Ranges>> {
  const where = `${task.name}.fit`;
  assertFitArguments(where, given, options);
  const { prior, ...fit } = options;
  const simulations = "label" in given ? numeratorEvents(given) : given;
  const support = supportOf(where, prior as { readonly parameters: Ranges } | undefined, simulations);
  assertSimulations(where, simulations, "theta");
  assertSupport(where, simulations, support);
  assertDrawnFrom(where, simulations, task.proposals ?? ["prior"]);
  const fitted = await fitDensity({ ...task, y: simulations.theta, context: simulations.x, ranges: support }, fit);
  const { name, settings } = task;
  const model = { name, settings, support, scales: fitted.scales, data: dataOf(simulations), seed: fit.seed };
  const estimator = new PosteriorEstimator(
    model,
    fitted.density,
    resultOf(fitted, (rows) => selectSimulations(simulations, rows)),
  );
  return judgedPosterior(estimator, { fit, simulations, corrected: task.loss !== undefined });
}
