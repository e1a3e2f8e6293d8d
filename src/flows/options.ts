import { DomainError } from "../errors.js";
import { fold, type Key, permutation } from "../numerics/random.js";

/** What the flows share. */
export interface FlowOptions {
  /** Number of transforms in a row; default 5. More bend further. */
  readonly transforms?: number;
  /** Units within each residual block of a transform's network, at least one block; the first is also its width; default [50, 50]. */
  readonly hidden?: readonly number[];
}

/** Refuses sizes that are no whole numbers from 1. */
export function assertFlowOptions(where: string, { transforms, hidden }: Required<FlowOptions>): void {
  assertWhole(where, "transforms", transforms);
  assertHidden(where, hidden);
}

export function assertHidden(where: string, hidden: readonly number[]): void {
  if (!Array.isArray(hidden) || hidden.length === 0)
    throw new DomainError(where, "hidden", hidden, "a list of at least one number of units, e.g. [50, 50]");
  for (const [i, units] of hidden.entries()) assertWhole(where, `hidden[${i}]`, units);
}

export function assertWhole(where: string, argument: string, value: number, least = 1): void {
  if (!(Number.isSafeInteger(value) && value >= least)) throw new DomainError(where, argument, value, `a whole number from ${least}`);
}

/**
 * An order of the dimensions for each transform, as the position of each dimension: at random, and every second one the reverse of the one
 * before, so that in each pair of transforms every dimension is bent by every other.
 */
export function alternatingOrders(transforms: number, dimensions: number, key: Key): number[][] {
  const orders: number[][] = [];
  for (let t = 0; t < transforms; t++) {
    const before = orders.at(-1);
    orders.push(t % 2 === 1 ? before!.map((place) => dimensions - 1 - place) : [...permutation(fold(key, t), dimensions)]);
  }
  return orders;
}
