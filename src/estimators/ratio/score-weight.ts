import type { MinedSample } from "../../data/mined-sample.js";
import type { RatioObjective } from "./ratio-method.js";

/** Of the equal weight: on the Galton board more is better below 10 000 events and worse above. */
const SHARE = 0.2;

/**
 * A fifth of the weight at which the score's term is as large as the ratio's for an estimator that knows nothing, r_hat = 1 and t_hat = 0; 1 when
 * there is no score.
 *
 * @param ignorant - The ratio's term of an event there, from its label and joint log ratio.
 */
export function defaultWeight({ ignorant }: RatioObjective, { label, jointLogRatio, jointScore, denominatorScore }: MinedSample): number {
  let ratio = 0;
  let score = 0;
  for (let i = 0; i < label.length; i++) {
    ratio += ignorant(label[i]!, jointLogRatio?.[i] ?? 0);
    const own = label[i] === 0 ? jointScore : denominatorScore;
    if (!own) continue;
    for (let j = 0; j < own.columns; j++) score += own.values[i * own.columns + j]! ** 2 / own.columns;
  }
  return score > 0 ? (SHARE * ratio) / score : 1;
}
