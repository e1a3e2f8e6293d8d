import type { BinaryName, UnaryName } from "../../compute/tensor.js";
import type { Emit } from "./emit.js";
import { BOOL, FLOAT } from "./messages.js";

const UNARY: Readonly<Record<Exclude<UnaryName, "square">, string>> = {
  abs: "Abs",
  erf: "Erf",
  exp: "Exp",
  floor: "Floor",
  log: "Log",
  neg: "Neg",
  reciprocal: "Reciprocal",
  relu: "Relu",
  sigmoid: "Sigmoid",
  sign: "Sign",
  softplus: "Softplus",
  sqrt: "Sqrt",
  tanh: "Tanh",
};

const ARITHMETIC = { add: "Add", div: "Div", max: "Max", min: "Min", mul: "Mul", sub: "Sub" } as const;

const COMPARISON: Readonly<Record<Exclude<BinaryName, keyof typeof ARITHMETIC>, string>> = {
  equal: "Equal",
  less: "Less",
  lessEqual: "LessOrEqual",
};

export const unary: Emit<"unary"> = ({ operation: { fn }, names: [a] }, graph) =>
  fn === "square" ? graph.node("Mul", [a!, a!]) : graph.node(UNARY[fn], [a!]);

export const binary: Emit<"binary"> = ({ operation: { fn }, names }, graph) => {
  if (fn === "equal" || fn === "less" || fn === "lessEqual") {
    return graph.node("Cast", [graph.node(COMPARISON[fn], names)], { to: FLOAT });
  }
  return graph.node(ARITHMETIC[fn], names);
};

export const select: Emit<"select"> = ({ names: [condition, whenTrue, whenFalse] }, graph) =>
  graph.node("Where", [graph.node("Cast", [condition!], { to: BOOL }), whenTrue!, whenFalse!]);
