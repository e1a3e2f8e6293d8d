import type { NonFinite } from "../../compute/index.js";
import { NotConvergedError } from "../../errors.js";

/** One epoch. */
export interface EpochRecord {
  /** The first is 1. */
  readonly epoch: number;
  /** Mean over all training rows, each before the step it enters. */
  readonly trainingLoss: number;
  /** Mean over all validation rows, after the epoch; undefined without validation. */
  readonly validationLoss: number | undefined;
  /** Of the last step. */
  readonly learningRate: number;
  /** Mean over the rows' steps of the global norm of the gradient, before clipping. */
  readonly gradientNorm: number;
  /** How long it took; after a resumption, the part since then. */
  readonly seconds: number;
}

/** What was left when a training diverged; the variables are those of the best epoch, or of the start. */
export interface Divergence {
  readonly history: readonly EpochRecord[];
  readonly best: EpochRecord | undefined;
  /** The epoch in which it happened; the first is 1. */
  readonly epoch: number;
  /** The step of this epoch in which it happened; the first is 1. */
  readonly step: number;
  /** The operation that gave the first number that is not finite; undefined without `debug`, or when the replay had none. */
  readonly origin: NonFinite | undefined;
}

/** What became of which number, and what there is to say about it. */
export interface DivergenceParts extends Divergence {
  /** What is not finite. */
  readonly what: string;
  readonly value: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Whether an origin was looked for. */
  readonly debug: boolean;
}

/** The error of a training that diverged. */
export function divergence({ what, value, epochs, stepsPerEpoch, debug, ...best }: DivergenceParts): NotConvergedError<Divergence> {
  const place = `epoch ${best.epoch} of ${epochs}, step ${best.step} of ${stepsPerEpoch}`;
  const origin = best.origin ? ` (${best.origin.message})` : "";
  const remedy =
    "lower the learning rate, clip the gradients (clipByGlobalNorm), or look for logarithms and quotients of small numbers in the loss";
  const advice = debug ? remedy : `${remedy}; debug: true names the operation`;
  return new NotConvergedError("train", `the ${what} became ${value} in ${place}${origin}`, best, advice);
}
