import { DomainError } from "../errors.js";
import { linspace } from "../numerics/axes.js";
import { momentsOf } from "../numerics/quantiles.js";
import { type Binning, equalProbability } from "./binning.js";

/** Edges above 0 of the score's bins, in standard deviations; those below mirror them. */
const FINE = [...linspace(0.1, 1, 10), ...linspace(1.2, 2, 5), ...linspace(2.5, 5, 6), 6, 8, 10, 15, 20];
const COARSE = [0.5, 1, 2, 3, 5, 10, 20];
const FINEST = [...linspace(0.05, 1, 20), ...linspace(1.1, 3, 20), ...linspace(3.25, 5, 8), ...linspace(6, 10, 5), 15, 20];

/** 54 bins of a component of the score: tenths of its standard deviation in the middle, wider outwards. */
export const fineBins: Binning = scaledBins(mirrored(FINE));

/** 16 bins across the direction that matters. */
export const coarseBins: Binning = scaledBins(mirrored(COARSE));

/** 112 bins of the one number that SALLINO keeps. */
export const finestBins: Binning = scaledBins(mirrored(FINEST));

function mirrored(above: readonly number[]): number[] {
  return [...above.map((edge) => -edge).reverse(), 0, ...above];
}

/** Bins between the edges times the values' standard deviation, and one beyond either end. */
function scaledBins(edges: readonly number[]): Binning {
  return (values) => {
    const { std } = momentsOf(values);
    return Float64Array.from([-Infinity, ...edges.map((edge) => edge * std), Infinity]);
  };
}

/**
 * A binning whose outermost bins have no end, so that each event is in one.
 *
 * @param where - Function that asks, for the message.
 * @param bins - Number of bins of equal probability, or a binning.
 * @throws {DomainError} When the number is no whole number from 1.
 */
export function openBins(where: string, bins: number | Binning): Binning {
  if (typeof bins === "number" && !(Number.isSafeInteger(bins) && bins >= 1))
    throw new DomainError(where, "bins", bins, "a whole number from 1, or a binning", "pass e.g. 50 or binEdges([-1, 0, 1])");
  const choose = typeof bins === "number" ? equalProbability(bins) : bins;
  return (values) => {
    const edges = choose(values).slice();
    edges[0] = -Infinity;
    edges[edges.length - 1] = Infinity;
    return edges;
  };
}
