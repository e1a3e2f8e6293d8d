import { always, type Count, minus } from "./count.js";
import type { Emit } from "./emit.js";
import type { OnnxGraph } from "./graph.js";
import { INT64 } from "./messages.js";

export const gather: Emit<"gather"> = ({ names: [values, index], from: [source] }, graph) =>
  graph.node("GatherElements", [values!, places(graph, index!, source!.at(-1)!)], { axis: -1 });

export const scatter: Emit<"scatter"> = ({ names: [values, index], shape }, graph) => {
  const zeros = graph.node("Expand", [graph.scalar(always(0)), graph.ints(shape)]);
  const inputs = [zeros, places(graph, index!, shape.at(-1)!), values!];
  return graph.node("ScatterElements", inputs, { axis: -1, reduction: "add" });
};

/** Whole numbers in [0, length): what lies outside goes to the nearest end, NaN to 0, since a cast of either means nothing. */
function places(graph: OnnxGraph, index: string, length: Count): string {
  const zero = graph.scalar(always(0));
  const numbers = graph.node("Where", [graph.node("IsNaN", [index]), zero, index]);
  const inside = graph.node("Clip", [numbers, zero, graph.scalar(minus(length, always(1)))]);
  return graph.node("Cast", [inside], { to: INT64 });
}
