import { isList, isMatrix, type Matrix, type MatrixLike } from "../../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../../numerics/parameters.js";
import type { Key } from "../../numerics/random.js";
import { oneRow, pointRow, rowsFor, rowsOf } from "./given-rows.js";
import { type ParameterDraws, SimulationEstimator } from "./trained-density.js";

/** A posterior at one observation: a distribution over the parameters. */
export interface PosteriorAt<Ranges extends ParameterRanges = ParameterRanges> {
  /** Names of the parameters `[D]`. */
  readonly names: readonly string[];
  /** Support of each parameter. */
  readonly parameters: Ranges;
  /** The observation `[L]`. */
  readonly x: Float64Array;
  /** log q(theta given x) `[N]` of rows `[N, D]` or of one record `[1]`; -Infinity outside the prior's support. */
  logProb(theta: MatrixLike | Theta<Ranges>): Float64Array;
  /** n independent draws `[n, D]`, all within the prior's support; the same key gives the same draws. */
  sample(key: Key, n: number): ParameterDraws;
}

/**
 * A trained estimate of the posterior of any observation, q(theta given x). It is amortised: `at(x)` costs no training and no sampler.
 *
 * It knows what it was trained on: where x lies outside the training simulations it extrapolates, and `misspecification` tells.
 */
export class PosteriorEstimator<Ranges extends ParameterRanges = ParameterRanges> extends SimulationEstimator<Ranges> {
  /**
   * The posterior of one observation.
   *
   * @param x - The observation `[L]`.
   * @returns A distribution over the parameters.
   * @throws {ShapeError} When x has another number of observables.
   * @throws {DomainError} When x is not finite.
   */
  at(x: ArrayLike<number> | MatrixLike): PosteriorAt<Ranges> {
    const words = { names: this.observables, one: "one observation", advice: "call at for each, or use an embedding of sets (deepSet)" };
    const row = oneRow(`${this.name}.at`, "x", x, words);
    const conditioned = this.density.at(row.values);
    return {
      names: this.names,
      parameters: this.parameters,
      x: row.values,
      logProb: (theta) => conditioned.logProb(this.thetaRows(`${this.name}.logProb`, theta)),
      sample: this.drawsOf(conditioned, this.names),
    };
  }

  /**
   * log q(theta given x), row by row.
   *
   * @param theta - `[N, D]`.
   * @param x - `[N, L]`, or one observation for all.
   * @returns `[N]`; -Infinity outside the prior's support.
   * @throws {ShapeError} When the rows or columns do not fit.
   * @throws {DomainError} When a value is not finite.
   */
  logProb(theta: MatrixLike, x: MatrixLike): Float64Array {
    return this.density.logProb(...this.pairs(`${this.name}.logProb`, theta, x));
  }

  /** As `logProb`, of each member. */
  members(theta: MatrixLike, x: MatrixLike): Float64Array[] {
    return this.density.members(...this.pairs(`${this.name}.members`, theta, x));
  }

  private get names(): readonly string[] {
    return Object.keys(this.parameters);
  }

  private pairs(where: string, theta: MatrixLike, x: MatrixLike): readonly [theta: Matrix, x: Matrix] {
    const rows = this.thetaRows(where, theta);
    return [rows, rowsFor(where, "x", x, { columns: this.observables.length, others: "theta", count: rows.rows })];
  }

  private thetaRows(where: string, theta: MatrixLike | Theta<Ranges>): Matrix {
    if (isMatrix(theta) || isList(theta)) return rowsOf(where, "theta", theta, this.names.length);
    return pointRow(where, theta as Theta, this.names);
  }
}
