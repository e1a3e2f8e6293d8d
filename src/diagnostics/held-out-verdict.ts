import type { LabelledSample } from "../data/mined-sample.js";
import type { Key } from "../numerics/random.js";
import { calibrationCurve } from "./calibration-curve.js";
import { reweightingClosure } from "./closure.js";
import { ensembleSpread } from "./ensemble-spread.js";
import { expectedRatio } from "./expected-ratio.js";
import { lossCurves } from "./loss-curves.js";
import { Verdict } from "./verdict.js";
import type { VerifiableRatio } from "./verifiable-ratio.js";

/** The checks that need held-out events and no more simulations. */
export async function heldOutVerdict(ratio: VerifiableRatio, events: LabelledSample, { key }: { readonly key: Key }): Promise<Verdict> {
  const members = ratio.membersOf(events);
  const logRatio = ratio.logRatioOf(events);
  return new Verdict(ratio.name, [
    lossCurves(ratio),
    await reweightingClosure(logRatio, events, key),
    expectedRatio(logRatio, events),
    calibrationCurve(logRatio, events.label),
    ...(members.length > 1 ? [ensembleSpread(members)] : []),
  ]);
}
