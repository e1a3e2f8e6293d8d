import type { Item, SegmentRows } from "./order.js";
import type { Storage, Value } from "./storage.js";

/** An array of a segment that lives for a piece of its rows only. */
export interface Local {
  readonly value: Value;
  /** Elements of a row. */
  readonly width: number;
  /** Place in the thread's memory, in elements. */
  readonly offset: number;
}

/** Room of a thread, in elements, and the most arrays of a program; as in kernels/machine.h. */
const ROOM = 2 ** 19;
const MOST_ARRAYS = 8192;
const LINE = 16;

/**
 * Finds the arrays that one segment alone uses, row by row: they need memory for a piece of rows, which stays in the cache.
 *
 * @param items - In order.
 * @param arrays - How many arrays the program has at most.
 * @returns The arrays by segment.
 */
export function findLocals(items: readonly Item[], arrays: number): Map<Item, Local[]> {
  const locals = new Map<Item, Local[]>();
  if (arrays > MOST_ARRAYS) return locals;
  const users = usersOf(items);
  for (const [storage, { item, value, own }] of users) {
    if (storage.kind !== "arena" || !item?.rows || !own) continue;
    const found = locals.get(item) ?? [];
    const local = place(found, value, item.rows);
    if (local) locals.set(item, [...found, local]);
  }
  return locals;
}

interface User {
  /** The one that uses it; absent when several do. */
  item: Item | undefined;
  readonly value: Value;
  /** Whether all uses are of the whole, row by row. */
  own: boolean;
}

function usersOf(items: readonly Item[]): Map<Storage, User> {
  const users = new Map<Storage, User>();
  const note = (item: Item, value: Value, own: boolean) => {
    const known = users.get(value.storage) ?? { item, value, own: true };
    if (known.item !== item) known.item = undefined;
    known.own &&= own && value.offset === 0 && value.size === value.storage.size;
    users.set(value.storage, known);
  };
  for (const item of items) {
    for (const { kind, reads, writes, ownWrites = true } of item.steps) {
      // Sums over rows are read afterwards, by block.
      const rowwise = ownWrites && kind !== "accumulateProduct" && kind !== "accumulateSum";
      for (const { value, own } of reads) note(item, value, own);
      for (const value of writes) note(item, value, rowwise);
    }
  }
  return users;
}

function place(before: readonly Local[], value: Value, { all, piece }: SegmentRows): Local | undefined {
  const width = value.size / all;
  if (!Number.isInteger(width)) return undefined;
  const last = before.at(-1);
  // A line more, to read a vector beyond the end.
  const offset = last ? Math.ceil((last.offset + last.width * piece) / LINE) * LINE + LINE : 0;
  return offset + width * piece + LINE <= ROOM ? { value, width, offset } : undefined;
}
