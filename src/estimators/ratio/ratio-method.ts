import type { Tensor } from "../../compute/index.js";
import type { LabelledSample, MinedSample, MinedSampleWithScore } from "../../data/mined-sample.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import type { FitOptions } from "../fit-options.js";
import type { NetworkOptions } from "../network-options.js";
import type { Morphing } from "./morphing.js";
import type { RatioBatch } from "./objective.js";
import type { RatioEstimator } from "./ratio-estimator.js";

/** The network of a ratio estimator. */
export interface RatioOptions extends NetworkOptions {
  /** Monomials of a density that is a polynomial in theta; the network then sees x alone. Default: the network learns the dependence on theta. */
  readonly morphing?: Morphing;
}

/** Options of a method that learns from the score as well. */
export interface ScoreRatioOptions extends RatioOptions {
  /**
   * Weight of the score's squared error against the ratio's term, in one over the unit of the score squared; default: a fifth of that at which both
   * are equal for an estimator that knows nothing, r_hat = 1 and t_hat = 0. Larger trusts the score more: better with few events, noisier with many.
   */
  readonly alpha?: number;
}

/** A method with its options set, which needs events and their labels alone. */
export interface LabelMethod {
  readonly name: string;
  /**
   * Trains an estimator.
   *
   * @throws {DomainError} When all labels are equal, a value is NaN or infinite, or an option is out of range.
   * @throws {NotConvergedError} When the training diverges.
   */
  fit<Ranges extends ParameterRanges>(sample: LabelledSample<Ranges>, options: FitOptions): Promise<RatioEstimator<Ranges>>;
}

/** A method that needs the joint log ratio. */
export interface RatioGoldMethod {
  readonly name: string;
  /**
   * Trains an estimator.
   *
   * @throws {MissingGoldError} When the sample has no joint log ratio.
   * @throws {DomainError} When all labels are equal, a value is NaN or infinite, or an option is out of range.
   * @throws {NotConvergedError} When the training diverges.
   */
  fit<Ranges extends ParameterRanges>(sample: MinedSample<Ranges>, options: FitOptions): Promise<RatioEstimator<Ranges>>;
}

/** A method that needs the joint log ratio, and the joint score. */
export interface ScoreGoldMethod {
  readonly name: string;
  /**
   * Trains an estimator.
   *
   * @throws {MissingGoldError} When the sample has no joint score.
   * @throws {DomainError} When all labels are equal, a value is NaN or infinite, or an option is out of range.
   * @throws {NotConvergedError} When the training diverges.
   */
  fit<Ranges extends ParameterRanges>(sample: MinedSampleWithScore<Ranges>, options: FitOptions): Promise<RatioEstimator<Ranges>>;
}

/** What a method of the family is: its objective, and what of a sample it needs. */
export interface RatioObjective {
  readonly name: string;
  /** Whether the joint log ratio is needed. */
  readonly usesRatio: boolean;
  /** Whether the joint score is needed. */
  readonly usesScore: boolean;
  /** Loss of a batch, shape [], without the score's term. */
  readonly loss: (batch: RatioBatch) => Tensor;
  /** What an event of a label and a joint log ratio adds to the loss where r_hat = 1. */
  readonly ignorant: (label: number, jointLogRatio: number) => number;
}
