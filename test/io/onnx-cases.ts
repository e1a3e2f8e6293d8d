import type { Shape, Tensor } from "../../src/compute/index.js";
import * as c from "../../src/compute/index.js";
import * as nn from "../../src/nn/index.js";
import { fold, key } from "../../src/numerics/random.js";

/** A computation to export. */
export interface OnnxCase {
  readonly name: string;
  /** Shapes without the axis of events. */
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly trace: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;
  /** What its variables belong to. */
  readonly layer?: nn.Layer;
  /** Made of the normal number that an input otherwise is. */
  readonly value?: (normal: number) => number;
}

type OfX = (x: Tensor) => Tensor;

const ofX = (name: string, shape: Shape, f: OfX, value?: (normal: number) => number): OnnxCase => ({
  name,
  inputs: { x: shape },
  trace: ({ x }) => ({ y: f(x!) }),
  ...(value && { value }),
});

const ofTwo = (name: string, [a, b]: readonly [Shape, Shape], f: (a: Tensor, b: Tensor) => Tensor): OnnxCase => ({
  name,
  inputs: { a, b },
  trace: (given) => ({ y: f(given.a!, given.b!) }),
});

const ofLayer = (name: string, shape: Shape, layer: nn.Layer): OnnxCase => ({ ...ofX(name, shape, (x) => layer.apply(x)), layer });

/** With value, gradient in the input, and gradient of that gradient's square: what score regression differentiates. */
const twice = ({ name, inputs, ...rest }: OnnxCase): OnnxCase => ({
  ...rest,
  name: `${name}, differentiated twice`,
  inputs,
  trace: (given) => {
    const { y } = rest.trace(given) as { y: Tensor };
    const by = Object.values(given);
    const first = c.grad(c.sum(c.square(y)), by);
    const second = c.grad(first.map((g) => c.sum(c.square(g))).reduce(c.add), by);
    return Object.fromEntries([["y", y], ...first.map((g, i) => [`first${i}`, g]), ...second.map((g, i) => [`second${i}`, g])]);
  },
});

const positive = (normal: number): number => 0.5 + Math.abs(normal);
const halves = (normal: number): number => Math.round(2 * normal) / 2;
/** Also outside of any array, and none. */
const index = (normal: number): number => (Math.abs(normal) < 0.2 ? Number.NaN : Math.round(3 * normal));

const constants = c.constant([0.3, -1, 2], [3]);
const UNARY: readonly (readonly [string, OfX, ((normal: number) => number)?])[] = [
  ["abs", c.abs],
  ["erf", c.erf],
  ["exp", c.exp],
  ["floor", c.floor, (x) => 3 * x],
  ["log", c.log, positive],
  ["neg", c.neg],
  ["reciprocal", c.reciprocal, positive],
  ["relu", c.relu],
  ["sigmoid", c.sigmoid, (x) => 10 * x],
  ["sign", c.sign, halves],
  ["softplus", c.softplus, (x) => 30 * x],
  ["sqrt", c.sqrt, positive],
  ["square", c.square],
  ["tanh", c.tanh],
];

const BINARY = {
  add: c.add,
  sub: c.sub,
  mul: c.mul,
  div: c.div,
  min: c.min,
  max: c.max,
  less: c.less,
  lessEqual: c.lessEqual,
  equal: c.equal,
};

export const UNARY_NAMES = UNARY.map(([name]) => name);
export const BINARY_NAMES = Object.keys(BINARY);

