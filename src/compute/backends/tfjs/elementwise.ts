import type { BinaryName, UnaryName } from "../../tensor.js";
import type { TensorFlow, TfjsKernel, Values } from "./kernel.js";

const UNARY: Record<UnaryName, (tf: TensorFlow, a: Values) => Values> = {
  abs: (tf, a) => tf.abs(a),
  erf: (tf, a) => tf.erf(a),
  exp: (tf, a) => tf.exp(a),
  floor: (tf, a) => tf.floor(a),
  log: (tf, a) => tf.log(a),
  neg: (tf, a) => tf.neg(a),
  reciprocal: (tf, a) => tf.reciprocal(a),
  relu: (tf, a) => tf.relu(a),
  sigmoid: (tf, a) => tf.sigmoid(a),
  // Its sign of NaN is 0.
  sign: (tf, a) => tf.where(tf.isNaN(a), a, tf.sign(a)),
  softplus: (tf, a) => tf.softplus(a),
  sqrt: (tf, a) => tf.sqrt(a),
  square: (tf, a) => tf.square(a),
  tanh: (tf, a) => tf.tanh(a),
};

const BINARY: Record<BinaryName, (tf: TensorFlow, a: Values, b: Values) => Values> = {
  add: (tf, a, b) => tf.add(a, b),
  div: (tf, a, b) => tf.div(a, b),
  equal: (tf, a, b) => tf.cast(tf.equal(a, b), "float32"),
  less: (tf, a, b) => tf.cast(tf.less(a, b), "float32"),
  lessEqual: (tf, a, b) => tf.cast(tf.lessEqual(a, b), "float32"),
  max: (tf, a, b) => tf.maximum(a, b),
  min: (tf, a, b) => tf.minimum(a, b),
  mul: (tf, a, b) => tf.mul(a, b),
  sub: (tf, a, b) => tf.sub(a, b),
};

export const unary: TfjsKernel<"unary"> = ({ tf, operation, inputs: [a] }) => UNARY[operation.fn](tf, a!);

export const binary: TfjsKernel<"binary"> = ({ tf, operation, inputs: [a, b] }) => BINARY[operation.fn](tf, a!, b!);

export const select: TfjsKernel<"select"> = ({ tf, inputs: [condition, whenTrue, whenFalse] }) =>
  tf.where(tf.notEqual(condition!, 0), whenTrue!, whenFalse!);

export const constant: TfjsKernel<"constant"> = ({ tf, operation: { values }, shape }) =>
  values.length === 1 ? tf.fill([...shape], values[0]!, "float32") : tf.tensor(Float32Array.from(values), [...shape], "float32");
