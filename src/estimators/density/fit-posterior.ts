import { type LabelledSample, numeratorEvents, takeRows } from "../../data/mined-sample.js";
import type { Simulations } from "../../data/simulations.js";
import { variablesOf } from "../../flows/conditional-density.js";
import type { Matrix } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { weightsOf } from "../ratio/members.js";
import { dataOf, type PosteriorFitOptions } from "./density-model.js";
import type { DensitySettings } from "./density-options.js";
import { type DensityLoss, type FittedDensity, fitDensity } from "./fit-density.js";
import { type DensityFit, PosteriorEstimator } from "./posterior-estimator.js";
import { assertSimulations, assertSupport } from "./simulation-checks.js";

/** How a method learns a posterior. */
export interface PosteriorTask {
  readonly name: string;
  readonly settings: DensitySettings;
  /** Default - mean log q(theta given x). */
  readonly loss?: DensityLoss;
  /** More columns of the batches, by name. */
  readonly extra?: Readonly<Record<string, Matrix>>;
}

/** Trains a posterior on simulations. */
export async function fitPosterior<Ranges extends ParameterRanges>(
  task: PosteriorTask,
  given: Simulations<Ranges> | LabelledSample<Ranges>,
  { prior, ...fit }: PosteriorFitOptions<Ranges>,
): Promise<PosteriorEstimator<Ranges>> {
  const where = `${task.name}.fit`;
  const simulations = "label" in given ? numeratorEvents(given) : given;
  const support = (prior?.parameters ?? simulations.parameters) as Ranges;
  assertSimulations(where, simulations, "theta");
  assertSupport(where, simulations, support);
  const fitted = await fitDensity({ ...task, y: simulations.theta, context: simulations.x, ranges: support }, fit);
  const { name, settings } = task;
  const model = { name, settings, support, scales: fitted.scales, data: dataOf(simulations), seed: fit.seed };
  return new PosteriorEstimator(model, fitted.density, resultOf(fitted, simulations));
}

/** What a fit leaves beside the networks. */
export function resultOf({ trained, backend, networks, heldOut }: FittedDensity, simulations: Simulations): DensityFit {
  return {
    training: trained.map(({ history, best, stopped }) => ({ history, bestEpoch: best?.epoch, stopped })),
    checkpoint: trained.map(({ checkpoint }) => checkpoint),
    heldOut:
      heldOut.length > 0 ? { ...simulations, theta: takeRows(simulations.theta, heldOut), x: takeRows(simulations.x, heldOut) } : undefined,
    weights: () =>
      networks.map((network) => weightsOf(backend, { variables: variablesOf(network), state: network.embedding?.state ?? [] })),
  };
}
