import { key } from "../../numerics/random.js";
import type { MemberTraining } from "../fit-options.js";
import { makeLayers, type NetworkOptions } from "../network-options.js";
import { assertNetwork } from "../ratio/ratio-record.js";
import { type EstimatorRecord, fromLists, listsOf, type RecordSource, readWeights, weightArrays } from "../record.js";
import { ScoreEstimator, type ScoreModel } from "./score-estimator.js";

/** Kind of the record of a score estimator. */
export const SCORE_KIND = "score estimator";

interface Body {
  readonly model: Omit<ScoreModel, "score" | "x"> & Record<"score" | "x", ReturnType<typeof listsOf>>;
  readonly training: readonly MemberTraining[];
}

/** A score estimator as plain data. */
export function scoreToRecord(estimator: ScoreEstimator): EstimatorRecord {
  const { model, training } = estimator;
  const body: Body = { model: { ...model, x: listsOf(model.x), score: listsOf(model.score) }, training };
  return { kind: SCORE_KIND, body, arrays: weightArrays(estimator.weights()) };
}

/** The estimator of a record. */
export function scoreFromRecord(
  { body, arrays }: EstimatorRecord,
  { source, network }: { readonly source: RecordSource; readonly network: NetworkOptions["network"] },
): ScoreEstimator {
  const { model: plain, training } = body as Body;
  const data = { ...plain.data, seed: plain.data.seed };
  const model: ScoreModel = { ...plain, data, x: fromLists(plain.x), score: fromLists(plain.score) };
  assertNetwork(model, source, network);
  const { hidden, activation } = model.architecture;
  const sizes = { inputs: data.observables.length, outputs: Object.keys(data.parameters).length };
  const layers = makeLayers({ hidden, activation, members: model.members, ...(network && { network }) }, sizes, key(model.seed));
  readWeights(source, layers, arrays);
  return new ScoreEstimator(model, source.backend, layers, { training, checkpoint: undefined });
}
