import type { Theta } from "../numerics/parameters.js";

/** Simulations that gave no event: how many, and the first of them. What is learned from the others holds for events that do not fail. */
export interface Failures {
  readonly count: number;
  /** The first ones, at most a hundred. */
  readonly examples: readonly Failure[];
}

/** One simulation that gave no event. */
export interface Failure {
  /** Its number; event i of a seed is simulated with `fold(key(seed), i)`. */
  readonly event: number;
  /** Parameters that it was simulated at. */
  readonly theta: Theta;
  /** What it said, or what it gave. */
  readonly reason: string;
}

/** Failures that are told one by one. */
export const MOST_EXAMPLES = 100;

/** No simulation failed. */
export const NO_FAILURES: Failures = { count: 0, examples: [] };

/** Failures of two parts of a run, or of two runs, as one. */
export function joinedFailures(first: Failures, next: Failures): Failures {
  return { count: first.count + next.count, examples: [...first.examples, ...next.examples].slice(0, MOST_EXAMPLES) };
}
