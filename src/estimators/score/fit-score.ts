import { mean, square, sub } from "../../compute/index.js";
import type { MinedSampleWithScore } from "../../data/mined-sample.js";
import { takeRows } from "../../data/mined-sample.js";
import { DomainError, MissingGoldError, ShapeError } from "../../errors.js";
import { type Matrix, rowOf } from "../../numerics/matrix.js";
import { type ParameterRanges, toTheta } from "../../numerics/parameters.js";
import { key } from "../../numerics/random.js";
import { standardise, standardiserOf } from "../../numerics/standardiser.js";
import type { FitOptions } from "../fit-options.js";
import { heldOutRows } from "../held-out.js";
import { architectureOf, assertNetworkOptions, makeLayers, type NetworkOptions } from "../network-options.js";
import { isConstant } from "../ratio/columns.js";
import { assertMatrix } from "../ratio/sample-checks.js";
import { fitBackend, trainMembers } from "../train-members.js";
import { ScoreEstimator, type ScoreModel } from "./score-estimator.js";

/** Events of the numerator and their joint score. */
interface ScoreEvents {
  readonly x: Matrix;
  readonly jointScore: Matrix;
}

const FEWEST = 10;

/** Trains a network to the joint score of the numerator's events, by squared error in units of each component's standard deviation. */
export async function fitScore<Ranges extends ParameterRanges>(
  name: string,
  options: NetworkOptions,
  { sample, fit }: { readonly sample: MinedSampleWithScore<Ranges>; readonly fit: FitOptions },
): Promise<ScoreEstimator<Ranges>> {
  const where = `${name}.fit`;
  assertNetworkOptions(where, options, false);
  const events = numeratorScores(where, sample);
  const model = modelOf(name, options, { sample, events, seed: fit.seed });
  const backend = await fitBackend(fit);
  const layers = makeLayers(options, { inputs: events.x.columns, outputs: events.jointScore.columns }, key(fit.seed));
  const { training, heldOut } = heldOutRows(where, fit, events.x.rows);
  const columns = (rows: Uint32Array) => ({
    x: { shape: [rows.length, events.x.columns], values: standardise(model.x, takeRows(events.x, rows)) },
    score: { shape: [rows.length, events.jointScore.columns], values: standardise(model.score, takeRows(events.jointScore, rows)) },
  });
  const trained = await trainMembers(
    backend,
    {
      name,
      networks: layers,
      data: columns(training),
      heldOut: heldOut.length > 0 ? columns(heldOut) : undefined,
      loss: (layer, { x, score }, pass) => mean(square(sub(score!, layer.apply(x!, pass)))),
    },
    fit,
  );
  return new ScoreEstimator(model, backend, layers, {
    training: trained.map(({ history, best, stopped }) => ({ history, bestEpoch: best?.epoch, stopped })),
    checkpoint: trained.map(({ checkpoint }) => checkpoint),
  });
}

/** The events at the reference: only there is the joint score's mean at given x the score of x. */
function numeratorScores(where: string, { x, theta0, label, jointScore }: MinedSampleWithScore): ScoreEvents {
  if (!jointScore) throw new MissingGoldError(where, "sample.jointScore is missing", undefined, "mine with score: true, the default");
  if (!isConstant(theta0)) {
    const advice = "the local score is learned at one reference point: mine with a single theta as the numerator, or use cascal or alices";
    throw new DomainError(where, "sample.theta0", "not the same for all events", "one fixed point", advice);
  }
  const rows = Uint32Array.from(label.keys()).filter((i) => label[i] === 0);
  if (rows.length < FEWEST) {
    throw new ShapeError(where, "sample", `[${rows.length}] events of theta0`, `at least ${FEWEST}`, "simulate more events");
  }
  const events = { x: takeRows(x, rows), jointScore: takeRows(jointScore, rows) };
  assertMatrix(where, "x", events.x);
  assertMatrix(where, "jointScore", events.jointScore);
  return events;
}

function modelOf<Ranges extends ParameterRanges>(
  name: string,
  options: NetworkOptions,
  { sample, events, seed }: { readonly sample: MinedSampleWithScore<Ranges>; readonly events: ScoreEvents; readonly seed: number },
): ScoreModel<Ranges> {
  const { simulator, parameters, observables, theta0, failures } = sample;
  return {
    name,
    architecture: architectureOf(options),
    members: options.members ?? 1,
    reference: toTheta(rowOf(theta0, 0), parameters) as ScoreModel<Ranges>["reference"],
    x: standardiserOf(events.x),
    score: standardiserOf(events.jointScore),
    data: { simulator, parameters, observables, seed: sample.seed, events: events.x.rows, failures: failures.count },
    seed,
  };
}
