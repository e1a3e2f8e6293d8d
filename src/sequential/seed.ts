import type { Key } from "../numerics/random.js";

/** A seed of 53 bits from a key, for what takes seeds. */
export function seedOf({ high, low }: Key): number {
  return ((high >>> 0) % 2 ** 21) * 2 ** 32 + (low >>> 0);
}
