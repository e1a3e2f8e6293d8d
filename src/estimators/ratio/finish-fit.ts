import type { Backend } from "../../compute/index.js";
import type { LabelledSample } from "../../data/mined-sample.js";
import type { Training } from "../../nn/index.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { makeMembers } from "./members.js";
import { RatioEstimator } from "./ratio-estimator.js";
import type { RatioModel } from "./ratio-model.js";
import type { RatioNetwork } from "./ratio-network.js";

/** The estimator of trained networks. */
export function finishFit<Ranges extends ParameterRanges>(parts: {
  readonly backend: Backend;
  readonly model: RatioModel<Ranges>;
  readonly networks: readonly RatioNetwork[];
  readonly trained: readonly Training[];
  readonly heldOut: LabelledSample<Ranges> | undefined;
}): RatioEstimator<Ranges> {
  const { backend, model, networks, trained, heldOut } = parts;
  return new RatioEstimator(model, backend, makeMembers(backend, model, networks), {
    training: trained.map(({ history, best, stopped }) => ({ history, bestEpoch: best?.epoch, stopped })),
    checkpoint: trained.map(({ checkpoint }) => checkpoint),
    heldOut,
  });
}
