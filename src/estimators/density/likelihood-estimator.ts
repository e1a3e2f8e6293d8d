import type { Simulations } from "../../data/simulations.js";
import type { Verdict } from "../../diagnostics/verdict.js";
import type { ConditionalDensity, ConditionedDensity } from "../../flows/conditional-density.js";
import { type Matrix, type MatrixLike, rowOf, toMatrix, zeros } from "../../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../../numerics/parameters.js";
import { eventPairs } from "../event-pairs.js";
import type { FitCheckpoint, MemberTraining } from "../fit-options.js";
import { type LayerWeights, repeatedRow } from "../ratio/members.js";
import type { DensityModel } from "./density-model.js";
import type { DensityFit } from "./posterior-estimator.js";

/**
 * A trained estimate of the likelihood, q(x given theta), and an emulator of the simulator: `at(theta)` draws observations.
 *
 * `posterior(logLikelihood(estimator, x), prior)` samples the posterior of any number of independent events; `confidenceRegion` and
 * `maximumLikelihood` take the same log-likelihood.
 */
export class LikelihoodEstimator<Ranges extends ParameterRanges = ParameterRanges> {
  /** The method, in lower case. */
  readonly name: string;
  readonly parameters: Ranges;
  readonly observables: readonly string[];
  readonly training: readonly MemberTraining[];
  readonly checkpoint: FitCheckpoint | undefined;
  readonly heldOut: Simulations<Ranges> | undefined;
  /** What the checks on the held-out simulations say; undefined when they were switched off or there were none. */
  verdict: Verdict | undefined;

  constructor(
    /** All about it but the weights. */
    readonly model: DensityModel<Ranges>,
    private readonly density: ConditionalDensity,
    private readonly fit: DensityFit,
  ) {
    this.name = model.name;
    this.parameters = model.support;
    this.observables = model.data.observables;
    this.training = fit.training;
    this.checkpoint = fit.checkpoint;
    this.heldOut = fit.heldOut as Simulations<Ranges> | undefined;
  }

  /**
   * log q(x given theta) of each event.
   *
   * @param x - Events `[N, L]`.
   * @param theta - Parameters, within their ranges.
   * @returns `[N]`; of an ensemble the logarithm of the mean density.
   * @throws {ShapeError} When x has another number of columns.
   * @throws {DomainError} When x is not finite, or theta of unknown name or outside the declared range.
   */
  logProb(x: MatrixLike, theta: Theta<Ranges>): Float64Array {
    const where = `${this.name}.logProb`;
    const rows = toMatrix(where, "x", x, this.observables.length);
    return this.density.logProb(rows, this.row(where, theta));
  }

  /**
   * log q(x given theta) of each event at each theta.
   *
   * @param x - Events `[N, L]`.
   * @param thetas - `[M, D]`.
   * @returns `[M, N]`.
   */
  logProbs(x: Matrix, thetas: Matrix): Matrix {
    const [events, points] = eventPairs(x, thetas);
    return { rows: thetas.rows, columns: x.rows, values: this.density.logProb(events, points) };
  }

  /** As `logProbs`, of each member. */
  members(x: Matrix, thetas: Matrix): Matrix[] {
    const [events, points] = eventPairs(x, thetas);
    return this.density.members(events, points).map((values) => ({ rows: thetas.rows, columns: x.rows, values }));
  }

  /**
   * The gradient in theta of sum_i w_i log q(x_i given theta), and its value, at each theta.
   *
   * @param x - Events `[N, L]`.
   * @param thetas - `[M, D]`.
   * @param weights - w `[N]`: how often each event was seen.
   * @returns Values `[M]` and gradients `[M, D]`.
   */
  gradients(x: Matrix, thetas: Matrix, weights: Float64Array): { readonly values: Float64Array; readonly gradients: Matrix } {
    const [events, points] = eventPairs(x, thetas);
    const each = this.density.contextGradient(events, points);
    const values = new Float64Array(thetas.rows);
    const gradients = zeros(thetas.rows, thetas.columns);
    for (let k = 0; k < events.rows; k++) {
      const [m, weight] = [Math.floor(k / x.rows), weights[k % x.rows]!];
      values[m]! += weight * each.values[k]!;
      const row = rowOf(gradients, m);
      rowOf(each.gradients, k).forEach((slope, j) => {
        row[j]! += weight * slope;
      });
    }
    return { values, gradients };
  }

  /**
   * The score, the gradient in theta of log q(x given theta), of each event.
   *
   * @param x - Events `[N, L]`.
   * @param theta - Where.
   * @returns `[N, D]`, in one over the parameters' units.
   */
  score(x: MatrixLike, theta: Theta<Ranges>): Matrix {
    const where = `${this.name}.score`;
    const rows = toMatrix(where, "x", x, this.observables.length);
    return this.density.contextGradient(rows, repeatedRow(this.row(where, theta).values, rows.rows)).gradients;
  }

  /** The emulated simulator at theta: a distribution over x. */
  at(theta: Theta<Ranges>): ConditionedDensity {
    return this.density.at(this.row(`${this.name}.at`, theta).values);
  }

  /** What a file of it holds. */
  weights(): LayerWeights[] {
    return this.fit.weights();
  }

  private row(where: string, theta: Theta<Ranges>): Matrix {
    const values = toRow(where, "theta", theta as Theta, this.parameters);
    return { rows: 1, columns: values.length, values };
  }
}
