import { describe, expect, it } from "vitest";
import type { Tensor } from "../../src/compute/index.js";
import * as c from "../../src/compute/index.js";
import { computeOne } from "./compute-one.js";
import { fromNested, type Nested } from "./nested.js";

const { E, SQRT1_2 } = Math;

interface Example {
  readonly of: string;
  readonly build: (...inputs: Tensor[]) => Tensor;
  readonly given: readonly Nested[];
  readonly gives: Nested;
}

const example = (of: string, build: (...inputs: Tensor[]) => Tensor, given: readonly Nested[], gives: Nested): Example => ({
  of,
  build,
  given,
  gives,
});

// biome-ignore format: one example a line
const ELEMENTWISE = [
  example("abs", c.abs, [[-2, 0, 3]], [2, 0, 3]),
  example("erf", c.erf, [[0, 1, -2]], [0, 0.8427007929497149, -0.9953222650189527]),
  example("exp", c.exp, [[0, 1, -Infinity]], [1, E, 0]),
  example("floor", c.floor, [[-1.5, 1.5, 2]], [-2, 1, 2]),
  example("gelu", c.gelu, [[0, 1]], [0, 0.8413447460685429]),
  example("log", c.log, [[1, E, 0, -1]], [0, 1, -Infinity, NaN]),
  example("neg", c.neg, [[1, -2]], [-1, 2]),
  example("reciprocal", c.reciprocal, [[2, -4]], [0.5, -0.25]),
  example("relu", c.relu, [[-1, 0, 2, NaN]], [0, 0, 2, NaN]),
  example("sigmoid", c.sigmoid, [[0, Math.log(3), -1000, 1000]], [0.5, 0.75, 0, 1]),
  example("sign", c.sign, [[-3, 0, 5]], [-1, 0, 1]),
  example("softplus", c.softplus, [[0, 1000, -1000]], [Math.log(2), 1000, 0]),
  example("sqrt", c.sqrt, [[4, 2, -1]], [2, 2 * SQRT1_2, NaN]),
  example("square", c.square, [[-3, 0.5]], [9, 0.25]),
  example("tanh", c.tanh, [[0, Math.log(2), 1000]], [0, 0.6, 1]),
  example("add", c.add, [[[1], [2]], [10, 20]], [[11, 21], [12, 22]]),
  example("sub", c.sub, [[5, 6], 2], [3, 4]),
  example("mul", c.mul, [[[1, 2], [3, 4]], [10, 100]], [[10, 200], [30, 400]]),
  example("div", c.div, [[1, -1, 0], [2, 0, 0]], [0.5, -Infinity, NaN]),
  example("min", c.min, [[1, 5, NaN, 1], [2, 3, 1, NaN]], [1, 3, NaN, NaN]),
  example("max", c.max, [[1, 5, NaN, 1], [2, 3, 1, NaN]], [2, 5, NaN, NaN]),
  example("less", c.less, [[1, 2, 3, NaN], 2], [1, 0, 0, 0]),
  example("lessEqual", c.lessEqual, [[1, 2, 3, NaN], 2], [1, 1, 0, 0]),
  example("greater", c.greater, [[1, 2, 3, NaN], 2], [0, 0, 1, 0]),
  example("greaterEqual", c.greaterEqual, [[1, 2, 3, NaN], 2], [0, 1, 1, 0]),
  example("equal", c.equal, [[1, 2, 3, NaN], [2, 2, 2, NaN]], [0, 1, 0, 0]),
  example("select", c.select, [[1, 0, -1, NaN], [1, 2, 3, 4], -5], [1, -5, 3, 4]),
  example("stopGradient", c.stopGradient as (a?: Tensor) => Tensor, [[1, 2]], [1, 2]),
  example("zerosLike", c.zerosLike as (a?: Tensor) => Tensor, [[[1, 2]]], [[0, 0]]),
];

const M = [
  [1, 2, 3],
  [4, 5, 6],
];

