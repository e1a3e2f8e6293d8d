import type { Tensor, Values, Variable } from "../../compute/index.js";
import type { Key } from "../../numerics/random.js";
import type { GradientMap } from "../optimisers/clip.js";
import type { Optimiser } from "../optimisers/optimiser.js";
import type { Schedule } from "../optimisers/schedules.js";
import type { DrawingPass } from "../pass.js";
import type { Checkpoint } from "./checkpoint.js";
import type { EpochRecord } from "./history.js";

/** What is to be learned, from what. */
export interface TrainingTask<Name extends string> {
  /** Whose variables are trained: a layer, or the variables and the state of several. */
  readonly network: { readonly variables: readonly Variable[]; readonly state: readonly Variable[] };
  /** Arrays by name, each [N, ...] with the same number of rows N, finite, row-major. */
  readonly data: Readonly<Record<Name, Values>>;
  /** Data for validation, named and shaped as `data` but for N; default: a part of `data`, see `validation`. */
  readonly validationData?: Readonly<Record<Name, Values>>;
  /**
   * Traces the loss of a batch, shape []: a mean over its rows. Called for each new batch size, once in training and
   * once for validation; `pass.training` tells which. Draws take `pass.key` and `pass.nextStream()`.
   */
  readonly loss: (batch: Readonly<Record<Name, Tensor>>, pass: DrawingPass) => Tensor;
  /** What the progress shows in front; default "train". */
  readonly label?: string;
}

/** How each step goes. */
export interface StepOptions {
  /** Rows of a step; default 128. The last step of an epoch takes the rows that are left. Larger is less noisy and faster per row, with fewer steps. */
  readonly batchSize?: number;
  /** Default `adam()`. */
  readonly optimiser?: Optimiser;
  /** What the learning rate is multiplied by; default `constantRate`. */
  readonly schedule?: Schedule;
  /** What happens to gradients first, such as `clipByGlobalNorm(5)`; default nothing. */
  readonly clip?: GradientMap;
}

/** When training ends. */
export interface StopOptions {
  /** Passes over the data; default 50. */
  readonly epochs?: number;
  /** Ends after this many epochs with no better validation loss; default never. */
  readonly patience?: number;
  /** Ends after this many seconds; default never. What came out then depends on the machine. */
  readonly seconds?: number;
  /** Ends training when it aborts, and keeps the best so far; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** How training goes. */
export interface TrainingOptions extends StepOptions, StopOptions {
  /** All randomness: which rows validate, their order in each epoch, draws of the loss and of dropout. */
  readonly key: Key;
  /** Part of the rows that is held back for validation, in [0, 1), at least one unless 0; default 0.2. Without validation the last epoch counts as best. */
  readonly validation?: number;
  /** Goes on from a checkpoint, with the same bits as if there had been no break. Data and options must be the same; only `epochs`, `patience`, `seconds` and `signal` may differ. */
  readonly resume?: Checkpoint;
  /**
   * Makes the error of a training that diverges name the operation that gave the first NaN or infinity, by replaying the
   * step in plain TypeScript. Copies all variables before each step, and the replay of a large network takes minutes;
   * default false.
   */
  readonly debug?: boolean;
  /** Told after each epoch; `checkpoint()` makes a copy of all that is needed to go on. Training waits for a promise. */
  readonly onEpoch?: (record: EpochRecord, checkpoint: () => Checkpoint) => void | Promise<void>;
}

/** Why training ended. */
export type StopReason = "epochs" | "interrupt" | "patience" | "seconds";

/** What training gave, beside the trained variables, which the backend holds. */
export interface Training {
  /** One record for each whole epoch. */
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights are kept; undefined when not one was whole, and the weights are those of the last step. */
  readonly best: EpochRecord | undefined;
  readonly stopped: StopReason;
  /** Where it stopped, to go on from with `resume`. */
  readonly checkpoint: Checkpoint;
}
