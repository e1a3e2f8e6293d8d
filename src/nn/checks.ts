import { DomainError } from "../errors.js";

/** Refuses what is no whole number of at least `least`. */
export function assertWhole(where: string, argument: string, value: number, least = 1): void {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw new DomainError(where, argument, value, `a whole number of at least ${least}`);
}

/** Refuses what is not finite and above 0. */
export function assertPositive(where: string, argument: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) throw new DomainError(where, argument, value, "a finite number above 0");
}

/** Refuses what does not lie in [0, 1). */
export function assertBelowOne(where: string, argument: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw new DomainError(where, argument, value, "a number from 0 to below 1");
}

/** Refuses what is not finite or below 0. */
export function assertNotNegative(where: string, argument: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0)) throw new DomainError(where, argument, value, "a finite number of at least 0");
}
