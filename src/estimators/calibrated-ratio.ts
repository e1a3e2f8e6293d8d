import type { LabelledSample } from "../data/mined-sample.js";
import { DomainError } from "../errors.js";
import type { MatrixLike } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../numerics/parameters.js";
import type { Calibration, FittedCalibration } from "./calibration/calibration.js";
import { meanOver, repeatedRow } from "./ratio/members.js";
import type { FixedRatio, RatioEstimator } from "./ratio/ratio-estimator.js";

/** A ratio estimator whose log r goes through a calibration. */
export class CalibratedRatio<Ranges extends ParameterRanges = ParameterRanges> implements FixedRatio<Ranges> {
  readonly name: string;
  readonly parameters: Ranges;
  readonly observables: readonly string[];

  constructor(
    /** What was calibrated. */
    readonly base: RatioEstimator<Ranges>,
    readonly calibration: FittedCalibration,
  ) {
    this.name = `calibrated ${base.name}`;
    this.parameters = base.parameters;
    this.observables = base.observables;
  }

  get denominator(): Theta<Ranges> | undefined {
    return this.base.denominator;
  }

  get trained(): Ranges {
    return this.base.trained;
  }

  get training(): RatioEstimator<Ranges>["training"] {
    return this.base.training;
  }

  /** None: what was held out has been used for the calibration. */
  get heldOut(): undefined {
    return undefined;
  }

  /**
   * Calibrated logarithm of the ratio of each event, against the estimator's own denominator.
   *
   * @param x - Events `[N, L]`.
   * @param theta - The numerator, theta0.
   * @returns log r `[N]`.
   * @throws {DomainError} As the estimator, and when the calibration does not know theta.
   */
  logRatio(x: MatrixLike, theta: Theta<Ranges>): Float64Array {
    const row = toRow(this.name, "theta", theta as Theta, this.parameters);
    return this.calibration.apply(this.base.logRatio(x, theta), repeatedRow(row, 1));
  }

  /** log r of each event at its own theta0 and theta1 `[N]`. */
  logRatioOf(sample: LabelledSample): Float64Array {
    return meanOver(this.membersOf(sample));
  }

  /** As `logRatioOf`, of each member. */
  membersOf(sample: LabelledSample): Float64Array[] {
    return this.base.membersOf(sample).map((values) => this.calibration.apply(values, sample.theta0));
  }
}

/**
 * Calibrates an estimator of the ratio on events that it was not trained on.
 *
 * A classifier's s_hat rises with r long before it means what it says; the map from its log r to the right one has one input, and needs few
 * events. With `isotonicCalibration`, `histogramCalibration` or `sigmoidCalibration` s_hat becomes the chance of a label; with
 * `expectationCalibration` the mean of r over the denominator's events becomes one.
 *
 * @param ratio - A trained estimator.
 * @param calibration - How.
 * @param sample - Events of both hypotheses; default those that the fit held out. Early stopping has seen them, the weights have not.
 * @returns The calibrated ratio.
 * @throws {DomainError} When there are no held-out events, or the sample cannot be calibrated on.
 * @source Cranmer, Pavez, Louppe 2015, arXiv:1506.02169, section 3; Brehmer et al. 2018, arXiv:1805.00020, section IV.D
 * @example
 * const mined = await mine(galtonBoard(), { numerator: uniform({ slope: [-1, -0.4] }), denominator: { slope: -0.6 }, n: 1000, seed: 1 });
 * const ratio = await carl({ hidden: [20] }).fit(mined, { epochs: 5, seed: 2, verdict: false });
 * calibrate(ratio, sigmoidCalibration()).logRatio([15, 16], { slope: -0.8 });
 */
export function calibrate<Ranges extends ParameterRanges>(
  ratio: RatioEstimator<Ranges>,
  calibration: Calibration,
  sample: LabelledSample<Ranges> | undefined = ratio.heldOut,
): CalibratedRatio<Ranges> {
  if (!sample)
    throw new DomainError("calibrate", "sample", sample, "events", "give a labelled sample that the estimator was not trained on");
  const members = meanOver(ratio.membersOf(sample));
  const { label, theta0 } = sample;
  return new CalibratedRatio(ratio, calibration.fit({ logRatio: members, label, theta0 }));
}
