import { always } from "./count.js";
import type { Emit } from "./emit.js";

// Of opset 17, the sum takes its axes as an input and the maximum as a setting.
export const reduce: Emit<"reduce"> = ({ operation: { fn, axes }, names: [a] }, graph) =>
  fn === "sum"
    ? graph.node("ReduceSum", [a!, graph.ints(axes.map(always))], { keepdims: 0 })
    : graph.node("ReduceMax", [a!], { axes, keepdims: 0 });

export const cumulativeSum: Emit<"cumulativeSum"> = ({ operation: { reverse }, names: [a] }, graph) =>
  graph.node("CumSum", [a!, graph.ints([always(-1)])], { reverse: Number(reverse) });

export const matmul: Emit<"matmul"> = ({ operation: { transposeA, transposeB }, names: [a, b], shape }, graph) => {
  const perm = shape.map((_, axis) => axis);
  perm.push(...perm.splice(-2).reverse());
  const turned = (value: string, exchange: boolean) => (exchange ? graph.node("Transpose", [value], { perm }) : value);
  return graph.node("MatMul", [turned(a!, transposeA), turned(b!, transposeB)]);
};
