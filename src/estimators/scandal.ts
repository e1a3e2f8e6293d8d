/**
 * SCANDAL, score-augmented neural density approximates likelihood: the density of NLE, whose gradient in theta learns the joint score too,
 *
 *   L = - mean log q(x given theta) + alpha mean |t(x, z) - grad_theta log q(x given theta)|^2
 *
 * The mean of t(x, z) at given x is the score of x, so both terms have their minimum at q(x given theta) = p(x given theta).
 *
 * @module
 * @source Brehmer, Louppe, Pavez, Cranmer 2018, arXiv:1805.12244, eqs. 22-23
 */
import { add, constant, grad, mean, mul, neg, square, sub, sum } from "../compute/index.js";
import { type MinedSampleWithScore, numeratorEvents, takeRows } from "../data/mined-sample.js";
import { DomainError, MissingGoldError } from "../errors.js";
import { maf } from "../flows/maf.js";
import type { Matrix } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { type DensityOptions, densitySettings } from "./density/density-options.js";
import type { DensityLoss } from "./density/fit-density.js";
import { fitLikelihood } from "./density/fit-likelihood.js";
import type { LikelihoodEstimator } from "./density/likelihood-estimator.js";
import { assertFitArguments } from "./density/simulation-checks.js";
import type { FitOptions } from "./fit-options.js";
import { assertMatrix } from "./ratio/sample-checks.js";

/** What SCANDAL learns with. */
export interface ScandalOptions extends DensityOptions {
  /**
   * Weight of the score's squared error, which is taken with each parameter in units of its standard deviation and averaged over parameters; default:
   * that at which an estimator that knows nothing has an error of 1. Larger trusts the score more.
   */
  readonly alpha?: number;
}

/** A method that learns the likelihood from events and their joint score. */
export interface ScoreLikelihoodMethod {
  readonly name: string;
  /**
   * Trains an estimator on the events of theta0.
   *
   * @throws {MissingGoldError} When the sample has no joint score.
   * @throws {ShapeError} When there are fewer than 10 events of theta0.
   * @throws {DomainError} When theta0 or an observable is the same for all events, a value is NaN or infinite, or an option is out of range.
   * @throws {NotConvergedError} When the training diverges.
   */
  fit<Ranges extends ParameterRanges>(sample: MinedSampleWithScore<Ranges>, options: FitOptions): Promise<LikelihoodEstimator<Ranges>>;
}

/**
 * Neural likelihood estimation that learns from the joint score as well.
 *
 * @param options - Family of densities, embedding of theta, members, alpha. A smooth flow: the gradient of the network is what is trained.
 * @returns A method with `fit`.
 * @throws {DomainError} When an option is out of range.
 * @example
 * const noisy = simulator({ name: "noisy", parameters: { mu: [-2, 2] }, observables: ["x"] }, ({ mu }, sample) => [sample("x", normal(mu, 1))]);
 * const mined = await mine(noisy, { numerator: uniform({ mu: [-2, 2] }), denominator: { mu: 0 }, n: 500, seed: 1 });
 * const likelihood = await scandal({ flow: maf({ transforms: 2 }) }).fit(mined, { epochs: 5, seed: 2 });
 * likelihood.score([0.3], { mu: 0.5 }); // [1, 1]
 */
export function scandal({ alpha, ...options }: ScandalOptions = {}): ScoreLikelihoodMethod {
  const settings = densitySettings("scandal", options, { flow: maf(), members: 1 });
  if (alpha !== undefined && !(alpha >= 0 && alpha < Infinity))
    throw new DomainError("scandal", "alpha", alpha, "a finite number, zero or more");
  return {
    name: "scandal",
    fit: async (sample, fit) => {
      assertFitArguments("scandal.fit", sample, fit);
      const score = numeratorScore(sample);
      return fitLikelihood({ name: "scandal", settings, extra: { score }, loss: lossWith(alpha, score) }, numeratorEvents(sample), fit);
    },
  };
}

function lossWith(alpha: number | undefined, score: Matrix): DensityLoss {
  return ({ y, context, extra, logProb }, scales) => {
    const { scale } = scales.context;
    const value = logProb(y, context);
    const estimated = grad(sum(value), context!);
    const error = mean(square(sub(mul(extra.score!, constant(scale)), estimated)));
    return add(neg(mean(value)), mul(alpha ?? 1 / meanSquare(score, scale), error));
  };
}

/** Mean square of the score in units of the parameters' standard deviations: what knowing nothing costs. */
function meanSquare({ values, columns }: Matrix, scale: Float64Array): number {
  return values.reduce((total, value, k) => total + (value * scale[k % columns]!) ** 2, 0) / values.length || 1;
}

function numeratorScore({ jointScore, label }: MinedSampleWithScore): Matrix {
  if (!jointScore)
    throw new MissingGoldError("scandal.fit", "sample.jointScore is missing", undefined, "mine with score: true, or use nle");
  assertMatrix("scandal.fit", "jointScore", jointScore);
  return takeRows(
    jointScore,
    Uint32Array.from(label.keys()).filter((i) => label[i] === 0),
  );
}
