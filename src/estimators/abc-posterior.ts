import { DomainError } from "../errors.js";
import { columnOf, type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toTheta } from "../numerics/parameters.js";
import { momentsOf, quantileOf } from "../numerics/quantiles.js";

/** The accepted parameters: draws from the approximate posterior, all of one weight. */
export interface AbcPosterior<Ranges extends ParameterRanges = ParameterRanges> {
  /** Range of each parameter by name. */
  readonly parameters: Ranges;
  /** Accepted parameters `[M, D]`. */
  readonly theta: Matrix;
  /** Distance of each accepted data set `[M]`. */
  readonly distances: Float64Array;
  /** Data sets up to this distance were accepted. */
  readonly tolerance: number;
  /** Number of data sets simulated. */
  readonly simulated: number;
  /** M / simulated. */
  readonly acceptanceRate: number;
  /** Average of each parameter. */
  readonly mean: Theta<Ranges>;
  /** Standard deviation of each parameter. */
  readonly std: Theta<Ranges>;
  /** Quantile of each parameter by itself, p from 0 to 1. */
  quantile(p: number): Theta<Ranges>;
}

/** A simulated data set's parameters `[D]` and its distance from the observed one. */
export interface Candidate {
  readonly theta: Float64Array;
  readonly distance: number;
}

/** Collects accepted candidates, at least one, into a posterior. */
export function abcPosterior<Ranges extends ParameterRanges>(
  parameters: Ranges,
  accepted: readonly Candidate[],
  { tolerance, simulated }: { tolerance: number; simulated: number },
): AbcPosterior<Ranges> {
  const theta = zeros(accepted.length, Object.keys(parameters).length);
  accepted.forEach((candidate, i) => {
    rowOf(theta, i).set(candidate.theta);
  });
  const columns = Array.from({ length: theta.columns }, (_, d) => columnOf(theta, d));
  const named = (row: ArrayLike<number>) => toTheta(row, parameters) as Theta<Ranges>;
  return {
    parameters,
    theta,
    distances: Float64Array.from(accepted, ({ distance }) => distance),
    tolerance,
    simulated,
    acceptanceRate: accepted.length / simulated,
    mean: named(columns.map((column) => momentsOf(column).mean)),
    std: named(columns.map((column) => momentsOf(column).std)),
    quantile(p) {
      if (!(p >= 0 && p <= 1)) throw new DomainError("quantile", "p", p, "a probability from 0 to 1");
      return named(columns.map((column) => quantileOf(column, p)));
    },
  };
}
