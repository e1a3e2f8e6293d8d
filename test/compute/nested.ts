import type { Values } from "../../src/compute/program.js";

/** An array as one writes it. */
export type Nested = number | readonly Nested[];

export function fromNested(nested: Nested): Values & { readonly values: number[] } {
  if (typeof nested === "number") return { shape: [], values: [nested] };
  const parts = nested.map(fromNested);
  return { shape: [parts.length, ...(parts[0]?.shape ?? [])], values: parts.flatMap(({ values }) => values) };
}

export function toNested([length, ...rest]: readonly number[], values: ArrayLike<number>): Nested {
  if (length === undefined) return values[0]!;
  const size = values.length / Math.max(length, 1);
  return Array.from({ length }, (_, i) => toNested(rest, Array.from(values).slice(i * size, (i + 1) * size)));
}
