import { DomainError, ShapeError } from "../errors.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { findRoot } from "../numerics/roots.js";

/** A stretch of one parameter, in its unit. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** True where the interval is cut off by the end of the parameter's range. */
  readonly lowAtRange: boolean;
  readonly highAtRange: boolean;
}

/** One probability of a region. */
export interface RegionLevel {
  /** Probability, 0 to 1. */
  readonly probability: number;
  /** The region is where the test statistic is at most this. */
  readonly threshold: number;
  /** The region of one parameter, in rising order; several where the test statistic has several valleys. Empty for two parameters: the grid has their region. */
  readonly intervals: readonly Interval[];
}

/** A confidence or credible region of one or two parameters: plain numbers that figures draw. */
export interface Region<Ranges extends ParameterRanges = ParameterRanges> {
  /** Range of each parameter by name. */
  readonly parameters: Ranges;
  /** One for each probability, in the order asked for. */
  readonly levels: readonly RegionLevel[];
  /** Where the test statistic is zero. */
  readonly best: { readonly theta: Theta<Ranges> };
  /** Test statistic at the nodes of a grid around the region, in row-major order: the last parameter runs fastest. Infinity where the likelihood is zero. */
  readonly grid: { readonly axes: readonly Float64Array[]; readonly shape: readonly number[]; readonly testStatistic: Float64Array };
  /** How the levels were set, as a legend says it. */
  readonly method: string;
  /** What the method assumes. */
  readonly note: string;
}

/** Refuses levels that are no probabilities. */
export function checkLevels(where: string, levels: readonly number[]): void {
  if (levels.length === 0) throw new ShapeError(where, "levels", "[0]", "[K] with K at least 1", "pass e.g. [0.6827, 0.9545]");
  levels.forEach((level, i) => {
    if (!(level > 0 && level < 1))
      throw new DomainError(where, `levels[${i}]`, level, "a probability between 0 and 1", "write 95 % as 0.95");
  });
}

/**
 * Where a function of one variable is at most a threshold, with ends found to 1e-9 of the nodes' extent.
 *
 * @param f - The function; Infinity is allowed.
 * @param nodes - Rising points, close enough to have at most one crossing between neighbours.
 * @param options - The threshold, and the range whose ends are flagged.
 * @returns Intervals in rising order.
 */
export function intervalsBelow(
  f: (x: number) => number,
  nodes: readonly number[],
  { threshold, range }: { threshold: number; range: readonly [number, number] },
): Interval[] {
  const values = nodes.map((x) => f(x) - threshold);
  const tolerance = 1e-9 * (nodes.at(-1)! - nodes[0]!);
  const ends: number[] = values[0]! <= 0 ? [nodes[0]!] : [];
  for (let i = 1; i < nodes.length; i++) {
    if (values[i - 1]! <= 0 === values[i]! <= 0) continue;
    ends.push(findRoot((x) => f(x) - threshold, [nodes[i - 1]!, nodes[i]!], { tolerance }));
  }
  if (values.at(-1)! <= 0) ends.push(nodes.at(-1)!);
  return Array.from({ length: ends.length / 2 }, (_, k) => {
    const [low, high] = [ends[2 * k]!, ends[2 * k + 1]!];
    return { low, high, lowAtRange: low === range[0], highAtRange: high === range[1] };
  });
}
