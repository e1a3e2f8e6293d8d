import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import type { NonFinite, Tensor } from "../../src/compute/index.js";
import * as c from "../../src/compute/index.js";

/** Where the first number that is not finite came from, when x is given these values. */
function culprit(values: readonly number[], build: (x: Tensor) => Tensor, shape = [values.length]): NonFinite | undefined {
  const made = c.program(referenceBackend(), ["x"], ({ x }) => ({ outputs: { loss: build(x) } }));
  return made.firstNonFinite({ x: { shape, values } });
}

describe("the first number that is not finite", () => {
  it("is none when all is finite", () => {
    expect(culprit([1, 2], (x) => c.sum(c.log(x)))).toBeUndefined();
  });

  it("is told with its operation, place, inputs and the result it reached", () => {
    expect(culprit([1, 0, 3], (x) => c.mean(c.square(c.log(x))))).toEqual({
      operation: "log",
      shape: [3],
      index: [1],
      value: -Infinity,
      from: [0],
      result: 'the output "loss"',
      message: 'log gave -Infinity at [1] of its result [3], from 0; with it the output "loss" became Infinity',
    });
  });

  it("is found where an overflow became NaN later", () => {
    const found = culprit([1, 2, 100, 3], (x) => c.sum(c.softmax(c.div(c.exp(c.square(x)), c.sum(c.exp(c.square(x)))))), [2, 2]);
    expect(found).toMatchObject({ operation: "exp", index: [1, 0], value: Infinity, from: [1e4] });
    expect(found!.message).toContain('the output "loss" became NaN');
  });

  it("overflows in float32", () => {
    expect(culprit([60], (x) => c.sum(c.square(c.exp(x))))).toMatchObject({ operation: "square", value: Infinity });
  });

  it("is the product of 0 and Infinity in the gradient of a side that select left", () => {
    const found = culprit([0, 2], (x) => c.sum(c.grad(c.sum(c.select(c.less(0, x), c.sqrt(c.mul(x, c.less(0, x))), 0)), x)));
    expect(found).toMatchObject({ operation: "reciprocal", index: [0], value: Infinity, from: [0] });
  });

  it("is not an infinity meant so, nor one that select leaves", () => {
    const masked = (x: Tensor) => c.logSumExp(c.select(c.less(x, 0), -Infinity, x));
    expect(culprit([-1, 2], masked)).toBeUndefined();
    expect(culprit([-1, 0, 2], (x) => c.add(masked(x), c.sum(c.div(0, x))))).toMatchObject({
      operation: "div",
      index: [1],
      value: NaN,
      from: [0, 0],
    });
  });

  it("is followed to the side that select took, and an infinity not to the constant", () => {
    expect(culprit([-1], (x) => c.sum(c.select(c.less(x, 0), c.sqrt(x), c.div(x, 0))))).toMatchObject({ operation: "sqrt", from: [-1] });
    expect(culprit([1], (x) => c.sum(c.select(c.less(x, 0), c.sqrt(c.neg(x)), c.div(x, 0))))).toMatchObject({
      operation: "div",
      from: [1, 0],
    });
    expect(culprit([1], (x) => c.sum(c.add(x, -Infinity)))).toMatchObject({ operation: "add", from: [1, -Infinity] });
  });

  it("is followed through matrix products, windows and changes of place", () => {
    const found = culprit(
      [1, 2, 1e30, 3],
      (x) => {
        const squared = c.transpose(c.square(x));
        return c.sum(c.maxPool(c.reshape(c.matmul(squared, c.constant([1, 1, 1, 1], [2, 2])), [1, 2, 2, 1]), 2));
      },
      [2, 2],
    );
    expect(found).toMatchObject({ operation: "square", index: [1, 0], value: Infinity });
    expect(culprit([1e20, 1e20], (x) => c.sum(c.matmul(x, x, { transposeB: true })), [1, 2])).toMatchObject({
      operation: "matmul",
      from: [Math.fround(1e20), Math.fround(1e20)],
    });
  });

  it("is found inside fused kernels", () => {
    const kernel = { name: "logs", attributes: [], compose: ([a]: readonly Tensor[]) => c.sub(c.log(a!), 1) };
    expect(culprit([0, 1], (x) => c.sum(c.fused(kernel, [x])))).toMatchObject({ operation: "log", index: [0] });
  });

  it("is told when it was in the data, the variables, or on the way to an update", () => {
    expect(culprit([1, NaN], (x) => c.sum(c.tanh(x)))!.message).toBe(
      'the input "x" [2] holds NaN at [1]; with it the output "loss" became NaN',
    );
    const w = c.variable("w", [2], [1, 2]);
    const backend = referenceBackend();
    backend.write(w, [1, Infinity]);
    const step = c.program(backend, [], () => ({
      outputs: { one: c.sum(c.constant(1)) },
      updates: [{ variable: w, value: c.mul(2, w.tensor) }],
    }));
    expect(step.firstNonFinite({})).toMatchObject({ operation: "variable", label: "w", index: [1], result: 'the update of "w"' });
    const graph = { inputs: {}, outputs: { y: c.log(c.sub(w.tensor, 1)) }, updates: [] };
    expect(c.firstNonFinite(graph, { inputs: {} })).toMatchObject({ operation: "log", index: [0] });
  });
});
