import type { LabelledSample, Marginal } from "../data/mined-sample.js";
import type { EpochRecord } from "../nn/index.js";
import type { Matrix } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";

/** What the checks ask of an estimator of the likelihood ratio. */
export interface VerifiableRatio {
  /** The method. */
  readonly name: string;
  readonly parameters: ParameterRanges;
  readonly observables: readonly string[];
  /** Range of each parameter's numerator in training; low and high are the same where it was fixed. */
  readonly trained: ParameterRanges;
  /** theta1 where it was fixed. */
  readonly denominator: Theta | undefined;
  /** Present when the denominator is the marginal p(x). */
  readonly marginal?: Marginal | undefined;
  /** How each member was trained. */
  readonly training: readonly {
    readonly history: readonly EpochRecord[];
    readonly bestEpoch: number | undefined;
    readonly stopped: string;
  }[];
  /** Events that were kept from training. */
  readonly heldOut: LabelledSample | undefined;
  /** log r of each event at its own theta0 and theta1 `[N]`. */
  logRatioOf(events: LabelledSample): Float64Array;
  /** As `logRatioOf`, of each member of an ensemble. */
  membersOf(events: LabelledSample): readonly Float64Array[];
  /** log r `[N]` of x at theta against the fixed denominator or p(x). */
  logRatio(x: Matrix, theta: Theta): Float64Array;
  /** The ratio to one denominator, of an estimator that saw many. */
  against?(denominator: Theta): RatioToOne;
}

/** A ratio to one denominator. */
export interface RatioToOne {
  /** log r `[N]` of x at theta. */
  logRatio(x: Matrix, theta: Theta): Float64Array;
}
