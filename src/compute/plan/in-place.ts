/**
 * Results that are written where they belong in the first place.
 *
 * @module
 */
import type { ElementwiseStep } from "./elementwise-step.js";
import type { Step } from "./step.js";
import type { Storage, Value } from "./storage.js";

/**
 * Drops the copies from computed values to outputs and variables wherever the step that computes the value can write
 * there itself: nobody may need what a variable held before, after that.
 *
 * @param steps - In order; copies to outputs and variables at the end.
 */
export function writeInPlace(steps: readonly Step[]): Step[] {
  const moved = new Map<Storage, Value>();
  const kept = steps.filter((copy, at) => {
    if (copy.kind !== "copy") return true;
    const [from, to] = [copy.reads[0]!.value, copy.writes[0]!];
    if (to.storage.kind === "arena" || from.storage.kind !== "arena" || from.size !== from.storage.size) return true;
    if (moved.has(from.storage) || !canWrite({ steps, at, from: from.storage, to: to.storage })) return true;
    moved.set(from.storage, to);
    return false;
  });
  return kept.map((step) => redirect(step, moved));
}

function canWrite({ steps, at, from, to }: { steps: readonly Step[]; at: number; from: Storage; to: Storage }): boolean {
  const writers = steps.flatMap((step, i) => (step.writes.some(({ storage }) => storage === from) ? [i] : []));
  const first = writers[0]!;
  // Whoever uses the target after the value is first written, this copy aside, would see the new values too early.
  const reads = steps.some((step, i) => i !== at && i > first && step.reads.some(({ value }) => value.storage === to));
  const writes = steps.some((step, i) => i !== at && step.writes.some(({ storage }) => storage === to));
  if (reads || writes) return false;
  const writer = steps[first]!;
  if (!writer.reads.some(({ value }) => value.storage === to)) return true;
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
  };
}
