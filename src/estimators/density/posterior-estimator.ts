import type { Simulations } from "../../data/simulations.js";
import type { Verdict } from "../../diagnostics/verdict.js";
import type { ConditionalDensity } from "../../flows/conditional-density.js";
import { type Matrix, type MatrixLike, toMatrix } from "../../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../../numerics/parameters.js";
import type { Key } from "../../numerics/random.js";
import type { FitCheckpoint, MemberTraining } from "../fit-options.js";
import type { LayerWeights } from "../ratio/members.js";
import type { DensityModel } from "./density-model.js";
import { observationRow } from "./simulation-checks.js";

/** What a fit of a density leaves beside the networks. */
export interface DensityFit {
  /** One for each member. */
  readonly training: readonly MemberTraining[];
  /** Where the fit stopped, to go on from; undefined after loading. */
  readonly checkpoint: FitCheckpoint | undefined;
  /** The simulations that were held out; undefined without, and after loading. */
  readonly heldOut: Simulations | undefined;
  /** Values of the members' variables. */
  weights(): LayerWeights[];
}

/** Draws of parameters `[n, D]` with their names. */
export interface ParameterDraws extends Matrix {
  readonly names: readonly string[];
}

/** A posterior at one observation: a distribution over the parameters. */
export interface PosteriorAt<Ranges extends ParameterRanges = ParameterRanges> {
  readonly names: readonly (keyof Ranges & string)[];
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
export class PosteriorEstimator<Ranges extends ParameterRanges = ParameterRanges> {
  /** The method, in lower case. */
  readonly name: string;
  /** Support of each parameter. */
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
   * The posterior of one observation.
   *
   * @param x - The observation `[L]`.
   * @returns A distribution over the parameters.
   * @throws {ShapeError} When x has another number of observables.
   * @throws {DomainError} When x is not finite.
   */
  at(x: ArrayLike<number> | MatrixLike): PosteriorAt<Ranges> {
    const row = observationRow(`${this.name}.at`, x, this.observables);
    const conditioned = this.density.at(row.values);
    const names = Object.keys(this.parameters) as (keyof Ranges & string)[];
    return {
      names,
      parameters: this.parameters,
      x: row.values,
      logProb: (theta) => conditioned.logProb(this.thetaRows(theta)),
      sample: (key, n) => ({ ...conditioned.sample(key, n), names }),
    };
  }

  /**
   * log q(theta given x), row by row.
   *
   * @param theta - `[N, D]`.
   * @param x - `[N, L]`.
   * @returns `[N]`.
   */
  logProb(theta: MatrixLike, x: MatrixLike): Float64Array {
    const rows = this.thetaRows(theta);
    return this.density.logProb(rows, toMatrix(`${this.name}.logProb`, "x", x, this.observables.length));
  }

  /** As `logProb`, of each member. */
  members(theta: MatrixLike, x: MatrixLike): Float64Array[] {
    return this.density.members(this.thetaRows(theta), toMatrix(`${this.name}.members`, "x", x, this.observables.length));
  }

  /** What a file of it holds. */
  weights(): LayerWeights[] {
    return this.fit.weights();
  }

  private thetaRows(theta: MatrixLike | Theta<Ranges>): Matrix {
    const where = `${this.name}.logProb`;
    const D = Object.keys(this.parameters).length;
    if ("length" in theta || ("rows" in theta && "values" in theta)) return toMatrix(where, "theta", theta as MatrixLike, D);
    const everywhere = Object.fromEntries(Object.keys(this.parameters).map((name) => [name, [-Infinity, Infinity] as const]));
    return { rows: 1, columns: D, values: toRow(where, "theta", theta as Theta, everywhere) };
  }
}
