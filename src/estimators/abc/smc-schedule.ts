import { weightedQuantile } from "../../numerics/weighted.js";
import type { Population } from "./population.js";
import type { SmcStop } from "./smc-limits.js";

/** The next tolerance, or why there is none. */
export type NextStep = { readonly tolerance: number; readonly stop?: never } | { readonly stop: SmcStop };

/** What the schedule looks at. */
export interface Schedule {
  readonly quantile: number;
  /** Distance to reach. */
  readonly tolerance: number;
  /** The distance with the scales that are in force next. */
  readonly measure: (summary: Float64Array) => number;
}

/** The quantile of the population's distances, never below the distance to reach, and always such that it shuts out a particle. */
export function nextStep(population: Population, { quantile, tolerance, measure }: Schedule): NextStep {
  const { particles, weights, isCollapsed } = population;
  const distances = Float64Array.from(particles, ({ summary }) => measure(summary));
  const largest = largestOf(distances);
  if (largest <= tolerance) return { stop: "tolerance" };
  if (isCollapsed) return { stop: "collapsed" };
  const next = Math.max(tolerance, weightedQuantile(distances, weights, quantile));
  if (next < largest) return { tolerance: next };
  // Where many distances are equal the quantile may be the largest one: then the largest of the smaller ones.
  const smaller = largestOf(distances.filter((distance) => distance < largest));
  return smaller > -Infinity ? { tolerance: Math.max(tolerance, smaller) } : { stop: "stalled" };
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
