import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../../numerics/parameters.js";
import { type Stream, stream } from "../../numerics/random.js";
import { type Bijection, toUnbounded } from "../../probability/bijection.js";
import type { Prior } from "../../probability/independent.js";
import type { LogLikelihoodFunction, ValuesAndGradients } from "../log-likelihood-function.js";
import type { Budget } from "./budget.js";
import { Faults } from "./faults.js";
import { centralDifferences, Geometry } from "./geometry.js";
import { LikelihoodRows } from "./likelihood-rows.js";

/** The two factors of a posterior density in the unbounded space, at M points. */
export interface Parts {
  /** log p(theta) + log |dtheta / du|, `[M]`. */
  readonly base: Float64Array;
  /** log L(theta), `[M]`; -Infinity where the base is, without an evaluation. */
  readonly logL: Float64Array;
}

/** Points with their prior and likelihood. */
export interface Evaluated {
  readonly theta: Matrix;
  readonly logPrior: Float64Array;
  readonly logL: Float64Array;
}

const LIKELIHOOD_STEP = 1e-4;

/** An unnormalised posterior density over the unbounded space of u, within a budget. */
export class Target {
  readonly dimension: number;
  readonly faults: Faults;
  private readonly names: readonly string[];
  private readonly order: readonly number[];
  private readonly map: Bijection;
  private readonly geometry: Geometry;
  private readonly likelihood: LikelihoodRows;

  /** `parameters` are those of the likelihood, cut to the prior's support. */
  constructor(
    logL: LogLikelihoodFunction,
    readonly prior: Prior,
    readonly parameters: ParameterRanges,
    readonly budget: Budget,
  ) {
    this.names = Object.keys(parameters);
    this.dimension = this.names.length;
    this.order = this.names.map((name) => prior.names.indexOf(name));
    this.map = toUnbounded(parameters);
    this.geometry = new Geometry(parameters, prior);
    this.faults = new Faults(parameters);
    this.likelihood = new LikelihoodRows(logL, parameters, budget, this.faults);
  }

  /** Independent points of the prior, one after another, as a function that makes the next n `[n, D]`. */
  priorDraws(key: Parameters<typeof stream>[0]): (n: number) => Matrix {
    const source = stream(key);
    return (n) => this.drawPrior(source, n);
  }

  private drawPrior(source: Stream, n: number): Matrix {
    const theta = zeros(n, this.dimension);
    const row = new Float64Array(this.dimension);
    for (let i = 0; i < n; i++) {
      this.prior.draw(source, row);
      const into = rowOf(theta, i);
      this.order.forEach((column, d) => {
        into[d] = row[column]!;
      });
    }
    return theta;
  }

  /** Points of the unbounded space as theta `[M, D]`, and log |dtheta / du| `[M]`. */
  toTheta(u: Matrix): { rows: Matrix; logDet: Float64Array } {
    return this.map.inverseAndLogDet(u);
  }

  /** Theta `[M, D]` as points of the unbounded space. */
  toUnbounded(theta: Matrix): Matrix {
    return this.map.forwardAndLogDet(theta).rows;
  }

  /** log p(theta) `[M]`; -Infinity outside the ranges. */
  logPrior(theta: Matrix): Float64Array {
    const record: Record<string, number> = {};
    return Float64Array.from({ length: theta.rows }, (_, i) => {
      for (let d = 0; d < this.dimension; d++) {
        const value = theta.values[i * this.dimension + d]!;
        const [low, high] = this.parameters[this.names[d]!]!;
        if (!(value >= low && value <= high && Math.abs(value) < Infinity)) return -Infinity;
        record[this.names[d]!] = value;
      }
      const value = this.prior.logProb(record as Theta);
      return value < Infinity ? value : -Infinity;
    });
  }

  /** log L(theta) `[M]` where the given log-density is finite; elsewhere -Infinity. */
  logLikelihood(theta: Matrix, where: Float64Array): Promise<Float64Array> {
    return this.likelihood.values(theta, where);
  }

  /** Visits theta `[M, D]` in pieces that take a moment each, so that little is lost when a budget ends; `visit` says whether to go on. */
  async eachPiece(theta: Matrix, visit: (piece: Evaluated) => boolean): Promise<void> {
    for (let start = 0; start < theta.rows; ) {
      const rows = this.budget.rowsOf(theta.rows - start);
      const values = theta.values.subarray(start * theta.columns, (start + rows) * theta.columns);
      const piece = { rows, columns: theta.columns, values };
      const logPrior = this.logPrior(piece);
      if (!visit({ theta: piece, logPrior, logL: await this.logLikelihood(piece, logPrior) })) return;
      start += rows;
    }
  }

  /** Both factors at u `[M, D]`. */
  async parts(u: Matrix): Promise<Parts> {
    const { rows, logDet } = this.toTheta(u);
    const base = this.logPrior(rows).map((value, i) => value + logDet[i]!);
    return { base, logL: await this.logLikelihood(rows, base) };
  }

  /** log density at u `[M, D]`, with the likelihood to the power beta. */
  async logDensity(u: Matrix, beta = 1): Promise<Float64Array> {
    const { base, logL } = await this.parts(u);
    return tempered(base, logL, beta);
  }

  /** log density at u `[M, D]` and its gradient in u. */
  async gradient(u: Matrix): Promise<ValuesAndGradients> {
    if (!this.likelihood.hasGradient) return centralDifferences(u, (points) => this.logDensity(points), LIKELIHOOD_STEP);
    const base = this.logBase(u);
    const { values, gradients } = await this.likelihood.gradients(this.toTheta(u).rows, base);
    return { values: tempered(base, values, 1), gradients: await this.geometry.chained(u, gradients, (points) => this.logBase(points)) };
  }

  /** log p(theta) + log |dtheta / du| at u `[M, D]`. */
  logBase(u: Matrix): Float64Array {
    const { rows, logDet } = this.toTheta(u);
    return this.logPrior(rows).map((value, i) => value + logDet[i]!);
  }
}

/** base + beta logL; where the base or the likelihood is zero, so is the density, at beta = 0 too. */
export function tempered(base: Float64Array, logL: Float64Array, beta: number): Float64Array {
  return base.map((value, i) => (logL[i]! > -Infinity ? value + beta * logL[i]! : -Infinity));
}
