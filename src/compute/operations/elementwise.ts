/**
 * Elementwise arithmetic. Shapes broadcast: axes are matched from the last, and axes of length 1 are repeated.
 *
 * @module
 */
import { broadcastShapes } from "../shape.js";
import { type BinaryName, makeTensor, type Tensor, type UnaryName } from "../tensor.js";
import { broadcastTo } from "./layout.js";
import { constant, constantNumber, type Operand, toTensor } from "./source.js";

function unary(fn: UnaryName, a: Operand): Tensor {
  const tensor = toTensor(a);
  return makeTensor({ name: "unary", fn }, [tensor], tensor.shape);
}

function binary(fn: BinaryName, a: Operand, b: Operand): Tensor {
  return ordered(fn, [toTensor(a), toTensor(b)]);
}

function ordered(fn: BinaryName, inputs: readonly [Tensor, Tensor], shape = broadcastShapes(fn, inputs[0].shape, inputs[1].shape)): Tensor {
  return makeTensor(
    { name: "binary", fn },
    inputs.map((tensor) => broadcastTo(tensor, shape)),
    shape,
  );
}

/** The comparison with its sides exchanged; `where` is what the caller wrote. */
function exchanged(where: string, fn: "less" | "lessEqual", [a, b]: readonly [Operand, Operand]): Tensor {
  const [left, right] = [toTensor(a), toTensor(b)];
  return ordered(fn, [right, left], broadcastShapes(where, left.shape, right.shape));
}

/** The operand, when the other one changes neither value nor shape. */
function unchanged(operand: Operand, other: Operand, neutral: number): Tensor | undefined {
  const [tensor, number] = [toTensor(operand), toTensor(other)];
  const missing = tensor.shape.length - number.shape.length;
  const fits = missing >= 0 && number.shape.every((length, axis) => length === 1 || length === tensor.shape[axis + missing]);
  return fits && constantNumber(number) === neutral ? tensor : undefined;
}

/** a + b. */
export const add = (a: Operand, b: Operand): Tensor => unchanged(a, b, 0) ?? unchanged(b, a, 0) ?? binary("add", a, b);
/** a - b. */
export const sub = (a: Operand, b: Operand): Tensor => unchanged(a, b, 0) ?? binary("sub", a, b);
/** a b, element by element; `matmul` is the product of matrices. */
export const mul = (a: Operand, b: Operand): Tensor => unchanged(a, b, 1) ?? unchanged(b, a, 1) ?? binary("mul", a, b);
/** a / b. */
export const div = (a: Operand, b: Operand): Tensor => unchanged(a, b, 1) ?? binary("div", a, b);
/** The smaller of a and b; NaN when one is. */
export const min = (a: Operand, b: Operand): Tensor => binary("min", a, b);
/** The larger of a and b; NaN when one is. */
export const max = (a: Operand, b: Operand): Tensor => binary("max", a, b);
/** 1 where a < b, else 0. */
export const less = (a: Operand, b: Operand): Tensor => binary("less", a, b);
/** 1 where a <= b, else 0. */
export const lessEqual = (a: Operand, b: Operand): Tensor => binary("lessEqual", a, b);
/** 1 where a > b, else 0. */
export const greater = (a: Operand, b: Operand): Tensor => exchanged("greater", "less", [a, b]);
/** 1 where a >= b, else 0. */
export const greaterEqual = (a: Operand, b: Operand): Tensor => exchanged("greaterEqual", "lessEqual", [a, b]);
/** 1 where a = b, else 0. */
export const equal = (a: Operand, b: Operand): Tensor => binary("equal", a, b);

/** `whenTrue` where `condition` is not 0, else `whenFalse`; no gradient reaches the side that was not taken. */
export function select(condition: Operand, whenTrue: Operand, whenFalse: Operand): Tensor {
  const [c, a, b] = [toTensor(condition), toTensor(whenTrue), toTensor(whenFalse)];
  const shape = broadcastShapes("select", c.shape, broadcastShapes("select", a.shape, b.shape));
  return makeTensor(
    { name: "select" },
    [c, a, b].map((tensor) => broadcastTo(tensor, shape)),
    shape,
  );
}

/** -a. */
export const neg = (a: Operand): Tensor => unary("neg", a);
/** |a|; its derivative at 0 is taken as 0. */
export const abs = (a: Operand): Tensor => unary("abs", a);
/** -1, 0 or 1. */
export const sign = (a: Operand): Tensor => unary("sign", a);
/** The largest whole number not above a. */
export const floor = (a: Operand): Tensor => unary("floor", a);
/** exp(a). */
export const exp = (a: Operand): Tensor => unary("exp", a);
/** Natural logarithm; -Infinity at 0, NaN below. */
export const log = (a: Operand): Tensor => unary("log", a);
/** a^2. */
export const square = (a: Operand): Tensor => unary("square", a);
/** Square root; NaN below 0. */
export const sqrt = (a: Operand): Tensor => unary("sqrt", a);
/** 1 / a. */
export const reciprocal = (a: Operand): Tensor => unary("reciprocal", a);
/** Hyperbolic tangent. */
export const tanh = (a: Operand): Tensor => unary("tanh", a);
/** 1 / (1 + exp(-a)). */
export const sigmoid = (a: Operand): Tensor => unary("sigmoid", a);
/** log(1 + exp(a)), without overflow. */
export const softplus = (a: Operand): Tensor => unary("softplus", a);
/** max(a, 0); its derivative at 0 is taken as 0. */
export const relu = (a: Operand): Tensor => unary("relu", a);
/** The error function. */
export const erf = (a: Operand): Tensor => unary("erf", a);

/**
 * a Phi(a), with the normal distribution function Phi.
 *
 * @source Hendrycks, Gimpel 2016, arXiv:1606.08415, eq. 1
 */
export function gelu(a: Operand): Tensor {
  const tensor = toTensor(a);
  return mul(tensor, mul(0.5, add(1, erf(mul(tensor, Math.SQRT1_2)))));
}

/** The same values, through which no gradient flows. */
export function stopGradient(a: Tensor): Tensor {
  return makeTensor({ name: "stop" }, [a], a.shape);
}

/** Zeros of a tensor's shape. */
export const zerosLike = (a: Tensor): Tensor => broadcastTo(constant(0), a.shape);
