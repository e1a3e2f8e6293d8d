import { quantileOf } from "../numerics/quantiles.js";

/** Learns from the data sets so far what theta to expect at an x. */
export interface ExpectedTheta {
  /** Mean theta `[D]` of the earlier data sets with the most similar x; undefined before there is one. */
  at(x: ArrayLike<number>): Float64Array | undefined;
  /** Adds a data set. */
  learn(theta: ArrayLike<number>, x: ArrayLike<number>): void;
}

interface Known {
  readonly theta: ArrayLike<number>;
  readonly x: ArrayLike<number>;
}

/**
 * Reference points near the truth: the mean of the sqrt(i) nearest of the i data sets before, in units of their x's interquartile ranges.
 *
 * A point made from earlier data sets and x alone leaves the next rank of an exact posterior uniform whatever happened before: all ranks together
 * are independent, and the band stays exact.
 */
export function expectedTheta(): ExpectedTheta {
  const known: Known[] = [];
  return {
    at: (x) => (known.length > 0 ? meanOfNearest(known, x) : undefined),
    learn: (theta, x) => {
      known.push({ theta: Float64Array.from(theta), x: Float64Array.from(x) });
    },
  };
}

function meanOfNearest(known: readonly Known[], x: ArrayLike<number>): Float64Array {
  const scale = scalesOf(known);
  const distance = (other: ArrayLike<number>) => scale.reduce((total, unit, j) => total + ((other[j]! - x[j]!) / unit) ** 2, 0);
  const ranked = known.map(({ theta, x: other }) => ({ theta, distance: distance(other) })).sort((a, b) => a.distance - b.distance);
  const nearest = ranked.slice(0, Math.ceil(Math.sqrt(known.length)));
  return Float64Array.from(known[0]!.theta, (_, j) => nearest.reduce((total, { theta }) => total + theta[j]! / nearest.length, 0));
}

/** Interquartile range of each observable, 1 for one that does not vary. */
function scalesOf(known: readonly Known[]): Float64Array {
  return Float64Array.from(known[0]!.x, (_, j) => {
    const column = Float64Array.from(known, ({ x }) => x[j]!);
    return quantileOf(column, 0.75) - quantileOf(column, 0.25) || 1;
  });
}
