/**
 * What was decided for one size of a computation, to be used again for other sizes of the same: which nodes are fused,
 * and which steps form segments in which order. Only offsets and numbers of rows are then new.
 *
 * @module
 */
import { sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import type { Step } from "./step.js";
import type { Storage, Value } from "./storage.js";

/** Number of the group of each node, or -1. */
export type GroupNumbers = readonly number[];

/** Of each item its steps: a number in the list of steps, and 0 for the step, 1 for its sum inside a segment, 2 for what follows that. */
export type Order = readonly (readonly (readonly [step: number, part: 0 | 1 | 2])[])[];

/** Kept by a backend, by structure. */
export interface Decisions {
  readonly groups: Map<string, GroupNumbers>;
  readonly orders: Map<string, Order>;
}

export const noDecisions = (): Decisions => ({ groups: new Map(), orders: new Map() });

/** The same for graphs that differ in sizes alone, and whose sizes are equal and unequal in the same places. */
export function structureOfNodes(nodes: readonly Tensor[]): string {
  const classOf = classes();
  return nodes
    .map(({ operation, inputs, shape }) => {
      const fn = "fn" in operation ? operation.fn : "";
      return `${operation.name}${fn}(${inputs.map(({ id }) => id).join()})${classOf(shape.join())}${sizeOf(shape) === 0 ? "-" : ""}`;
    })
    .join(";");
}

/** The same for steps that differ in sizes alone: same kinds, same rows in the same places, same parts of the same memory. */
export function structureOfSteps(steps: readonly Step[], manyRows: number): string {
  const rowsClass = classes();
  const storages = new Map<Storage, number>();
  const place = ({ storage, offset, size }: Value) => {
    const number = storages.get(storage) ?? storages.size;
    storages.set(storage, number);
    return size === storage.size ? `${number}` : `${number}@${offset / storage.size}+${size / storage.size}`;
  };
  const rows = (count: number) => `${rowsClass(String(count))}${count > 1 ? (count >= manyRows ? "m" : "") : "s"}`;
  return steps
    .map(({ kind, units, reads, writes, ownWrites = true, overRows }) => {
      const read = reads.map(({ value, own }) => `${place(value)}${own ? "o" : ""}`).join();
      return `${kind}${rows(units)}<${read}>${writes.map(place).join()}${ownWrites ? "o" : ""}${overRows ? rows(overRows.rows) : ""}`;
    })
    .join(";");
}

function classes(): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const number = known.get(text) ?? known.size;
    known.set(text, number);
    return number;
  };
}
