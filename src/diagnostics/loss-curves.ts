import type { EpochRecord } from "../nn/index.js";
import { type Check, shown } from "./check.js";
import type { VerifiableRatio } from "./verifiable-ratio.js";

/** Part of the whole fall of the validation loss that the last quarter of the epochs may bring. */
const STILL_FALLING = 0.05;
/** The last quarter falls when its slope is below zero by so many standard errors. */
const SIGNIFICANT = 3;
/** Part of the fall by which the training loss may run ahead of the validation loss. */
const OVERFIT = 0.3;
/** An epoch that brings less than this part of the fall is not one of the first steep ones. */
const SETTLED = 0.1;
/** Fewest epochs to judge by. */
const FEWEST_EPOCHS = 4;

/** What the losses of one training say. */
interface Curve {
  /** Part of the fall of the validation loss that the last quarter of the epochs brought. */
  readonly lastShare: number;
  readonly falls: boolean;
  /** How much further the training loss fell than the validation loss, up to the best epoch, as a part of the fall. */
  readonly overfit: number;
  readonly overfits: boolean;
}

/**
 * Whether training had come to its end, and not gone past it: how much of the fall of the validation loss came in the last quarter of the
 * epochs, where it fell beyond its noise; and how far the training loss had run ahead of it at the best epoch, whose weights are kept.
 */
export function lossCurves({ training }: Pick<VerifiableRatio, "training">): Check {
  const base = { name: "loss curves", threshold: `less than ${STILL_FALLING} of the fall in the last quarter` };
  const curves = training.map(({ history }) => curveOf(history)).filter((curve) => curve !== undefined);
  if (curves.length === 0) {
    const advice = `hold events out (validation) and train for ${FEWEST_EPOCHS} epochs at least`;
    return { ...base, grade: "warn", value: Number.NaN, message: "there are no validation losses to judge by", advice };
  }
  const value = Math.max(...curves.map(({ lastShare }) => lastShare));
  const epochs = Math.max(...training.map(({ history }) => history.length));
  const message = `${shown(100 * value)} % of the fall of the validation loss came in the last quarter of ${epochs} epochs`;
  if (curves.some(({ falls }) => falls)) {
    return { ...base, grade: "warn", value, message, advice: "the loss is still falling: train for more epochs" };
  }
  const overfit = Math.max(...curves.filter(({ overfits }) => overfits).map((curve) => curve.overfit));
  if (overfit === Number.NEGATIVE_INFINITY) return { ...base, grade: "pass", value, message, advice: "" };
  return {
    ...base,
    grade: "warn",
    value,
    message: `by the best epoch the training loss had run ahead of the validation loss by ${shown(100 * overfit)} % of the fall`,
    advice: "it learns its events by heart: train on more events, with a smaller network, or with weight decay",
  };
}

/** Undefined when there are too few losses. */
function curveOf(history: readonly EpochRecord[]): Curve | undefined {
  const records = history.filter(({ validationLoss }) => validationLoss !== undefined);
  if (records.length < FEWEST_EPOCHS) return undefined;
  const losses = records.map(({ validationLoss }) => validationLoss!);
  const best = Math.min(...losses);
  const fall = losses[0]! - best;
  if (!(fall > 0)) return { lastShare: 0, falls: false, overfit: 0, overfits: false };
  const early = Math.min(...losses.slice(0, Math.ceil((3 * losses.length) / 4)));
  const lastShare = Math.max(0, early - best) / fall;
  const gap = gapsOf(records);
  const growth = gap[losses.indexOf(best)]! - gap[settledEpoch(records, fall, losses.indexOf(best))]!;
  const last = losses.slice(-Math.max(FEWEST_EPOCHS, Math.floor(losses.length / 4)));
  return {
    lastShare,
    falls: lastShare >= STILL_FALLING && slopeInErrors(last) < -SIGNIFICANT,
    overfit: growth / fall,
    overfits: growth > OVERFIT * fall && growth > SIGNIFICANT * scatterOf(losses),
  };
}

/** Validation loss minus training loss at the end of each epoch; the recorded training loss is that of the middle of the epoch. */
function gapsOf(records: readonly EpochRecord[]): number[] {
  return records.map(
    ({ validationLoss, trainingLoss }, i) => validationLoss! - (trainingLoss + (records[i + 1] ?? records[i]!).trainingLoss) / 2,
  );
}

/** From where the two losses can be compared: the first epoch in which training did not change much, and at the latest half way to the best. */
function settledEpoch(records: readonly EpochRecord[], fall: number, best: number): number {
  const settled = records.findIndex(
    ({ trainingLoss }, i) => trainingLoss - (records[i + 1]?.trainingLoss ?? trainingLoss) < SETTLED * fall,
  );
  return Math.min(settled, best >> 1);
}

/** Least-squares slope of equally spaced values in its standard error. */
function slopeInErrors(values: readonly number[]): number {
  const n = values.length;
  const centre = (n - 1) / 2;
  const mean = values.reduce((total, value) => total + value, 0) / n;
  const spread = values.reduce((total, _, i) => total + (i - centre) ** 2, 0);
  const slope = values.reduce((total, value, i) => total + (i - centre) * (value - mean), 0) / spread;
  const residual = values.reduce((total, value, i) => total + (value - mean - slope * (i - centre)) ** 2, 0);
  return slope === 0 ? 0 : slope / Math.sqrt(residual / (n - 2) / spread);
}

/** Standard deviation of the noise of a curve's second half: second differences of independent noise have six times its variance. */
function scatterOf(values: readonly number[]): number {
  const half = values.slice(-Math.max(FEWEST_EPOCHS, Math.ceil(values.length / 2)));
  const second = half.slice(2).map((value, i) => value - 2 * half[i + 1]! + half[i]!);
  return Math.sqrt(second.reduce((total, value) => total + value * value, 0) / second.length / 6);
}
