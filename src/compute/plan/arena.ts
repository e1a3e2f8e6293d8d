import type { Item } from "./order.js";
import type { Storage } from "./storage.js";

/** Arrays begin at multiples of a cache line, in float32 elements. */
const LINE = 16;

/** Where each storage of the arena lies. */
export interface Arena {
  readonly offsets: ReadonlyMap<Storage, number>;
  /** Elements in all, with room to read one vector beyond the last array. */
  readonly size: number;
}

interface Lifetime {
  readonly storage: Storage;
  readonly size: number;
  first: number;
  last: number;
}

/**
 * Gives storages whose lifetimes do not overlap the same memory: the largest first, each as low as it fits.
 *
 * @param items - In order.
 * @param elsewhere - Storages that have their memory elsewhere.
 */
export function layOut(items: readonly Item[], elsewhere: ReadonlySet<Storage>): Arena {
  const lifetimes = lifetimesOf(items)
    .filter(({ storage }) => !elsewhere.has(storage))
    .sort((a, b) => b.size - a.size || a.first - b.first);
  // Ascending by offset.
  const placed: Placed[] = [];
  let size = 0;
  for (const lifetime of lifetimes) {
    const offset = lowestGap(placed, lifetime);
    const after = placed.findIndex((other) => other.offset > offset);
    placed.splice(after < 0 ? placed.length : after, 0, { ...lifetime, offset });
    size = Math.max(size, offset + lifetime.size);
  }
  const offsets = new Map(placed.map(({ storage, offset }) => [storage, offset]));
  for (const storage of elsewhere) offsets.set(storage, 0);
  return { offsets, size: size + LINE };
}

interface Placed extends Lifetime {
  readonly offset: number;
}

function lowestGap(placed: readonly Placed[], { first, last, size }: Lifetime): number {
  let offset = 0;
  for (const rival of placed) {
    if (rival.first > last || rival.last < first) continue;
    if (offset + size <= rival.offset) break;
    offset = Math.max(offset, rival.offset + rival.size);
  }
  return offset;
}

function lifetimesOf(items: readonly Item[]): Lifetime[] {
  const known = new Map<Storage, Lifetime>();
  items.forEach(({ steps }, at) => {
    for (const { storage } of steps.flatMap((step) => [...step.writes, ...step.reads.map((read) => read.value)])) {
      if (storage.kind !== "arena") continue;
      const lifetime = known.get(storage);
      if (lifetime) lifetime.last = at;
      else known.set(storage, { storage, size: Math.ceil(Math.max(storage.size, 1) / LINE) * LINE, first: at, last: at });
    }
  });
  return [...known.values()];
}