// biome-ignore format: one example a line
const REDUCTION = [
  example("sum of all", (a) => c.sum(a!), [M], 21),
  example("sum over 0", (a) => c.sum(a!, { axis: 0 }), [M], [5, 7, 9]),
  example("sum over -1, axes kept", (a) => c.sum(a!, { axis: -1, keepAxes: true }), [M], [[6], [15]]),
  example("sum over nothing", (a) => c.sum(a!, { axis: 1 }), [[[], []]], [0, 0]),
  example("maximum over 1", (a) => c.maximum(a!, { axis: 1 }), [[[1, 7, 3], [-4, -5, -6]]], [7, -4]),
  example("maximum of NaN", (a) => c.maximum(a!), [[1, NaN, 3]], NaN),
  example("maximum over nothing", (a) => c.maximum(a!, { axis: 1 }), [[[]]], [-Infinity]),
  example("mean over [0, 1]", (a) => c.mean(a!, { axis: [0, 1] }), [M], 3.5),
  example("variance over 1", (a) => c.variance(a!, { axis: 1 }), [M], [2 / 3, 2 / 3]),
  example("logSumExp", (a) => c.logSumExp(a!), [[Math.log(1), Math.log(2), Math.log(5)]], Math.log(8)),
  example("logSumExp of large numbers", (a) => c.logSumExp(a!, { axis: -1 }), [[[1000, 1000], [-1000, -1000]]], [1000 + Math.log(2), -1000 + Math.log(2)]),
  example("logSumExp of -Infinity alone", (a) => c.logSumExp(a!), [[-Infinity, -Infinity]], -Infinity),
  example("logSumExp over nothing", (a) => c.logSumExp(a!), [[]], -Infinity),
  example("softmax", (a) => c.softmax(a!), [[Math.log(1), Math.log(3)]], [0.25, 0.75]),
  example("softmax over 0", (a) => c.softmax(a!, 0), [[[0, 1000], [0, 0]]], [[0.5, 1], [0.5, 0]]),
  example("logSoftmax", (a) => c.logSoftmax(a!), [[Math.log(1), Math.log(3)]], [Math.log(0.25), Math.log(0.75)]),
  example("cumulativeSum", (a) => c.cumulativeSum(a!), [M], [[1, 3, 6], [4, 9, 15]]),
  example("cumulativeSum from the end", (a) => c.cumulativeSum(a!, { reverse: true }), [M], [[6, 5, 3], [15, 11, 6]]),
];

// biome-ignore format: one example a line
const NORMALISATION = [
  example("batchMoments", (a) => c.concatenate(Object.values(c.batchMoments(a!))), [[[[1, 5]], [[3, 5]]]], [2, 5, 1, 0]),
  example("batchNorm", (a, s) => c.batchNorm(a!, { mean: c.constant([2]), variance: c.constant([1]) }, { scale: s!, shift: c.constant([5]), epsilon: 3 }), [[[1], [3]], [4]], [[3], [7]]),
];

// biome-ignore format: one example a line
const LAYOUT = [
  example("broadcastTo", (a) => c.broadcastTo(a!, [2, 2, 2]), [[[1], [2]]], [[[1, 1], [2, 2]], [[1, 1], [2, 2]]]),
  example("reshape", (a) => c.reshape(a!, [3, -1]), [M], [[1, 2], [3, 4], [5, 6]]),
  example("transpose", (a) => c.transpose(a!), [M], [[1, 4], [2, 5], [3, 6]]),
  example("transpose of three axes", (a) => c.transpose(a!, [2, 0, 1]), [[M]], [[[1, 4]], [[2, 5]], [[3, 6]]]),
  example("slice", (a) => c.slice(a!, [0, 1], [2, 1]), [M], [[2], [5]]),
  example("sliceAxis", (a) => c.sliceAxis(a!, -1, { start: 1, end: 3 }), [M], [[2, 3], [5, 6]]),
  example("pad", (a) => c.pad(a!, [1, 0], [0, 2]), [[[1]]], [[0, 0, 0], [1, 0, 0]]),
  example("concatenate along 0", (a, b) => c.concatenate([a!, b!], 0), [[[1, 2]], [[3, 4], [5, 6]]], [[1, 2], [3, 4], [5, 6]]),
  example("concatenate along -1", (a, b) => c.concatenate([a!, b!]), [[[1], [2]], [[3, 4], [5, 6]]], [[1, 3, 4], [2, 5, 6]]),
  example("gather", (a, i) => c.gather(a!, i!), [M, [[2, 0], [1, 1]]], [[3, 1], [5, 5]]),
  example("gather beyond the ends", (a, i) => c.gather(a!, i!), [[10, 20, 30], [-1, 3, 1.9, NaN]], [10, 30, 20, 10]),
  example("scatter", (a, i) => c.scatter(a!, i!, 4), [M, [[2, 0, 2], [1, 1, 1]]], [[2, 0, 4, 0], [0, 15, 0, 0]]),
  example("oneHot", (i) => c.oneHot(i!, 3), [[1, 0, 5]], [[0, 1, 0], [1, 0, 0], [0, 0, 0]]),
  example("searchSorted", (e, v) => c.searchSorted(e!, v!), [[0, 1, 2], [-0.5, 0, 0.5, 2, 3]], [0, 1, 1, 3, 3]),
];