/** One operation each, or few. */
export const OPERATIONS: readonly OnnxCase[] = [
  ...UNARY.map(([name, f, value]) => ofX(name, [4], f, value)),
  ...Object.entries(BINARY).map(([name, f]) => ({
    ...ofTwo(
      name,
      [
        [2, 3],
        [2, 3],
      ],
      f,
    ),
    value: halves,
  })),
  ...Object.entries(BINARY).map(([name, f]) => ({
    ...ofTwo(
      `${name}, repeating axes`,
      [
        [1, 3],
        [2, 1],
      ],
      f,
    ),
    value: halves,
  })),
  ofX("numbers on either side", [3], (x) => c.sub(1, c.div(c.mul(x, 3), 7))),
  ofX("a row of constants", [3], (x) => c.mul(c.add(x, constants), constants)),
  ofX("a row repeated for all events", [3], (x) => c.broadcastTo(constants, x.shape)),
  ofX("a number for all events", [3], (x) => c.broadcastTo(c.constant(2.5), x.shape)),
  ofX("comparisons of rows with a number repeated first", [3], (x) =>
    c.add(c.broadcastTo(c.constant(1, [1, 1]), x.shape), c.constant(2, [1, 3])),
  ),
  ofX("select", [2, 3], (x) => c.select(c.less(x, 0), c.mul(3, x), constants)),
  ofX("select of numbers", [3], (x) => c.select(c.sub(x, 0.5), 1, c.constant(0)), halves),
  ofX("stop", [3], (x) => c.mul(x, c.stopGradient(x))),
  ofX("transpose", [2, 3], (x) => c.transpose(x, [2, 0, 1])),
  ofX("reshape", [2, 6], (x) => c.reshape(x, [-1, 3, 4])),
  ofX("reshape of nothing", [0, 2], (x) => c.reshape(x, [x.shape[0]!, 2, 0])),
  ofX("sum of nothing", [0, 2], (x) => c.sum(x, { axis: 1 })),
  ofX("reshape with events inside another axis", [2, 3], (x) => c.reshape(x, [2 * x.shape[0]!, 3])),
  ofX("reshape with events in two places", [2], (x) => c.matmul(x, x, { transposeB: true })),
  ofX("all pairs of events", [2], (x) => c.sub(c.reshape(x, [x.shape[0]!, 1, 2]), c.reshape(x, [1, x.shape[0]!, 2]))),
  ofX("slice", [4, 5], (x) => c.slice(x, [0, 1, 2], [x.shape[0]!, 2, 3])),
  ofX("the last event behind another", [4], (x) => c.sliceAxis(c.pad(x, [1, 0], [0, 0]), 0, { start: x.shape[0]!, end: x.shape[0]! + 1 })),
  ofX("pad", [2, 3], (x) => c.pad(x, [0, 1, 0], [0, 2, 3])),
  ofX("pad events", [2], (x) => c.pad(x, [1, 0], [2, 0])),
  ofX("concatenate events", [3], (x) => c.concatenate([x, c.constant([1, 2, 3], [1, 3]), x], 0)),
  ofTwo("concatenate", [[2], [3]], (a, b) => c.concatenate([a, b, a])),
  ofX("sum", [2, 3], (x) => c.sum(x, { axis: [1, 2] })),
  ofX("sum of all", [2, 3], (x) => c.sum(x)),
  ofX("mean over events", [3], (x) => c.mean(x, { axis: 0 })),
  ofX("mean of all", [3], (x) => c.mean(x)),
  ofX("variance over events", [3], (x) => c.variance(x, { axis: 0 })),
  ofX("maximum", [2, 3], (x) => c.maximum(x, { axis: 1, keepAxes: true })),
  ofX(
    "softmax",
    [5],
    (x) => c.softmax(x),
    (x) => 20 * x,
  ),
  ofX(
    "logSoftmax",
    [5],
    (x) => c.logSoftmax(x),
    (x) => 20 * x,
  ),
  ofX("logSumExp over events", [5], (x) => c.logSumExp(x, { axis: 0 })),
  ofX("cumulativeSum", [2, 5], (x) => c.cumulativeSum(x)),
  ofX("cumulativeSum in reverse", [5], (x) => c.cumulativeSum(x, { reverse: true })),
  ...[0, 1, 2, 3].map((bits) => {
    const [transposeA, transposeB] = [bits % 2 === 1, bits > 1];
    const shapes = [transposeA ? [4, 3] : [3, 4], transposeB ? [5, 4] : [4, 5]] as const;
    return ofTwo(`matmul ${transposeA ? "A'" : "A"} ${transposeB ? "B'" : "B"}`, shapes, (a, b) =>
      c.matmul(a, b, { transposeA, transposeB }),
    );
  }),
  ofX("gather", [2, 6], (x) => c.gather(c.add(c.constant([5, 6, 7, 8]), c.broadcastTo(c.constant(0), [x.shape[0]!, 2, 4])), x), index),
  ofX("scatter", [2, 6], (x) => c.scatter(c.broadcastTo(c.constant([1, 2, 4, 8, 16, 32]), x.shape), x, 4), index),
  ofX("oneHot", [], (x) => c.oneHot(x, 3), index),
];

