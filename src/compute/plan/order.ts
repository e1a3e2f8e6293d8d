/**
 * Segments: runs of kernel calls that work on the same rows, so that a piece of rows goes through all of them while it
 * is in the cache, and threads meet once for all.
 *
 * @module
 */
import type { Step } from "./step.js";
import type { Storage, Value } from "./storage.js";

/** A step, or several that go through the same rows piece by piece. */
export interface Item {
  readonly steps: readonly Step[];
  /** Rows of a piece; absent for a single step. */
  readonly piece?: number;
}

/** Elements that a piece's rows may take in all buffers together: about half of a second-level cache of 1 MB. */
const PIECE_ELEMENTS = 128 * 1024;
/** Pieces are whole numbers of the product's tiles. */
const TILE = 24;

/** Puts steps into an order, and into segments, that compute the same. */
export function orderSteps(steps: readonly Step[]): Item[] {
  const items: Item[] = [];
  let left = steps;
  while (left.length > 0) {
    const { before, segment, after } = takeSegment(left);
    items.push(...before.map((step) => ({ steps: [step] })), makeItem(segment));
    left = after;
  }
  return items;
}

/** The longest segment that begins with the first step that can; what must come before it; what waits for it. */
function takeSegment(steps: readonly Step[]): { before: Step[]; segment: Step[]; after: Step[] } {
  const start = Math.max(steps.findIndex(isRowwise), 0);
  const before = steps.slice(0, start);
  const segment = [steps[start]!];
  const after: Step[] = [];
  const { units } = segment[0]!;
  for (const step of steps.slice(start + 1)) {
    const waits = after.some((earlier) => mustFollow(step, earlier));
    if (!waits && isRowwise(step) && step.units === units && segment.every((member) => fits(step, member))) segment.push(step);
    else if (!waits && !segment.some((member) => mustFollow(step, member))) before.push(step);
    else after.push(step);
  }
  return { before, segment, after };
}

const isRowwise = (step: Step): boolean => step.units > 1 && step.kind !== "fill" && step.kind !== "convolutionImage";

/** True when each row of `step` needs nothing of `earlier` but the same row. */
function fits(step: Step, earlier: Step): boolean {
  if (!mustFollow(step, earlier)) return true;
  const reads = step.reads.every(
    ({ value, own }) => !touches(earlier.writes, value.storage) || (own && earlier.ownWrites !== false && same(earlier.writes, value)),
  );
  const writes = step.writes.every((value) => {
    const rewritten =
      !touches(earlier.writes, value.storage) || (earlier.ownWrites !== false && step.ownWrites !== false && same(earlier.writes, value));
    const readBefore = earlier.reads.filter((read) => read.value.storage === value.storage);
    return rewritten && readBefore.every(({ value: read, own }) => own && step.ownWrites !== false && sameValue(read, value));
  });
  return reads && writes;
}

/** True when the order of the two matters. */
function mustFollow(step: Step, earlier: Step): boolean {
  return (
    step.reads.some(({ value }) => touches(earlier.writes, value.storage)) ||
    step.writes.some(({ storage }) => touches(earlier.writes, storage) || earlier.reads.some(({ value }) => value.storage === storage))
  );
}

const touches = (values: readonly Value[], storage: Storage): boolean => values.some((value) => value.storage === storage);
const sameValue = (a: Value, b: Value): boolean => a.storage === b.storage && a.offset === b.offset && a.size === b.size;
const overlaps = (a: Value, b: Value): boolean => a.storage === b.storage && a.offset < b.offset + b.size && b.offset < a.offset + a.size;
const same = (written: readonly Value[], value: Value): boolean =>
  written.every((other) => !overlaps(other, value) || sameValue(other, value));

function makeItem(steps: readonly Step[]): Item {
  if (steps.length === 1) return { steps };
  const { units } = steps[0]!;
  const storages = new Map<Storage, number>();
  for (const step of steps) {
    for (const value of [...step.writes, ...step.reads.filter(({ own }) => own).map((read) => read.value)])
      storages.set(value.storage, value.size);
  }
  const each = [...storages.values()].reduce((sum, size) => sum + size, 0) / units;
  const piece = Math.max(TILE, Math.floor(PIECE_ELEMENTS / each / TILE) * TILE);
  return { steps, piece: Math.min(piece, 240) };
}
