import { DomainError } from "../errors.js";
import { columnOf, type Matrix } from "../numerics/matrix.js";
import { quantileOf } from "../numerics/quantiles.js";

/** Distance of two rows of summary statistics `[K]`; zero or more. */
export type DistanceFunction = (a: Float64Array, b: Float64Array) => number;

/** A distance that looks at simulated summaries first, to set its scales. */
export interface FittedDistance {
  /** The distance for summaries like these `[N, K]`. */
  fit(summaries: Matrix): DistanceFunction;
}

/** How far apart two data sets are. */
export type Distance = DistanceFunction | FittedDistance;

/**
 * Euclidean distance, sqrt( sum_k (a_k - b_k)^2 ).
 *
 * @param a - Row `[K]`.
 * @param b - Row `[K]`.
 * @returns Distance, in the unit of the summaries.
 * @example
 * euclidean(Float64Array.of(0, 0), Float64Array.of(3, 4)); // 5
 */
export function euclidean(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((value, k) => value - b[k]!));
}

/**
 * Manhattan distance, sum_k |a_k - b_k|: less led by one summary that is far off.
 *
 * @param a - Row `[K]`.
 * @param b - Row `[K]`.
 * @returns Distance, in the unit of the summaries.
 * @example
 * manhattan(Float64Array.of(0, 0), Float64Array.of(3, 4)); // 7
 */
export function manhattan(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, k) => total + Math.abs(value - b[k]!), 0);
}

/**
 * A distance in which each summary counts in units of its median absolute deviation among the simulations, so that summaries of
 * different units can be put together. The scales come from the prior predictive distribution, not from near the observation.
 *
 * @param distance - Distance of the scaled rows; default Euclidean.
 * @returns A distance for `rejectionAbc`.
 * @throws {DomainError} When a summary has no spread: half of the simulations or more agree on it.
 * @source Csilléry, François, Blum 2012, Methods in Ecology and Evolution 3, 475 (scaling by the median absolute deviation)
 * @example
 * rejectionAbc({ distance: scaled(manhattan), quantile: 0.01 });
 */
export function scaled(distance: DistanceFunction = euclidean): FittedDistance {
  return {
    fit(summaries) {
      const scales = Float64Array.from({ length: summaries.columns }, (_, k) => medianAbsoluteDeviation(columnOf(summaries, k)));
      const flat = scales.indexOf(0);
      if (flat >= 0) {
        throw new DomainError(
          "scaled",
          `summary[${flat}]'s median absolute deviation`,
          0,
          "a positive spread",
          "leave that summary out, or use a distance without scales",
        );
      }
      const unit = (row: Float64Array) => row.map((value, k) => value / scales[k]!);
      return (a, b) => distance(unit(a), unit(b));
    },
  };
}

function medianAbsoluteDeviation(values: Float64Array): number {
  const median = quantileOf(values, 0.5);
  return quantileOf(
    values.map((value) => Math.abs(value - median)),
    0.5,
  );
}

/** The distance of a row from the target, with scales from the summaries `[N, K]`; refuses NaN and negative values. */
export function distanceTo(
  where: string,
  target: Float64Array,
  { distance, summaries }: { readonly distance: Distance; readonly summaries: Matrix },
): (row: Float64Array) => number {
  const measure = typeof distance === "function" ? distance : distance.fit(summaries);
  return (row) => {
    const value = measure(row, target);
    if (!(value >= 0)) throw new DomainError(where, `distance([${row}], [${target}])`, value, "a number, zero or more");
    return value;
  };
}
