import type { Backend } from "../compute/index.js";
import type { Checkpoint, EpochRecord, StepOptions, StopOptions, StopReason } from "../nn/index.js";

/** How an estimator is trained. Defaults: Adam at 1e-3 falling to a hundredth, batches of 128, 50 epochs, patience 10, gradient norm at most 10. */
export interface FitOptions extends StepOptions, StopOptions {
  /** All randomness: first weights, which events are held out, their order; an integer in [0, 2^53). The same seed gives the same bits. */
  readonly seed: number;
  /** Part of the events that is held out, for early stopping and for the verdict, in [0, 1); default 0.2. */
  readonly validation?: number;
  /** Whether the fit ends with a verdict on the held-out events; default true. */
  readonly verdict?: boolean;
  /** What computes; default `backend("auto")`. */
  readonly backend?: Backend;
  /** Goes on from where another fit of the same data and options stopped, with the same bits as without a break. */
  readonly resume?: FitCheckpoint;
  /** Told after each epoch of each member; `checkpoint()` copies what is needed to go on with that member. */
  readonly onEpoch?: (record: EpochRecord, checkpoint: () => Checkpoint, member: number) => void | Promise<void>;
}

/** All that a fit needs to go on: one checkpoint for each member. */
export type FitCheckpoint = readonly Checkpoint[];

/** How the training of one member went. */
export interface MemberTraining {
  /** One record for each epoch. */
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights are kept; undefined when not one was whole. */
  readonly bestEpoch: number | undefined;
  readonly stopped: StopReason;
}
