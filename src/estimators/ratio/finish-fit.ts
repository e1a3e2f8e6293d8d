import type { Backend } from "../../compute/index.js";
import type { LabelledSample } from "../../data/mined-sample.js";
import { heldOutVerdict } from "../../diagnostics/held-out-verdict.js";
import type { Training } from "../../nn/index.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { fold } from "../../numerics/random.js";
import { DISPLAY, notebook } from "../../platform/notebook.js";
import type { FitOptions } from "../fit-options.js";
import { fitKey } from "../train-members.js";
import { makeMembers } from "./members.js";
import { RatioEstimator } from "./ratio-estimator.js";
import type { RatioModel } from "./ratio-model.js";
import type { RatioNetwork } from "./ratio-network.js";

/** Child of the fit's key beyond the members' for the checks. */
const VERDICT = 2 ** 40 + 1;

/** The estimator of trained networks. */
export async function finishFit<Ranges extends ParameterRanges>(parts: {
  readonly backend: Backend;
  readonly model: RatioModel<Ranges>;
  readonly networks: readonly RatioNetwork[];
  readonly trained: readonly Training[];
  readonly heldOut: LabelledSample<Ranges> | undefined;
  readonly fit: FitOptions;
}): Promise<RatioEstimator<Ranges>> {
  const { backend, model, networks, trained, heldOut, fit } = parts;
  const estimator = new RatioEstimator(model, backend, makeMembers(backend, model, networks), {
    training: trained.map(({ history, best, stopped }) => ({ history, bestEpoch: best?.epoch, stopped })),
    checkpoint: trained.map(({ checkpoint }) => checkpoint),
    heldOut,
  });
  if (heldOut && (fit.verdict ?? true)) await judge(estimator, heldOut, fit);
  return estimator;
}

/** The checks that need no more simulations; a notebook shows them under the cell. */
async function judge(estimator: RatioEstimator, heldOut: LabelledSample, fit: FitOptions): Promise<void> {
  const verdict = await heldOutVerdict(estimator, heldOut, { key: fold(fitKey(fit), VERDICT) });
  estimator.verdict = verdict;
  notebook()?.display(verdict[DISPLAY]());
}
