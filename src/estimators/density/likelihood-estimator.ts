import { ShapeError } from "../../errors.js";
import type { ConditionedDensity } from "../../flows/conditional-density.js";
import { type Matrix, type MatrixLike, rowOf, zeros } from "../../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../../numerics/parameters.js";
import { eventPairs } from "../event-pairs.js";
import { repeatedRow } from "../ratio/members.js";
import { assertByName, assertColumns, rowsOf } from "./given-rows.js";
import { SimulationEstimator } from "./trained-density.js";

/**
 * A trained estimate of the likelihood, q(x given theta), and an emulator of the simulator: `at(theta)` draws observations.
 *
 * `posterior(logLikelihood(estimator, x), prior)` samples the posterior of any number of independent events; `confidenceRegion` and
 * `maximumLikelihood` take the same log-likelihood.
 */
export class LikelihoodEstimator<Ranges extends ParameterRanges = ParameterRanges> extends SimulationEstimator<Ranges> {
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
    const rows = rowsOf(where, "x", x, this.observables.length);
    return this.density.logProb(rows, this.row(where, theta));
  }

  /**
   * log q(x given theta) of each event at each theta.
   *
   * @param x - Events `[N, L]`.
   * @param thetas - `[M, D]`.
   * @returns `[M, N]`.
   * @throws {ShapeError} When x or thetas have another number of columns.
   */
  logProbs(x: Matrix, thetas: Matrix): Matrix {
    const [events, points] = this.pairs("logProbs", x, thetas);
    return { rows: thetas.rows, columns: x.rows, values: this.density.logProb(events, points) };
  }

  /** As `logProbs`, of each member. */
  members(x: Matrix, thetas: Matrix): Matrix[] {
    const [events, points] = this.pairs("members", x, thetas);
    return this.density.members(events, points).map((values) => ({ rows: thetas.rows, columns: x.rows, values }));
  }

  /**
   * The gradient in theta of sum_i w_i log q(x_i given theta), and its value, at each theta.
   *
   * @param x - Events `[N, L]`.
   * @param thetas - `[M, D]`.
   * @param weights - w `[N]`: how often each event was seen.
   * @returns Values `[M]` and gradients `[M, D]`.
   * @throws {ShapeError} When x or thetas have another number of columns, or there is not a weight for each event.
   */
  gradients(x: Matrix, thetas: Matrix, weights: Float64Array): { readonly values: Float64Array; readonly gradients: Matrix } {
    const [events, points] = this.pairs("gradients", x, thetas);
    if (weights?.length !== x.rows) throw new ShapeError(`${this.name}.gradients`, "weights", `[${weights?.length}]`, `[${x.rows}]`);
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
   * @throws {ShapeError | DomainError} As `logProb`.
   */
  score(x: MatrixLike, theta: Theta<Ranges>): Matrix {
    const where = `${this.name}.score`;
    const rows = rowsOf(where, "x", x, this.observables.length);
    return this.density.contextGradient(rows, repeatedRow(this.row(where, theta).values, rows.rows)).gradients;
  }

  /**
   * The emulated simulator at theta.
   *
   * @param theta - Parameters by name, within their ranges.
   * @returns A distribution over x.
   * @throws {ShapeError | DomainError} When theta is no record of the parameters, or outside its range.
   */
  at(theta: Theta<Ranges>): ConditionedDensity {
    const conditioned = this.density.at(this.row(`${this.name}.at`, theta).values);
    return {
      logProb: (x) => conditioned.logProb(rowsOf(`${this.name}.logProb`, "x", x, this.observables.length)),
      sample: this.drawsOf(conditioned, this.observables),
    };
  }

  private pairs(method: string, x: Matrix, thetas: Matrix): readonly [events: Matrix, points: Matrix] {
    assertColumns(`${this.name}.${method}`, "x", x, this.observables.length);
    assertColumns(`${this.name}.${method}`, "thetas", thetas, Object.keys(this.parameters).length);
    return eventPairs(x, thetas);
  }

  private row(where: string, theta: Theta<Ranges>): Matrix {
    assertByName(where, theta, Object.keys(this.parameters));
    const values = toRow(where, "theta", theta as Theta, this.parameters);
    return { rows: 1, columns: values.length, values };
  }
}
