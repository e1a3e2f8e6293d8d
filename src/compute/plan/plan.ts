import type { Graph } from "../backends/backend.js";
import { type Arena, layOut } from "./arena.js";
import { noDecisions } from "./decisions.js";
import { writeInPlace } from "./in-place.js";
import { findLocals, type Local } from "./local.js";
import { lower } from "./lower.js";
import { type Item, orderSteps } from "./order.js";
import { KIND, type Step } from "./step.js";
import type { Storage, Value } from "./storage.js";

/** A graph as the words of a program, and the memory it wants. */
export interface Plan {
  readonly words: Int32Array;
  /** The program's table of arrays. */
  readonly arrays: readonly Value[];
  readonly arena: Arena;
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
  readonly items: readonly Item[];
  /** Floating-point operations of a run. */
  readonly flops: number;
}

/**
 * Fuses, orders and lays out a graph.
 *
 * @param decisions - What was decided for other sizes of the same computation; takes what is decided now.
 */
export function makePlan(graph: Graph, decisions = noDecisions()): Plan {
  const { steps, inputs, outputs } = lower(graph, decisions);
  const items = orderSteps(writeInPlace(steps), decisions);
  const table = new ArrayTable();
  const locals = findLocals(
    items,
    steps.reduce((count, step) => count + step.reads.length + step.writes.length, 0),
  );
  const words = Int32Array.from(items.flatMap((item) => encodeItem(item, { table, locals: locals.get(item) ?? [] })));
  const flops = items.reduce((sum, item) => item.steps.reduce((more, step) => more + step.flops, sum), 0);
  return {
    words,
    arrays: table.values,
    arena: layOut(items, new Set([...locals.values()].flat().map(({ value }) => value.storage))),
    inputs,
    outputs,
    items,
    flops,
  };
}

/** Numbers the arrays that instructions name. */
class ArrayTable {
  readonly values: Value[] = [];
  readonly #numbers = new Map<Storage, Map<number, number>>();

  numberOf(value: Value): number {
    const offsets = this.#numbers.get(value.storage) ?? new Map<number, number>();
    this.#numbers.set(value.storage, offsets);
    const known = offsets.get(value.offset);
    if (known !== undefined) return known;
    offsets.set(value.offset, this.values.length);
    return this.values.push(value) - 1;
  }
}

interface Encoding {
  readonly table: ArrayTable;
  readonly locals: readonly Local[];
}

function encodeItem({ steps, rows }: Item, { table, locals }: Encoding): number[] {
  const body = steps.flatMap((step) => encodeStep(step, table));
  if (!rows) return body;
  const blocks = Math.ceil(rows.all / rows.block);
  const pieces = locals.flatMap(({ value, width, offset }) => [table.numberOf(value), width, offset]);
  const words = [rows.all, rows.block, rows.piece, steps.length, locals.length, ...pieces, ...body];
  return [KIND.segment, 4 + words.length, blocks, 1, ...words];
}

/** Words before the first instruction of the segment that begins at a place. */
export const segmentHead = (words: Int32Array, at: number): number => 9 + 3 * words[at + 8]!;

function encodeStep({ kind, words, units, grain }: Step, table: ArrayTable): number[] {
  const body = words.map((word) => (typeof word === "number" ? word : table.numberOf(word)));
  return [KIND[kind], 4 + body.length, units, grain, ...body];
}
