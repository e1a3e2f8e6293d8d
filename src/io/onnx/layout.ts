import { always, type Count, minus, plus, sameCount } from "./count.js";
import type { Emit } from "./emit.js";
import type { OnnxGraph } from "./graph.js";

export const broadcast: Emit<"broadcast"> = ({ names: [a], shape }, graph) => graph.node("Expand", [a!, graph.ints(shape)]);

export const reshape: Emit<"reshape"> = ({ names: [a], shape }, graph) => reshaped(graph, a!, shape);

/** The same values under another shape; a single length that rises is left to the reader as -1. */
export function reshaped(graph: OnnxGraph, value: string, shape: readonly Count[]): string {
  const rising = shape.filter(({ perEvent }) => perEvent !== 0).length;
  const empty = shape.some((length) => sameCount(length, always(0)));
  const lengths = rising === 1 && !empty ? shape.map((length) => (length.perEvent === 0 ? length : always(-1))) : shape;
  return graph.node("Reshape", [value, graph.ints(lengths)], { allowzero: Number(empty) });
}

export const transpose: Emit<"transpose"> = ({ operation: { permutation }, names: [a] }, graph) =>
  graph.node("Transpose", [a!], { perm: permutation });

export const slice: Emit<"slice"> = ({ names: [a], offsets, shape }, graph) => {
  const axes = shape.map((_, axis) => always(axis));
  const ends = shape.map((length, axis) => plus(offsets[axis]!, length));
  return graph.node("Slice", [a!, graph.ints(offsets), graph.ints(ends), graph.ints(axes)]);
};

export const pad: Emit<"pad"> = ({ names: [a], offsets, shape, from: [source] }, graph) => {
  const after = shape.map((length, axis) => minus(minus(length, source![axis]!), offsets[axis]!));
  return graph.node("Pad", [a!, graph.ints([...offsets, ...after])]);
};

export const concatenate: Emit<"concatenate"> = ({ operation: { axis }, names }, graph) => graph.node("Concat", names, { axis });
