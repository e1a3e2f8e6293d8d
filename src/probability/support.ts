/** Where a scalar distribution has probability: the real numbers, or with `discrete` the integers, from `low` to `high`. */
export interface Support {
  /** True for integers only. */
  readonly discrete: boolean;
  readonly low: number;
  readonly high: number;
}

/** All real numbers. */
export const REAL_LINE: Support = { discrete: false, low: -Infinity, high: Infinity };

/** The positive real numbers. */
export const POSITIVE: Support = { discrete: false, low: 0, high: Infinity };

/** 0 and 1. */
export const BINARY: Support = { discrete: true, low: 0, high: 1 };

/** 0, 1, 2, ... */
export const NATURALS: Support = { discrete: true, low: 0, high: Infinity };

/** True when two supports are the same set. */
export function sameSupport(a: Support, b: Support): boolean {
  return a === b || (a.low === b.low && a.high === b.high && a.discrete === b.discrete);
}
