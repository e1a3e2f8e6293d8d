import { describe, expect, it } from "vitest";
import * as c from "../../src/compute/index.js";
import { DomainError, type GaltonError, ShapeError } from "../../src/errors.js";

const t = (...shape: number[]) => c.input("t", shape);

/** What is done, what the message begins with, and the shapes that it must name. */
type Refusal = readonly [does: () => unknown, begins: string, ...shapes: string[]];

const BINARY = { add: c.add, div: c.div, equal: c.equal, greater: c.greater, greaterEqual: c.greaterEqual };
const MORE = { less: c.less, lessEqual: c.lessEqual, max: c.max, min: c.min, mul: c.mul, sub: c.sub };
const REDUCTIONS = { logSumExp: c.logSumExp, maximum: c.maximum, mean: c.mean, sum: c.sum, variance: c.variance };

// biome-ignore format: one refusal a line
const SHAPES: readonly Refusal[] = [
  ...Object.entries({ ...BINARY, ...MORE }).map(([name, fn]): Refusal => [() => fn(t(2, 3), t(2)), `${name}: b`, "[2, 3]", "[2]"]),
  [() => c.add(t(2), c.constant(0, [3])), "add: b", "[2]", "[3]"],
  [() => c.mul(c.constant(1, [4]), t(2, 3)), "mul: b", "[4]", "[2, 3]"],
  [() => c.select(t(2), t(3), 0), "select: b", "[2]", "[3]"],
  [() => c.select(1, t(2, 2), t(3)), "select: b", "[2, 2]", "[3]"],
  ...Object.entries(REDUCTIONS).map(([name, fn]): Refusal => [() => fn(t(2, 3), { axis: 2 }), `${name}: axis`, "[2]", "from -2 to 1"]),
  [() => c.softmax(t(2, 3), -3), "softmax: axis", "[-3]", "from -2 to 1"],
  [() => c.logSoftmax(t(2, 3), 0.5), "logSoftmax: axis", "[0.5]", "from -2 to 1"],
  [() => c.broadcastTo(t(2, 3), [2, 4]), "broadcastTo: a", "[2, 3]", "[2, 4]"],
  [() => c.broadcastTo(t(2, 3), [3]), "broadcastTo: a", "[2, 3]", "[3]"],
  [() => c.reshape(t(2, 3), [4]), "reshape: a", "[2, 3]", "[4]"],
  [() => c.reshape(t(2, 3), [-1, 4]), "reshape: a", "[2, 3]", "[-1, 4]"],
  [() => c.transpose(t(2, 3), [0, 0]), "transpose: permutation", "[0, 0]", "[2, 3]"],
  [() => c.slice(t(2, 3), [1, 0], [2, 3]), "slice: a", "[2, 3]", "starts [1, 0]", "sizes [2, 3]"],
  [() => c.slice(t(2, 3), [0], [1]), "slice: a", "[2, 3]", "starts [0]"],
  [() => c.slice(t(2), [0.5], [1]), "slice: a", "[2]", "starts [0.5]"],
  [() => c.sliceAxis(t(2, 3), 2, { start: 0, end: 1 }), "sliceAxis: axis", "[2]", "from -2 to 1"],
  [() => c.sliceAxis(t(2, 3), 1, { start: 1, end: 4 }), "slice: a", "[2, 3]", "sizes [2, 3]"],
  [() => c.pad(t(2, 3), [1], [1]), "pad: before", "[1]", "[2, 3]"],
  [() => c.pad(t(2), [-1], [1]), "pad: before", "[-1]", "[2]"],
  [() => c.concatenate([t(2, 3), t(3, 3)]), "concatenate: parts[1]", "[3, 3]", "[2, 3]", "axis 1"],
  [() => c.concatenate([]), "concatenate: parts", "[0]"],
  [() => c.concatenate([t(2)], 1), "concatenate: axis", "[1]", "from -1 to 0"],
  [() => c.matmul(t(2, 3), t(2, 3)), "matmul: b", "[2, 3]", "a [2, 3]"],
  [() => c.matmul(t(2, 3), t(4, 3), { transposeA: true, transposeB: true }), "matmul: b", "[4, 3]", "a [2, 3]", "a and b transposed"],
  [() => c.matmul(t(2), t(2, 3)), "matmul: a", "[2]", "[..., M, K]"],
  [() => c.matmul(t(2, 2), t(2)), "matmul: b", "[2]", "[..., K, N]"],
  [() => c.matmul(t(4, 2, 3), t(5, 3, 2)), "matmul: b", "[5, 3, 2]", "[4, 2, 3]"],
  [() => c.matmul(t(4, 2, 3), t(2, 3), { transposeA: true }), "matmul: b", "[2, 3]", "[4, 2, 3]"],
  [() => c.gather(t(2, 3), t(3, 1)), "gather: index", "[3, 1]", "[2, 3]"],
  [() => c.gather(t(), t()), "gather: index", "[]"],
  [() => c.gather(t(2, 0), t(2, 1)), "gather: values", "[2, 0]", "at least 1"],
  [() => c.scatter(t(2, 3), t(2, 2), 4), "scatter: index", "[2, 2]", "[2, 3]"],
  [() => c.scatter(t(), t(), 4), "scatter: values", "[]", "[..., M]"],
  [() => c.searchSorted(t(2, 3), t(3, 3)), "searchSorted: values", "[3, 3]", "[2, 3]"],
  [() => c.convolution(t(2, 5, 5), t(3, 3, 1, 1)), "convolution: image", "[2, 5, 5]", "[N, H, W, C]"],
  [() => c.convolution(t(2, 5, 5, 2), t(3, 3, 1, 1)), "convolution: filter", "[3, 3, 1, 1]", "[2, 5, 5, 2]"],
  [() => c.convolution(t(1, 2, 5, 1), t(3, 3, 1, 1)), "convolution: image", "[1, 2, 5, 1]", "[3, 3]"],
  [() => c.maxPool(t(5, 5, 1), 2), "maxPool: image", "[5, 5, 1]", "[N, H, W, C]"],
  [() => c.maxPool(t(1, 2, 2, 1), 3), "maxPool: image", "[1, 2, 2, 1]", "[3, 3]"],
  [() => c.averagePool(t(1, 2, 2, 1), [3, 1]), "averagePool: image", "[1, 2, 2, 1]", "[3, 1]"],
  [() => c.batchNorm(t(4, 3), c.batchMoments(t(4, 3)), { scale: t(2), shift: t(3) }), "div: b", "[2]", "[3]"],
  [() => c.randomUniform(t(2), { shape: [3], stream: 0 }), "randomUniform: key", "[2]", "[4]"],
  [() => c.randomNormal(t(4, 1), { shape: [3], stream: 0 }), "randomNormal: key", "[4, 1]", "[4]"],
  [() => c.grad(t(2), t(2)), "grad: of", "[2]", "[]"],
  [() => c.vectorJacobian(t(2), t(3), []), "vectorJacobian: seed", "[3]", "[2]"],
  [() => c.constant([1, 2], [3]), "constant: values", "[2]", "[3]"],
  [() => c.variable("w", [2, 2], [1]), "variable: initial of w", "[1]", "4 numbers"],
];

