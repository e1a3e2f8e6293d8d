/**
 * Whole numbers that rise with the number of events: what a trace at a few batch sizes tells about all.
 *
 * @module
 */

/** fixed + perEvent N, with the number of events N. */
export interface Count {
  readonly fixed: number;
  readonly perEvent: number;
}

/** Numbers of events that a computation is traced with: primes that lengths of other axes hardly equal. */
export const SIZES = [89, 97, 101] as const;

/** A number that is the same for any N. */
export const always = (fixed: number): Count => ({ fixed, perEvent: 0 });

export const sameCount = (a: Count, b: Count): boolean => Object.is(a.fixed, b.fixed) && a.perEvent === b.perEvent;

/** a - b. */
export const minus = (a: Count, b: Count): Count => ({ fixed: a.fixed - b.fixed, perEvent: a.perEvent - b.perEvent });

/** a + b. */
export const plus = (a: Count, b: Count): Count => ({ fixed: a.fixed + b.fixed, perEvent: a.perEvent + b.perEvent });

/**
 * The law that numbers at `SIZES` follow: two points give the line and the third proves it.
 *
 * @returns Undefined when they follow none, or not one of whole numbers.
 */
export function countOf(values: readonly number[]): Count | undefined {
  const [first, second] = values as [number, number];
  if (values.every((value) => Object.is(value, first))) return always(first);
  const perEvent = (second - first) / (SIZES[1] - SIZES[0]);
  const fixed = first - perEvent * SIZES[0];
  const holds = values.every((value, i) => value === fixed + perEvent * SIZES[i]!);
  return holds && Number.isInteger(perEvent) && Number.isInteger(fixed) ? { fixed, perEvent } : undefined;
}
