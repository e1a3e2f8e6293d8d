import { DomainError } from "../../errors.js";
import { columnOf, type Matrix } from "../../numerics/matrix.js";
import { type ParameterRanges, type Theta, toTheta } from "../../numerics/parameters.js";
import type { Key } from "../../numerics/random.js";
import { drawIndices, effectiveSize, normalised, rowsAt, weightedMoments, weightedQuantile } from "../../numerics/weighted.js";
import { stackRows } from "../summary.js";

/** The accepted parameters: weighted draws from the approximate posterior. */
export interface AbcPosterior<Ranges extends ParameterRanges = ParameterRanges> {
  /** The parameters' names `[D]`, in the order of theta's columns. */
  readonly names: readonly (keyof Ranges & string)[];
  /** Range of each parameter by name. */
  readonly parameters: Ranges;
  /** Accepted parameters `[M, D]`, adjusted where that was asked for. */
  readonly theta: Matrix;
  /** Weight of each accepted point `[M]`, with sum one; all equal without adjustment and importance weights. */
  readonly weights: Float64Array;
  /** Effective sample size of the weights, 1 / sum_i w_i^2; M when they are equal. */
  readonly ess: number;
  /** Distance of each accepted data set `[M]`. */
  readonly distances: Float64Array;
  /** Data sets up to this distance were accepted. */
  readonly tolerance: number;
  /** Number of data sets simulated. */
  readonly simulated: number;
  /** M / simulated. */
  readonly acceptanceRate: number;
  /** Weighted average of each parameter. */
  readonly mean: Theta<Ranges>;
  /** Weighted standard deviation of each parameter. */
  readonly std: Theta<Ranges>;
  /** Quantile of each parameter by itself, by weight; p from 0 to 1. */
  quantile(p: number): Theta<Ranges>;
  /** n points `[n, D]`, drawn from the accepted ones with replacement by weight; the same key gives the same points. */
  sample(key: Key, n: number): Matrix;
}

/** A simulated data set: its parameters `[D]`, its summaries `[K]` and its distance from the observed one. */
export interface Candidate {
  readonly theta: Float64Array;
  readonly summary: Float64Array;
  readonly distance: number;
}

/** Candidates with weights `[M]`, not necessarily normalised. */
export interface Accepted {
  readonly theta: Matrix;
  readonly summaries: Matrix;
  readonly distances: Float64Array;
  readonly weights: Float64Array;
}

/** Accepted candidates, at least one, with equal weights where none are given. */
export function accepted(candidates: readonly Candidate[], weights?: Float64Array): Accepted {
  return {
    theta: stackRows(candidates.map(({ theta }) => theta)),
    summaries: stackRows(candidates.map(({ summary }) => summary)),
    distances: Float64Array.from(candidates, ({ distance }) => distance),
    weights: weights ?? new Float64Array(candidates.length).fill(1),
  };
}

/** Turns accepted points into a posterior. */
export function abcPosterior<Ranges extends ParameterRanges>(
  parameters: Ranges,
  { theta, distances, weights: given }: Accepted,
  { tolerance, simulated }: { tolerance: number; simulated: number },
): AbcPosterior<Ranges> {
  const weights = normalised(given);
  const { mean, covariance } = weightedMoments(theta, weights);
  const columns = Array.from({ length: theta.columns }, (_, d) => columnOf(theta, d));
  const named = (row: ArrayLike<number>) => toTheta(row, parameters) as Theta<Ranges>;
  return {
    names: Object.keys(parameters) as (keyof Ranges & string)[],
    parameters,
    theta,
    weights,
    ess: effectiveSize(weights),
    distances,
    tolerance,
    simulated,
    acceptanceRate: theta.rows / simulated,
    mean: named(mean),
    std: named(mean.map((_, d) => Math.sqrt(covariance.values[d * (theta.columns + 1)]!))),
    quantile(p) {
      if (!(p >= 0 && p <= 1)) throw new DomainError("quantile", "p", p, "a probability from 0 to 1");
      return named(columns.map((column) => weightedQuantile(column, weights, p)));
    },
    sample: (key, n) => rowsAt(theta, drawIndices(key, n, weights)),
  };
}