// biome-ignore format: one refusal a line
const DOMAINS: readonly Refusal[] = [
  [() => c.input("x", [-1]), "input: shape of x"],
  [() => c.variable("w", [1.5]), "variable: shape of w"],
  [() => c.scatter(t(2), t(2), 0), "scatter: length"],
  [() => c.convolution(t(1, 5, 5, 1), t(3, 3, 1, 1), { stride: 0 }), "convolution: stride"],
  [() => c.convolution(t(1, 5, 5, 1), t(0, 3, 1, 1)), "convolution: size"],
  [() => c.convolution(t(1, 5, 5, 1), t(3, 3, 1, 1), { padding: -1 }), "convolution: padding"],
  [() => c.maxPool(t(1, 5, 5, 1), 2, { padding: 2 }), "maxPool: padding"],
  [() => c.averagePool(t(1, 5, 5, 1), 0), "averagePool: size"],
  [() => c.dropout(t(2), t(4), { rate: 1, stream: 0 }), "dropout: rate"],
  [() => c.randomUniform(t(4), { shape: [1], stream: 2 ** 31 }), "randomUniform: stream"],
];

function thrownBy(does: () => unknown): GaltonError {
  try {
    does();
  } catch (error) {
    return error as GaltonError;
  }
  throw new Error("nothing was refused");
}

describe("operations refuse shapes that do not fit", () => {
  it.each(SHAPES.map((refusal) => ({ name: refusal[1], refusal })))("$name", ({ refusal: [does, begins, ...shapes] }) => {
    const error = thrownBy(does);
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.message.startsWith(`${begins} `), error.message).toBe(true);
    for (const shape of shapes) expect(error.message).toContain(shape);
    expect(error.message).toMatch(/\(at .*refusals\.test\.ts:\d+:\d+\)$/);
  });
});

describe("operations refuse numbers out of their range", () => {
  it.each(DOMAINS.map((refusal) => ({ name: refusal[1], refusal })))("$name", ({ refusal: [does, begins] }) => {
    const error = thrownBy(does);
    expect(error).toBeInstanceOf(DomainError);
    expect(error.message.startsWith(`${begins} `), error.message).toBe(true);
  });
});
