/**
 * Segments: runs of kernel calls that work on the same rows, so that a piece of rows goes through all of them while it
 * is in the cache, and threads meet once for all.
 *
 * @module
 */
import { type Decisions, type Order, structureOfSteps } from "./decisions.js";
import type { Step, SumOverRows } from "./step.js";
import type { Storage, Value } from "./storage.js";

/** A step, or several that go through the same rows piece by piece. */
export interface Item {
  readonly steps: readonly Step[];
  /** Absent for a single step. */
  readonly rows?: SegmentRows;
}

/** How a segment goes through its rows: blocks are shared among threads, and go piece by piece. */
export interface SegmentRows {
  readonly all: number;
  readonly block: number;
  readonly piece: number;
}

/** Elements that a piece's rows may take in all buffers together: 1 MB, half of a second-level cache or all of a small one. */
const PIECE_ELEMENTS = 256 * 1024;
/** Rows of a piece at most. */
const MOST_ROWS = 240;
/** Pieces are whole numbers of the product's tiles. */
const TILE = 24;
/** From so many rows on, sums over them are taken as a segment goes: fewer stay in the cache until it is done. */
const MANY_ROWS = 1000;
/** Blocks of rows whose sums are kept apart. */
const BLOCKS = 8;

const rowsOfBlock = (rows: number): number => Math.ceil(rows / BLOCKS / TILE) * TILE;

/**
 * Puts steps into an order, and into segments, that compute the same.
 *
 * @param steps - In an order that computes.
 * @param decisions - What was decided before; takes what is decided now.
 */
export function orderSteps(steps: readonly Step[], { orders }: Decisions): Item[] {
  const structure = structureOfSteps(steps, MANY_ROWS);
  const order = orders.get(structure) ?? decide(steps);
  orders.set(structure, order);
  const halves = new Map<number, ReturnType<SumOverRows["split"]>>();
  const halvesOf = (i: number) => {
    const { overRows } = steps[i]!;
    const made = halves.get(i) ?? splitRows(overRows!);
    halves.set(i, made);
    return made;
  };
  const stepOf = (i: number, part: 0 | 1 | 2) => (part === 0 ? steps[i]! : part === 1 ? halvesOf(i).inside : halvesOf(i).after);
  return order.map((members) => makeItem(members.map(([i, part]) => stepOf(i, part))));
}

const splitRows = (sums: SumOverRows) => sums.split(Math.ceil(sums.rows / rowsOfBlock(sums.rows)));

function decide(steps: readonly Step[]): Order {
  const origins = new Map<Step, readonly [number, 0 | 1 | 2]>(steps.map((step, i) => [step, [i, 0]]));
  const items: (readonly Step[])[] = [];
  let left = steps;
  while (left.length > 0) {
    const { before, segment, after } = takeSegment(left, origins);
    items.push(...before.map((step) => [step]), segment);
    left = after;
  }
  return items.map((members) => members.map((step) => origins.get(step)!));
}

/** The longest segment that begins with the first step that can; what must come before it; what waits for it. */
function takeSegment(
  steps: readonly Step[],
  origins: Map<Step, readonly [number, 0 | 1 | 2]>,
): { before: Step[]; segment: Step[]; after: Step[] } {
  const start = Math.max(steps.findIndex(isRowwise), 0);
  const before = steps.slice(0, start);
  const [inside, waiting] = [new Uses(), new Uses()];
  const segment: Step[] = [];
  const after: Step[] = [];
  const { units } = steps[start]!;
  for (let i = start; i < steps.length; i++) {
    const step = steps[i]!;
    const waits = waiting.precede(step);
    const sums = !waits && i !== start && units >= MANY_ROWS && step.overRows?.rows === units ? step.overRows : undefined;
    const parts = sums && splitRows(sums);
    if (parts && inside.allowRows(parts.inside)) {
      const [origin] = origins.get(step)!;
      origins.set(parts.inside, [origin, 1]).set(parts.after, [origin, 2]);
      segment.push(parts.inside);
      inside.add(parts.inside);
      after.push(parts.after);
      waiting.add(parts.after);
    } else if (i === start || (!waits && isRowwise(step) && step.units === units && inside.allowRows(step))) {
      segment.push(step);
      inside.add(step);
    } else if (!waits && !inside.precede(step)) before.push(step);
    else {
      after.push(step);
      waiting.add(step);
    }
  }
  return { before, segment, after };
}

const isRowwise = (step: Step): boolean => step.units > 1 && step.kind !== "fill" && step.kind !== "convolutionImage";

interface Use {
  readonly value: Value;
  /** Whether each unit touches its own part alone. */
  readonly own: boolean;
}

/** What some steps read and write, by storage. */
class Uses {
  readonly #reads = new Map<Storage, Use[]>();
  readonly #writes = new Map<Storage, Use[]>();

  add({ reads, writes, ownWrites = true }: Step): void {
    for (const use of reads) append(this.#reads, use);
    for (const value of writes) append(this.#writes, { value, own: ownWrites });
  }

  /** True when one of these steps must come before the given one. */
  precede({ reads, writes }: Step): boolean {
    const written = (storage: Storage) => this.#writes.has(storage);
    return reads.some(({ value }) => written(value.storage)) || writes.some(({ storage }) => written(storage) || this.#reads.has(storage));
  }

  /** True when each row of a step that comes after these needs nothing of theirs but the same row. */
  allowRows({ reads, writes, ownWrites = true }: Step): boolean {
    const apart = (use: Use, others: readonly Use[] = []) =>
      others.every((other) => !overlaps(other.value, use.value) || (use.own && other.own && sameValue(other.value, use.value)));
    const allows = (use: Use) => apart(use, this.#writes.get(use.value.storage));
    return (
      reads.every(allows) &&
      writes.every((value) => {
        const use = { value, own: ownWrites };
        return allows(use) && apart(use, this.#reads.get(value.storage));
      })
    );
  }
}

function append(uses: Map<Storage, Use[]>, use: Use): void {
  const known = uses.get(use.value.storage);
  if (known) known.push(use);
  else uses.set(use.value.storage, [use]);
}

const sameValue = (a: Value, b: Value): boolean => a.offset === b.offset && a.size === b.size;
const overlaps = (a: Value, b: Value): boolean => a.offset < b.offset + b.size && b.offset < a.offset + a.size;

function makeItem(steps: readonly Step[]): Item {
  if (steps.length === 1) return { steps };
  const { units } = steps[0]!;
  const storages = new Map<Storage, number>();
  for (const step of steps) {
    for (const value of [...step.writes, ...step.reads.filter(({ own }) => own).map((read) => read.value)])
      storages.set(value.storage, value.size);
  }
  const each = [...storages.values()].reduce((sum, size) => sum + size, 0) / units;
  const fits = Math.max(TILE, Math.floor(PIECE_ELEMENTS / each / TILE) * TILE);
  const piece = Math.min(fits, MOST_ROWS);
  const sums = steps.some(({ kind }) => kind === "accumulateProduct" || kind === "accumulateSum");
  return { steps, rows: { all: units, block: sums ? rowsOfBlock(units) : piece, piece } };
}
