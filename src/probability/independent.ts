import { DomainError } from "../errors.js";
import type { Matrix } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Key, Stream } from "../numerics/random.js";
import type { Distribution } from "./distribution.js";
import { coordinate, sampleRows } from "./joint.js";

/**
 * A distribution over named parameters, such as a prior.
 *
 * @typeParam Name - The parameters' names.
 */
export interface Prior<Name extends string = string> {
  /** The parameters' names `[D]`, in the order of theta's columns. */
  readonly names: readonly Name[];
  /** The support of each parameter, `[low, high]`. */
  readonly parameters: { readonly [Parameter in Name]: readonly [low: number, high: number] };
  /** Logarithm of the density at a point. */
  logProb(theta: { readonly [Parameter in Name]: number }): number;
  /** n independent points `[n, D]`; the same key gives the same points. */
  sample(key: Key, n: number): Matrix;
  /** One point `[D]` into `row`. */
  draw(source: Stream, row: Float64Array): void;
}

/** A prior whose parameters are independent of each other. */
export interface IndependentPrior<Name extends string = string> extends Prior<Name> {
  /** The distribution of each parameter. */
  readonly marginals: { readonly [Parameter in Name]: Distribution };
}

/**
 * Product of independent distributions over named parameters.
 *
 * log p(theta) = sum_j log p_j(theta_j)
 *
 * @param marginals - The distribution of each parameter, by name; their order is the order of theta's columns.
 * @returns A prior over records of those names.
 * @throws {DomainError} When there is no parameter; from `logProb` when a name is missing.
 * @example
 * independent({ slope: normal(0, 1), rate: gamma(2, 1) }).logProb({ slope: 0, rate: 1 }); // -1.9189385332...
 */
export function independent<const Marginals extends Readonly<Record<string, Distribution>>>(
  marginals: Marginals,
): IndependentPrior<keyof Marginals & string> {
  const names = Object.keys(marginals) as (keyof Marginals & string)[];
  if (names.length === 0) throw new DomainError("independent", "marginals", marginals, "at least one parameter");
  const factors = names.map((name) => marginals[name]!);
  const draw = (source: Stream, row: Float64Array) => {
    for (let j = 0; j < factors.length; j++) row[j] = factors[j]!.draw(source);
  };
  return {
    names,
    marginals,
    parameters: rangesOf(names, factors) as IndependentPrior<keyof Marginals & string>["parameters"],
    logProb: (theta) => factors.reduce((sum, factor, j) => sum + factor.logProb(coordinate(theta, names[j]!)), 0),
    sample: (key, n) => sampleRows(draw, key, { n, columns: names.length }),
    draw,
  };
}

function rangesOf(names: readonly string[], factors: readonly Distribution[]): ParameterRanges {
  return Object.fromEntries(names.map((name, j) => [name, [factors[j]!.support.low, factors[j]!.support.high] as const]));
}
