import { DomainError, ShapeError } from "../errors.js";
import { linspace } from "../numerics/axes.js";
import { quantileOfSorted } from "../numerics/quantiles.js";
import { maximum } from "../numerics/sums.js";

/** Chooses the edges `[B + 1]` of bins, rising, from all simulated values of one summary. */
export type Binning = (values: Float64Array) => Float64Array;

/**
 * Bins of equal width.
 *
 * @param count - Number of bins.
 * @param range - From where to where; default the smallest to the largest simulated value.
 * @returns A binning for `histogram`.
 * @throws {DomainError} When `count` is no whole number from 1 or the range is empty; on use, when all simulated values are equal.
 * @example
 * histogram({ bins: equalWidth(20, [0, 31]) });
 */
export function equalWidth(count: number, range?: readonly [number, number]): Binning {
  assertCount("equalWidth", count);
  if (range && !(range[0] < range[1] && Number.isFinite(range[1] - range[0])))
    throw new DomainError("equalWidth", "range", range, "[low, high] with low below high");
  return (values) => {
    const [low, high] = range ?? extentOf("equalWidth", values);
    return linspace(low, high, count + 1);
  };
}

/**
 * Bins with about the same number of simulated events in each, narrow where events are dense. Values that repeat make fewer bins.
 *
 * @param count - Number of bins.
 * @returns A binning for `histogram`.
 * @throws {DomainError} When `count` is no whole number from 1; on use, when all simulated values are equal.
 * @example
 * histogram({ bins: equalProbability(20) });
 */
export function equalProbability(count: number): Binning {
  assertCount("equalProbability", count);
  return (values) => {
    extentOf("equalProbability", values);
    const sorted = values.slice().sort();
    return Float64Array.from(new Set(Array.from(linspace(0, 1, count + 1), (p) => quantileOfSorted(sorted, p))));
  };
}

/**
 * One bin for each integer, so that the histogram is the probability of each: for counts and columns.
 *
 * @param low - Smallest integer; default the smallest simulated one.
 * @param high - Largest integer; default the largest simulated one.
 * @returns A binning for `histogram`.
 * @throws {DomainError} When an end is no integer or they are out of order; on use, when a simulated value is no integer.
 * @example
 * histogram({ bins: integerBins(0, 31) });
 */
export function integerBins(low?: number, high?: number): Binning {
  for (const [name, value] of Object.entries({ low, high })) {
    if (value !== undefined && !Number.isSafeInteger(value)) throw new DomainError("integerBins", name, value, "an integer");
  }
  if (low !== undefined && high !== undefined && low > high) throw new DomainError("integerBins", "high", high, `an integer from ${low}`);
  return (values) => {
    const odd = values.find((value) => !Number.isInteger(value));
    if (odd !== undefined)
      throw new DomainError("integerBins", "a simulated value", odd, "an integer", "use equalWidth or equalProbability");
    const first = low ?? -maximum(values.map((value) => -value));
    const last = high ?? maximum(values);
    return linspace(first - 0.5, last + 0.5, last - first + 2);
  };
}

/**
 * Bins between given edges.
 *
 * @param edges - Rising numbers `[B + 1]`.
 * @returns A binning for `histogram`.
 * @throws {ShapeError} When there are fewer than two edges.
 * @throws {DomainError} When they do not rise or are not finite.
 * @example
 * histogram({ bins: binEdges([0, 1, 2, 4, 8]) });
 */
export function binEdges(edges: ArrayLike<number>): Binning {
  if (edges.length < 2) throw new ShapeError("binEdges", "edges", `[${edges.length}]`, "[B + 1] with B at least 1");
  const checked = Float64Array.from(edges);
  checked.forEach((edge, i) => {
    if (!(Number.isFinite(edge) && (i === 0 || edge > checked[i - 1]!)))
      throw new DomainError("binEdges", `edges[${i}]`, edge, "a finite number above the one before");
  });
  return () => checked;
}

function assertCount(where: string, count: number): void {
  if (!(Number.isSafeInteger(count) && count >= 1)) throw new DomainError(where, "count", count, "a whole number from 1");
}

function extentOf(where: string, values: Float64Array): [number, number] {
  const [low, high] = [-maximum(values.map((value) => -value)), maximum(values)];
  if (low === high)
    throw new DomainError(where, "the simulated values", `all ${low}`, "values that differ", "choose a summary that varies");
  return [low, high];
}
