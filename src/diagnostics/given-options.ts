/**
 * Checks of what users give that several diagnostics share.
 *
 * @module
 */
import { DomainError } from "../errors.js";
import { isList } from "../numerics/matrix.js";

/** Options that several checks take. */
interface SharedOptions {
  readonly seed: number;
  readonly alpha?: number;
  readonly signal?: AbortSignal;
}

/**
 * Refuses options that are none, and a seed, alpha or signal that is none.
 *
 * @param needed - The options without a default, in words.
 */
export function assertOptions(where: string, options: SharedOptions, needed: string): void {
  assertRecord(where, options, needed);
  const { seed, alpha, signal } = options;
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new DomainError(where, "seed", seed, "an integer from 0 to 2^53 - 1");
  assertAlpha(where, alpha);
  if (signal !== undefined && typeof signal?.aborted !== "boolean")
    throw new DomainError(where, "signal", signal, "an AbortSignal", "give controller.signal");
}

/** Refuses options that are no record. */
export function assertRecord(where: string, options: unknown, needed: string): void {
  if (typeof options === "object" && options !== null && !isList(options)) return;
  throw new DomainError(where, "options", options, `a record of options, with ${needed}`);
}

/** Refuses a probability of leaving a band that is none. */
export function assertAlpha(where: string, alpha: unknown): void {
  if (alpha === undefined || (typeof alpha === "number" && alpha > 0 && alpha < 1)) return;
  throw new DomainError(where, "alpha", alpha, "a number between 0 and 1", "take 0.01");
}

/** Refuses probabilities that are none. */
export function assertLevels(where: string, levels: unknown): void {
  if (!isList(levels)) throw new DomainError(where, "levels", levels, "a list of numbers between 0 and 1");
  const bad = Array.from(levels).findIndex((level) => !(typeof level === "number" && level > 0 && level < 1));
  if (bad >= 0) throw new DomainError(where, "levels", levels[bad], "numbers between 0 and 1");
}

/** Refuses hidden layers that are none. */
export function assertHidden(where: string, hidden: unknown): void {
  const isUnits = (units: unknown) => Number.isSafeInteger(units) && (units as number) >= 1;
  if (isList(hidden) && Array.from(hidden).every(isUnits)) return;
  throw new DomainError(
    where,
    "hidden",
    hidden,
    "a list of whole numbers from 1, one for each layer",
    "write [50, 50] for two layers of 50",
  );
}
