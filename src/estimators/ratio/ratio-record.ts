import { FormatError } from "../../errors.js";
import type { MemberTraining } from "../fit-options.js";
import type { NetworkOptions } from "../network-options.js";
import { type EstimatorRecord, fromLists, listsOf, type RecordSource, readWeights, weightArrays } from "../record.js";
import { makeMembers } from "./members.js";
import { RatioEstimator } from "./ratio-estimator.js";
import type { RatioModel } from "./ratio-model.js";
import { makeNetworks } from "./ratio-network.js";

/** Kind of the record of a ratio estimator. */
export const RATIO_KIND = "ratio estimator";

interface Body {
  readonly model: Omit<RatioModel, "scales"> & { readonly scales: Record<"theta0" | "theta1" | "x", ReturnType<typeof listsOf>> };
  readonly training: readonly MemberTraining[];
}

/** A ratio estimator as plain data. */
export function ratioToRecord(estimator: RatioEstimator): EstimatorRecord {
  const { model, training } = estimator;
  const { x, theta0, theta1 } = model.scales;
  const scales = { x: listsOf(x), theta0: listsOf(theta0), theta1: listsOf(theta1) };
  const body: Body = { model: { ...model, scales }, training };
  return { kind: RATIO_KIND, body, arrays: weightArrays(estimator.weights()) };
}

/** The estimator of a record. */
export function ratioFromRecord(
  { body, arrays }: EstimatorRecord,
  { source, network }: { readonly source: RecordSource; readonly network: NetworkOptions["network"] },
): RatioEstimator {
  const { model: plain, training } = body as Body;
  const { x, theta0, theta1 } = plain.scales;
  // What JSON leaves out is undefined; the order stays that of the file.
  const data = { ...plain.data, seed: plain.data.seed, marginal: plain.data.marginal };
  const scales = { x: fromLists(x), theta0: fromLists(theta0), theta1: fromLists(theta1) };
  const model: RatioModel = { ...plain, morphing: plain.morphing, alpha: plain.alpha, data, scales };
  assertNetwork(model, source, network);
  const networks = makeNetworks(model, network);
  readWeights(
    source,
    networks.map(({ layer }) => layer),
    arrays,
  );
  return new RatioEstimator(model, source.backend, makeMembers(source.backend, model, networks), {
    training,
    checkpoint: undefined,
    heldOut: undefined,
  });
}

/** Refuses to guess a network that the user made. */
export function assertNetwork(
  { architecture }: Pick<RatioModel, "architecture">,
  { where, file }: RecordSource,
  network: NetworkOptions["network"],
): void {
  if (architecture.custom === (network !== undefined)) return;
  const reason = architecture.custom ? "has a network of the user's own" : "has the usual network";
  throw new FormatError(where, file, reason, architecture.custom ? "give network, the function that made it" : "leave network out");
}