const A = [
  [1, 2],
  [3, 4],
];
const B = [
  [5, 6],
  [7, 8],
];

// biome-ignore format: one example a line
const PRODUCT = [
  example("matmul", (a, b) => c.matmul(a!, b!), [A, B], [[19, 22], [43, 50]]),
  example("matmul a^T b", (a, b) => c.matmul(a!, b!, { transposeA: true }), [A, B], [[26, 30], [38, 44]]),
  example("matmul a b^T", (a, b) => c.matmul(a!, b!, { transposeB: true }), [A, B], [[17, 23], [39, 53]]),
  example("matmul a^T b^T", (a, b) => c.matmul(a!, b!, { transposeA: true, transposeB: true }), [A, B], [[23, 31], [34, 46]]),
  example("matmul of a batch", (a, b) => c.matmul(a!, b!), [[A, B], [B, A]], [[[19, 22], [43, 50]], [[23, 34], [31, 46]]]),
  example("matmul of a batch with one matrix", (a, b) => c.matmul(a!, b!), [[A, B], [[1], [10]]], [[[21], [43]], [[65], [87]]]),
  example("matmul summed over nothing", (a, b) => c.matmul(c.reshape(a!, [2, 0]), c.reshape(b!, [0, 1])), [[], []], [[0], [0]]),
];

const row = (...values: number[]): Nested => [[values.map((x) => [x])]];
const image = [
  [
    [[1], [2], [3]],
    [[4], [5], [6]],
    [[7], [8], [9]],
  ],
];
const square = [
  [[[1]], [[2]]],
  [[[3]], [[4]]],
];

// biome-ignore format: one example a line
const WINDOW = [
  example("convolution", (a, f) => c.convolution(a!, f!), [image, square], [[[[37], [47]], [[67], [77]]]]),
  example("convolution, padded", (a, f) => c.convolution(a!, f!, { padding: 1, stride: 3 }), [image, square], [[[[4], [9]], [[14], [9]]]]),
  example("convolution, same", (a, f) => c.convolution(a!, f!, { padding: "same", stride: 2 }), [image, square], [[[[37], [21]], [[23], [9]]]]),
  example("convolution of channels", (a, f) => c.convolution(a!, f!), [[[[[1, 2]]]], [[[[1, 10, 100], [2, 20, 200]]]]], [[[[5, 50, 500]]]]),
  example("convolution, unequal strides", (a, f) => c.convolution(a!, f!, { stride: [2, 1] }), [image, [[[[1]]]]], [[[[1], [2], [3]], [[7], [8], [9]]]]),
  example("maxPool", (a) => c.maxPool(a!, [1, 2]), [row(3, 1, -4, -2, 9)], row(3, -2)),
  example("maxPool, padding is nothing", (a) => c.maxPool(a!, [1, 3], { padding: "same", stride: 1 }), [row(-3, -1, -4)], row(-1, -1, -1)),
  example("maxPool of NaN", (a) => c.maxPool(a!, [1, 2]), [row(3, NaN, NaN, 1)], row(NaN, NaN)),
  example("averagePool", (a) => c.averagePool(a!, 2, { stride: 1 }), [image], [[[[3], [4]], [[6], [7]]]]),
  example("averagePool, padding is zeros", (a) => c.averagePool(a!, [1, 3], { padding: "same", stride: 1 }), [row(3, 6, 9)], row(3, 6, 5)),
];

