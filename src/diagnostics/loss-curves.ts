import { type Check, shown } from "./check.js";
import type { VerifiableRatio } from "./verifiable-ratio.js";

/** Part of the whole fall of the validation loss that the last quarter of the epochs may bring. */
const STILL_FALLING = 0.05;

/** Whether training had come to its end: how much of the fall of the validation loss came in the last quarter of the epochs. */
export function lossCurves({ training }: Pick<VerifiableRatio, "training">): Check {
  const name = "loss curves";
  const threshold = `less than ${STILL_FALLING} of the fall in the last quarter`;
  const shares = training.map(({ history }) => lastShare(history.map(({ validationLoss }) => validationLoss)));
  const value = shares.reduce<number>((worst, share) => Math.max(worst, share ?? worst), Number.NEGATIVE_INFINITY);
  if (value === Number.NEGATIVE_INFINITY) {
    const advice = "hold events out (validation) and train for four epochs at least";
    return { name, grade: "warn", value: Number.NaN, threshold, message: "there are no validation losses to judge by", advice };
  }
  const epochs = Math.max(...training.map(({ history }) => history.length));
  const message = `${shown(100 * Math.max(0, value))} % of the fall of the validation loss came in the last quarter of ${epochs} epochs`;
  if (value < STILL_FALLING) return { name, grade: "pass", value, threshold, message, advice: "" };
  return { name, grade: "warn", value, threshold, message, advice: "the loss is still falling: train for more epochs" };
}

/** Undefined when there are too few losses. */
function lastShare(losses: readonly (number | undefined)[]): number | undefined {
  const known = losses.filter((loss) => loss !== undefined);
  if (known.length < 4) return undefined;
  const early = Math.min(...known.slice(0, Math.ceil((3 * known.length) / 4)));
  const best = Math.min(...known);
  const fall = known[0]! - best;
  return fall > 0 ? (early - best) / fall : 0;
}
