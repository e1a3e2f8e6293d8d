import { add, mul, neg, type Tensor } from "../../compute/index.js";
import type { LabelledSample, MinedSample } from "../../data/mined-sample.js";
import { selectEvents } from "../../data/sample-rows.js";
import { DomainError } from "../../errors.js";
import type { Pass } from "../../nn/index.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import type { FitOptions } from "../fit-options.js";
import { heldOutRows } from "../held-out.js";
import { architectureOf, assertNetworkOptions } from "../network-options.js";
import { fitBackend, trainMembers } from "../train-members.js";
import { ratioColumns, scalesOf } from "./columns.js";
import { finishFit } from "./finish-fit.js";
import { type RatioBatch, scoreError } from "./objective.js";
import type { RatioEstimator } from "./ratio-estimator.js";
import type { RatioObjective, ScoreRatioOptions } from "./ratio-method.js";
import { describe, parameterisationOf, type RatioModel } from "./ratio-model.js";
import { makeNetworks, type RatioNetwork, scoreOf } from "./ratio-network.js";
import { assertSample } from "./sample-checks.js";
import { defaultWeight } from "./score-weight.js";

type Sample<Ranges extends ParameterRanges> = LabelledSample<Ranges> & Partial<MinedSample<Ranges>>;

/** Trains the networks of a method on a sample. */
export async function fitRatio<Ranges extends ParameterRanges>(
  objective: RatioObjective,
  options: ScoreRatioOptions,
  { sample: given, fit }: { readonly sample: Sample<Ranges>; readonly fit: FitOptions },
): Promise<RatioEstimator<Ranges>> {
  const where = `${objective.name}.fit`;
  assertNetworkOptions(where, options, objective.usesScore);
  assertSample(where, given, objective);
  const sample = onlyWhatIsUsed(given, objective);
  const model = modelOf(objective, options, { sample, fit });
  const backend = await fitBackend(fit);
  const networks = makeNetworks(model, options.network);
  const held = heldOutRows(where, fit, sample.x.rows);
  const [training, heldOut] = [held.training, held.heldOut].map((rows) => selectEvents(sample, rows));
  const columns = (events: Sample<Ranges>) => ratioColumns(events, model);
  const trained = await trainMembers(
    backend,
    {
      name: objective.name,
      networks: networks.map((network) => ({ network, ...network.layer })),
      data: columns(training!),
      heldOut: held.heldOut.length > 0 ? columns(heldOut!) : undefined,
      loss: ({ network }, batch, pass) => lossOf(objective, model, { network, batch, pass }),
    },
    fit,
  );
  return finishFit({ backend, model, networks, trained, fit, heldOut: held.heldOut.length > 0 ? heldOut : undefined });
}

/** What is mined but not used would only cost memory, and its faults would be refused for nothing. */
function onlyWhatIsUsed<Ranges extends ParameterRanges>(sample: Sample<Ranges>, { usesRatio, usesScore }: RatioObjective): Sample<Ranges> {
  const { jointLogRatio, jointScore, denominatorScore, ...rest } = sample;
  return {
    ...rest,
    ...(usesRatio && jointLogRatio && { jointLogRatio }),
    ...(usesScore && jointScore && { jointScore }),
    ...(usesScore && denominatorScore && { denominatorScore }),
  };
}

function modelOf<Ranges extends ParameterRanges>(
  objective: RatioObjective,
  options: ScoreRatioOptions,
  { sample, fit }: { readonly sample: Sample<Ranges>; readonly fit: FitOptions },
): RatioModel<Ranges> {
  const { alpha = objective.usesScore ? defaultWeight(objective, sample as MinedSample) : undefined, morphing, members = 1 } = options;
  if (alpha !== undefined && !(alpha >= 0 && alpha < Infinity)) {
    throw new DomainError(objective.name, "alpha", alpha, "a finite number of at least 0");
  }
  return {
    name: objective.name,
    architecture: architectureOf(options),
    members,
    morphing,
    alpha,
    parameterisation: parameterisationOf(sample, objective.usesScore || morphing !== undefined),
    scales: scalesOf(sample),
    data: describe(sample),
    seed: fit.seed,
  };
}

function lossOf(objective: RatioObjective, model: RatioModel, { network, batch, pass }: Step): Tensor {
  const terms = ratioBatch(model, { network, batch, pass });
  const loss = objective.loss(terms);
  return objective.usesScore ? add(loss, mul(model.alpha!, scoreError(terms))) : loss;
}

interface Step {
  readonly network: RatioNetwork;
  readonly batch: Readonly<Record<string, Tensor>>;
  readonly pass: Pass;
}

function ratioBatch({ scales }: RatioModel, { network, batch, pass }: Step): RatioBatch {
  const logRatio = network.logRatio(batch, pass);
  const { label, jointLogRatio, jointScore, denominatorScore, theta0, theta1 } = batch;
  return {
    label: label!,
    logRatio,
    jointLogRatio: jointLogRatio!,
    score: () => ({ estimated: scoreOf(logRatio, theta0!, scales.theta0), joint: jointScore! }),
    // log r falls with log p(x given theta1).
    denominatorScore: () =>
      denominatorScore && theta1 && { estimated: neg(scoreOf(logRatio, theta1, scales.theta1)), joint: denominatorScore },
  };
}