const windows: readonly c.WindowOptions[] = [{}, { stride: 2, padding: 1 }, { stride: [1, 3], padding: "same" }, { stride: 2 }];
const told = ({ stride = 1, padding = 0 }: c.WindowOptions) => `stride ${stride}, padding ${padding}`;

/** Windows over images, with the operations that only gradients bring. */
export const WINDOWS: readonly OnnxCase[] = windows.flatMap((window) => {
  const filter = c.variable("filter", [3, 2, 2, 3]);
  const convolved: OnnxCase = {
    ...ofX(`convolution, ${told(window)}`, [6, 7, 2], (x) => c.convolution(x, filter.tensor, window)),
    layer: { variables: [filter], state: [], apply: (x) => x },
  };
  const byFilter: OnnxCase = {
    ...convolved,
    name: `convolution by its filter, ${told(window)}`,
    trace: ({ x }) => ({ slope: c.grad(c.sum(c.tanh(c.convolution(x!, filter.tensor, window))), filter.tensor) }),
  };
  const pools = [
    ofX(`maxPool, ${told(window)}`, [6, 7, 2], (x) => c.maxPool(x, [3, 2], window)),
    ofX(`averagePool, ${told(window)}`, [6, 7, 2], (x) => c.averagePool(x, [3, 2], window)),
  ];
  return [convolved, byFilter, ...pools, ...[convolved, ...pools].map(twice)];
});

const K = key(11);
const mlps = (["tanh", "relu", "silu", "gelu", "elu", "leakyRelu", "softplus"] as const).map((activation) =>
  ofLayer(`MLP with ${activation}`, [3], nn.mlp({ inputs: 3, hidden: [20, 20], outputs: 2, activation }, K)),
);
const cnn = nn.sequential([
  nn.convolutionLayer({ inputs: 1, outputs: 4, size: 3, padding: 1 }, fold(K, 1)),
  c.relu,
  (x) => c.maxPool(x, 2),
  nn.convolutionLayer({ inputs: 4, outputs: 6, size: 3 }, fold(K, 2)),
  c.relu,
  nn.flatten,
  nn.linear({ inputs: 96, outputs: 3 }, fold(K, 3)),
]);
const stem = nn.sequential([
  nn.convolutionLayer({ inputs: 1, outputs: 4, size: 7, stride: 2, padding: 3, bias: false }, fold(K, 4)),
  nn.batchNormLayer({ channels: 4 }),
  c.relu,
  (x) => c.maxPool(x, 3, { stride: 2, padding: 1 }),
  nn.residualBlock({ inputs: 4, outputs: 4 }, fold(K, 5)),
  (x) => c.mean(x, { axis: [1, 2] }),
]);
const ratio = nn.mlp({ inputs: 5, hidden: [20], outputs: 1, activation: "tanh" }, K);
const knots = nn.mlp({ inputs: 2, hidden: [16], outputs: 29, activation: "silu" }, K);

/** Networks as people export them. */
export const NETWORKS: readonly OnnxCase[] = [
  ...mlps,
  ofLayer("residual MLP with normalisation", [3], nn.residualMlp({ inputs: 3, width: 16, blocks: 2, outputs: 2, normalise: true }, K)),
  ofLayer("CNN", [12, 12, 1], cnn),
  ofLayer("ResNet block", [8, 8, 3], nn.residualBlock({ inputs: 3, outputs: 6, stride: 2 }, K)),
  ofLayer("stem, ResNet block and mean over the image", [16, 16, 1], stem),
  {
    name: "log ratio and its score, standardised and concatenated",
    inputs: { x: [3], theta: [2] },
    layer: ratio,
    trace: ({ x, theta }) => {
      const standard = c.div(c.sub(x!, c.constant([0.1, 0.2, 0.3])), c.constant([1.5, 2, 0.5]));
      const logRatio = c.reshape(ratio.apply(c.concatenate([standard, theta!])), [-1]);
      return { logRatio, score: c.grad(c.sum(logRatio), theta!) };
    },
  },
  {
    name: "rational-quadratic spline, conditional",
    inputs: { x: [1], context: [2] },
    layer: knots,
    trace: ({ x, context }) => {
      const { y, logSlope } = c.rationalQuadraticSpline(x!, c.reshape(knots.apply(context!), [-1, 1, 29]));
      return { y, logSlope };
    },
  },
  ...mlps.filter(({ name }) => /tanh|silu|gelu/.test(name)).map(twice),
];
