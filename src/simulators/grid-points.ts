import { DomainError } from "../errors.js";
import { forEachIndex, linspace } from "../numerics/axes.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";

/**
 * The points of a grid, for `mine` and `simulate`: every combination of equally spaced values, both ends of each range among them, the last parameter
 * fastest.
 *
 * @param ranges - `[low, high]` of each parameter, finite.
 * @param counts - Number of values of each parameter, from 1; one number for all, or by name. One value is the middle.
 * @returns The points, as many as the product of the numbers.
 * @throws {DomainError} When a range is not finite, or a number no whole number from 1, or missing.
 * @example
 * const points = gridPoints({ slope: [-1, -0.4], width: [1, 2] }, { slope: 4, width: 2 });
 * points.length; // 8
 */
export function gridPoints<const Ranges extends ParameterRanges>(
  ranges: Ranges,
  counts: number | { readonly [Name in keyof Ranges]: number },
): Theta<Ranges>[] {
  const names = Object.keys(ranges);
  if (names.length === 0) throw new DomainError("gridPoints", "ranges", ranges, "at least one parameter, { name: [low, high] }");
  const axes = names.map((name) => axisOf(name, ranges[name]!, typeof counts === "number" ? counts : counts[name]));
  const points: Theta<Ranges>[] = [];
  forEachIndex(
    axes.map(({ length }) => length),
    (index) => void points.push(Object.fromEntries(names.map((name, k) => [name, axes[k]![index[k]!]!])) as Theta<Ranges>),
  );
  return points;
}

function axisOf(name: string, [low, high]: readonly [number, number], count: number | undefined): Float64Array {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new DomainError("gridPoints", `ranges.${name}`, `${low} to ${high}`, "a finite range [low, high]", "give it finite ends");
  }
  if (!(Number.isSafeInteger(count) && count! >= 1)) throw new DomainError("gridPoints", `counts.${name}`, count, "a whole number from 1");
  return linspace(low, high, count!);
}
