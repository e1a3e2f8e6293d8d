import type { LabelledSample } from "../data/mined-sample.js";
import type { Key } from "../numerics/random.js";
import { calibrationCurve } from "./calibration-curve.js";
import { brokenEstimates } from "./check.js";
import { reweightingClosure } from "./closure.js";
import { ensembleSpread } from "./ensemble-spread.js";
import { expectedRatio } from "./expected-ratio.js";
import { lossCurves } from "./loss-curves.js";
import { Verdict } from "./verdict.js";
import type { VerifiableRatio } from "./verifiable-ratio.js";

/**
 * The checks that need held-out events and no more simulations. Estimates that are not finite are a failing check, and leave out those that
 * would compute with them.
 */
export async function heldOutVerdict(ratio: VerifiableRatio, events: LabelledSample, { key }: { readonly key: Key }): Promise<Verdict> {
  const members = ratio.membersOf(events);
  const logRatio = ratio.logRatioOf(events);
  const broken = brokenEstimates(logRatio, events);
  if (broken) return new Verdict(ratio.name, [lossCurves(ratio), broken]);
  return new Verdict(ratio.name, [
    lossCurves(ratio),
    await reweightingClosure(logRatio, events, key),
    expectedRatio(logRatio, events),
    calibrationCurve(logRatio, events.label),
    ...(members.length > 1 ? [ensembleSpread(members)] : []),
  ]);
}
