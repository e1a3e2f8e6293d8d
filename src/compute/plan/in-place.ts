/**
 * Results that are written where they belong in the first place.
 *
 * @module
 */
import type { ElementwiseStep } from "./elementwise-step.js";
import type { Step, SumOverRows } from "./step.js";
import type { Storage, Value } from "./storage.js";

/**
 * Drops the copies from computed values to outputs and variables wherever the step that computes the value can write
 * there itself: nobody may need what a variable held before, after that.
 *
 * @param steps - In order; copies to outputs and variables at the end.
 */
export function writeInPlace(steps: readonly Step[]): Step[] {
  const uses = usesOf(steps);
  const moved = new Map<Storage, Value>();
  const kept = steps.filter((copy, at) => {
    if (copy.kind !== "copy") return true;
    const [from, to] = [copy.reads[0]!.value, copy.writes[0]!];
    if (to.storage.kind === "arena" || from.storage.kind !== "arena" || from.size !== from.storage.size) return true;
    if (moved.has(from.storage) || !canWrite({ steps, uses, at, from: from.storage, to: to.storage })) return true;
    moved.set(from.storage, to);
    return false;
  });
  return kept.map((step) => redirect(step, moved));
}

interface StorageUse {
  /** Places of the steps that read it, and that write it, ascending. */
  readonly reads: number[];
  readonly writes: number[];
}

function usesOf(steps: readonly Step[]): Map<Storage, StorageUse> {
  const uses = new Map<Storage, StorageUse>();
  const of = (storage: Storage) => {
    const known = uses.get(storage) ?? { reads: [], writes: [] };
    uses.set(storage, known);
    return known;
  };
  steps.forEach((step, at) => {
    for (const { value } of step.reads) of(value.storage).reads.push(at);
    for (const { storage } of step.writes) of(storage).writes.push(at);
  });
  return uses;
}

interface Move {
  readonly steps: readonly Step[];
  readonly uses: ReadonlyMap<Storage, StorageUse>;
  /** Place of the copy. */
  readonly at: number;
  readonly from: Storage;
  readonly to: Storage;
}

function canWrite({ steps, uses, at, from, to }: Move): boolean {
  const first = uses.get(from)!.writes[0]!;
  const { reads, writes } = uses.get(to)!;
  // Whoever uses the target after the value is first written, this copy aside, would see the new values too early.
  if (reads.some((i) => i !== at && i > first) || writes.some((i) => i !== at)) return false;
  const writer = steps[first]!;
  if (!reads.includes(first)) return true;
  return writer.kind === "map" && (writer as ElementwiseStep).mayOverwrite(to, from);
}

function redirect(step: Step, moved: ReadonlyMap<Storage, Value>): Step {
  const target = (value: Value): Value => {
    const to = moved.get(value.storage);
    return to ? { storage: to.storage, offset: to.offset + value.offset, size: value.size } : value;
  };
  return {
    ...step,
    words: step.words.map((word) => (typeof word === "number" ? word : target(word))),
    reads: step.reads.map((read) => ({ ...read, value: target(read.value) })),
    writes: step.writes.map(target),
    ...(step.overRows && { overRows: redirectSums(step.overRows, moved) }),
  };
}

const redirectSums = ({ rows, split }: SumOverRows, moved: ReadonlyMap<Storage, Value>): SumOverRows => ({
  rows,
  split(blocks) {
    const { inside, after } = split(blocks);
    return { inside: redirect(inside, moved), after: redirect(after, moved) };
  },
});