describe("the reference backend gives the numbers worked out by hand", () => {
  it.each([...ELEMENTWISE, ...REDUCTION, ...NORMALISATION, ...LAYOUT, ...PRODUCT, ...WINDOW])("$of", ({ build, given, gives }) => {
    const found = fromNested(computeOne(build, given));
    const expected = fromNested(gives);
    expect(found.shape).toEqual(expected.shape);
    expected.values.forEach((x, i) => {
      // What numerics/special promises for erf; all others take fewer roundings.
      if (Number.isFinite(x)) expect(Math.abs(found.values[i]! - x)).toBeLessThanOrEqual(2e-15 * Math.max(1, Math.abs(x)));
      else expect(found.values[i]).toBe(x);
    });
  });
});

/** Gradient of the sum of what is built. */
const at = (build: (a: Tensor) => Tensor) => (a?: Tensor) => c.grad(c.sum(build(a!)), a!);

// biome-ignore format: one example a line
const CHOSEN = [
  example("abs, 0 at 0", at(c.abs), [[-2, 0, 2]], [-1, 0, 1]),
  example("relu, 0 at 0", at(c.relu), [[-2, 0, 2]], [0, 0, 1]),
  example("sign and floor, 0", at((a) => c.add(c.sign(a), c.floor(a))), [[-2, 0.5]], [0, 0]),
  example("comparisons, 0", at((a) => c.mul(c.less(a, 1), c.equal(a, 2))), [[0, 2]], [0, 0]),
  example("max passes to the first of equals", (a, b) => c.grad(c.sum(c.max(a!, b!)), a!), [[1, 2, 3], [2, 2, 2]], [0, 1, 1]),
  example("max passes nothing to the second of equals", (a, b) => c.grad(c.sum(c.max(a!, b!)), b!), [[1, 2, 3], [2, 2, 2]], [1, 0, 0]),
  example("min passes to the first of equals", (a, b) => c.grad(c.sum(c.min(a!, b!)), a!), [[1, 2, 3], [2, 2, 2]], [1, 1, 0]),
  example("maximum shares among equals", at((a) => c.maximum(a)), [[3, 1, 3]], [0.5, 0, 0.5]),
  example("maxPool passes to the first of equals", at((a) => c.maxPool(a, [1, 3])), [row(1, 4, 4)], row(0, 1, 0)),
  example("stopGradient lets the other factor through", at((a) => c.mul(c.stopGradient(c.square(a)), a)), [[3]], [9]),
  example("select keeps NaN of the other side out", at((a) => c.select(c.less(0, a), c.log(c.max(a, 1e-9)), 0)), [[-1, 2]], [0, 0.5]),
  example("gather to an index, none", (a, i) => c.grad(c.sum(c.gather(a!, i!)), i!), [[5, 6], [0, 1, 1]], [0, 0, 0]),
  example("what it does not depend on, 0", (a, b) => c.grad(c.sum(a!), b!), [[1], [2, 3]], [0, 0]),
  example("itself, 1", (a) => c.grad(c.sum(a!), a!), [[1, 2]], [1, 1]),
  example("a value used twice, the sum", (a) => c.grad(c.sum(c.add(c.mul(a!, a!), a!)), a!), [[3, 4]], [7, 9]),
  example("the same half twice, the sum", at((a) => c.mul(c.slice(a, [1], [1]), c.slice(a, [1], [1]))), [[3, 4]], [0, 8]),
  example("an intermediate value", (a) => { const b = c.mul(a!, 2); return c.grad(c.sum(c.square(b)), b); }, [[3, 4]], [12, 16]),
  example("vectorJacobian", (a, v) => c.vectorJacobian(c.square(a!), v!, [a!])[0]!, [[3, 4], [1, 10]], [6, 80]),
];

describe("gradients that are chosen where there is no derivative", () => {
  it.each(CHOSEN)("$of", ({ build, given, gives }) => {
    expect(computeOne(build, given)).toEqual(gives);
  });
});
