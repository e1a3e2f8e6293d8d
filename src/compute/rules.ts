/**
 * How each operation pulls a gradient back from its result to its inputs.
 *
 * @module
 */
import { convolutionFilter, convolutionImage, convolutionWith } from "./operations/convolution.js";
import { div, equal, exp, less, lessEqual, mul, neg, reciprocal, select, sigmoid, sign, square, sub } from "./operations/elementwise.js";
import { gather, scatter } from "./operations/indexing.js";
import { broadcastTo, pad, reshape, slice, transpose } from "./operations/layout.js";
import { averagePoolSpread, averagePoolWith, maxPoolPick, maxPoolSpread } from "./operations/pooling.js";
import { matmul } from "./operations/product.js";
import { cumulativeSum, sum } from "./operations/reduction.js";
import type { BinaryName, Operation, OperationName, Tensor, UnaryName } from "./tensor.js";

/** The gradient of each input, or how to make it, or none. */
export type Cotangents = readonly (Tensor | (() => Tensor) | undefined)[];

type Rule<Name extends OperationName> = (node: Tensor, cotangent: Tensor, operation: Extract<Operation, { name: Name }>) => Cotangents;

/** d result / d input as a function of input a and result y; y where both would do, since y is kept for what follows anyway. */
const UNARY: Record<UnaryName, (g: Tensor, a: Tensor, y: Tensor) => Tensor | undefined> = {
  abs: (g, a) => mul(g, sign(a)),
  erf: (g, a) => mul(g, mul(2 / Math.sqrt(Math.PI), exp(neg(square(a))))),
  exp: (g, _, y) => mul(g, y),
  floor: () => undefined,
  log: (g, a) => div(g, a),
  neg: (g) => neg(g),
  reciprocal: (g, _, y) => neg(mul(g, square(y))),
  relu: (g, _, y) => select(less(0, y), g, 0),
  sigmoid: (g, _, y) => mul(g, mul(y, sub(1, y))),
  sign: () => undefined,
  softplus: (g, a) => mul(g, sigmoid(a)),
  sqrt: (g, _, y) => mul(g, mul(0.5, reciprocal(y))),
  square: (g, a) => mul(g, mul(2, a)),
  tanh: (g, _, y) => mul(g, sub(1, square(y))),
};

/** Of equals, min and max pass the gradient to the first. */
const BINARY: Record<BinaryName, (g: Tensor, a: Tensor, b: Tensor) => Cotangents> = {
  add: (g) => [g, g],
  sub: (g) => [g, () => neg(g)],
  mul: (g, a, b) => [() => mul(g, b), () => mul(g, a)],
  div: (g, a, b) => [() => div(g, b), () => neg(div(mul(g, a), square(b)))],
  min: (g, a, b) => [() => select(lessEqual(a, b), g, 0), () => select(lessEqual(a, b), 0, g)],
  max: (g, a, b) => [() => select(lessEqual(b, a), g, 0), () => select(lessEqual(b, a), 0, g)],
  less: () => [],
  lessEqual: () => [],
  equal: () => [],
};

export const RULES: { readonly [Name in Exclude<OperationName, "fused">]: Rule<Name> } = {
  input: () => [],
  variable: () => [],
  constant: () => [],
  random: () => [],
  stop: () => [],
  unary: (node, g, { fn }) => [UNARY[fn](g, node.inputs[0]!, node)],
  binary: ({ inputs: [a, b] }, g, { fn }) => BINARY[fn](g, a!, b!),
  select: ({ inputs: [condition] }, g) => [undefined, () => select(condition!, g, 0), () => select(condition!, 0, g)],
  broadcast: ({ inputs: [a], shape }, g) => {
    const axes = shape.flatMap((length, axis) => (a!.shape[axis] === 1 && length !== 1 ? [axis] : []));
    return [sum(g, { axis: axes, keepAxes: true })];
  },
  reduce: (node, g, { fn, axes }) => {
    const a = node.inputs[0]!;
    const kept = a.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const spread = (t: Tensor) => broadcastTo(reshape(t, kept), a.shape);
    if (fn === "sum") return [spread(g)];
    const largest = equal(a, spread(node));
    return [mul(spread(div(g, sum(largest, { axis: axes }))), largest)];
  },
  cumulativeSum: (_, g, { reverse }) => [cumulativeSum(g, { reverse: !reverse })],
  matmul: ({ inputs: [a, b] }, g, { transposeA, transposeB }) => [
    () => (transposeA ? matmul(b!, g, { transposeA: transposeB, transposeB: true }) : matmul(g, b!, { transposeB: !transposeB })),
    () => (transposeB ? matmul(g, a!, { transposeA: true, transposeB: transposeA }) : matmul(a!, g, { transposeA: !transposeA })),
  ],
  reshape: ({ inputs: [a] }, g) => [reshape(g, a!.shape)],
  transpose: (_, g, { permutation }) => [
    transpose(
      g,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  slice: ({ inputs: [a], shape }, g, { starts }) => [
    pad(
      g,
      starts,
      a!.shape.map((length, axis) => length - starts[axis]! - shape[axis]!),
    ),
  ],
  pad: ({ inputs: [a] }, g, { before }) => [slice(g, before, a!.shape)],
  concatenate: ({ inputs }, g, { axis }) => {
    let start = 0;
    return inputs.map(({ shape }) => {
      const starts = shape.map((_, i) => (i === axis ? start : 0));
      start += shape[axis]!;
      return () => slice(g, starts, shape);
    });
  },
  gather: ({ inputs: [values, index] }, g) => [scatter(g, index!, values!.shape.at(-1)!)],
  scatter: ({ inputs: [, index] }, g) => [gather(g, index!)],
  convolution: ({ inputs: [image, filter] }, g, { window }) => [
    () => convolutionImage(g, filter!, { window, shape: image!.shape }),
    () => convolutionFilter(image!, g, { window, shape: filter!.shape }),
  ],
  convolutionImage: ({ inputs: [gradient, filter] }, g, { window }) => [
    () => convolutionWith(g, filter!, { window, shape: gradient!.shape }),
    () => convolutionFilter(g, gradient!, { window, shape: filter!.shape }),
  ],
  convolutionFilter: ({ inputs: [image, gradient] }, g, { window }) => [
    () => convolutionImage(gradient!, g, { window, shape: image!.shape }),
    () => convolutionWith(image!, g, { window, shape: gradient!.shape }),
  ],
  // Where the image is largest does not change in a neighbourhood, so no gradient flows to it from the choice.
  maxPoolPick: ({ inputs: [image] }, g, { window }) => [undefined, maxPoolSpread(image!, g, window)],
  maxPoolSpread: ({ inputs: [image, values] }, g, { window }) => [undefined, maxPoolPick(image!, g, { window, shape: values!.shape })],
  averagePool: ({ inputs: [image] }, g, { window }) => [averagePoolSpread(g, { window, shape: image!.shape })],
  averagePoolSpread: ({ inputs: [values] }, g, { window }) => [averagePoolWith(g, { window, shape: values!.shape })],
};
