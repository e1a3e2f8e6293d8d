import { expect } from "vitest";
import type { Backend } from "../../src/compute/backends/backend.js";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import type { Tensor } from "../../src/compute/index.js";
import * as compute from "../../src/compute/index.js";
import { program, type Values } from "../../src/compute/program.js";
import { close } from "./agreement.js";

const { abs, erf, exp, floor, gelu, log, neg, reciprocal, relu, sigmoid, sign, softplus, sqrt, square, tanh } = compute;
const { add, div, equal, greater, greaterEqual, less, lessEqual, max, min, mul, sub } = compute;

const VALUES = [0, 1, -1, 0.5, -2.5, 1e-6, -1e-6, 20, -20, 87, -87, 89, 1e4, -1e4, 1e30, -1e30, Infinity, -Infinity, NaN];

export const SPECIAL_UNARY: Record<string, (a: Tensor) => Tensor> = {
  ...{ abs, erf, exp, floor, gelu, log, neg, reciprocal, relu, sigmoid, sign, softplus, sqrt, square, tanh },
  "maximum of a row": (a) =>
    compute.maximum(compute.concatenate([compute.reshape(a, [-1, 1]), compute.broadcastTo(compute.constant(0.25), [a.shape[0]!, 2])]), {
      axis: -1,
    }),
  "sum of a row": (a) =>
    compute.sum(compute.concatenate([compute.reshape(a, [-1, 1]), compute.broadcastTo(compute.constant(0.25), [a.shape[0]!, 2])]), {
      axis: -1,
    }),
  select: (a) => compute.select(a, 1, 2),
  "select away": (a) => compute.select(compute.less(0, a), compute.log(a), -1),
};

export const SPECIAL_BINARY: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
  ...{ add, div, equal, greater, greaterEqual, less, lessEqual, max, min, mul, sub },
  "logSumExp of two": (a, b) =>
    compute.logSumExp(compute.concatenate([compute.reshape(a, [-1, 1]), compute.reshape(b, [-1, 1])]), { axis: -1 }),
};

/** One value of every pair that there is. */
const PAIRS = VALUES.flatMap((a) => VALUES.map((b) => [a, b] as const));

/** Where a 1 takes part in the sum, so that only the distance to it counts. */
const ABSOLUTE = new Set<string>(["erf", "gelu", "logSumExp of two", "softplus"]);

export function expectSpecialUnary(backend: Backend, name: string): void {
  expectSame(backend, { name, given: [VALUES, VALUES], build: (a) => SPECIAL_UNARY[name]!(a) });
}

export function expectSpecialBinary(backend: Backend, name: string): void {
  expectSame(backend, { name, given: [PAIRS.map(([a]) => a), PAIRS.map(([, b]) => b)], build: SPECIAL_BINARY[name]! });
}

interface Special {
  readonly name: string;
  readonly given: readonly [readonly number[], readonly number[]];
  build(a: Tensor, b: Tensor): Tensor;
}

function expectSame(backend: Backend, { name, given: [a, b], build }: Special): void {
  const rounded = (values: readonly number[]): Values => ({ shape: [values.length], values: values.map(Math.fround) });
  const [expected, actual] = [referenceBackend(), backend].map(
    (one) =>
      program(one, ["a", "b"], (inputs) => ({ outputs: { result: build(inputs.a, inputs.b) } })).run({ a: rounded(a), b: rounded(b) })
        .result,
  );
  expected!.forEach((x, i) => {
    const allowed = 1e-5 * Math.abs(x) + (ABSOLUTE.has(name) ? 1e-6 : 1e-37);
    expect(close(x, actual![i]!, allowed) || `of ${a[i]}, ${b[i]}: ${actual![i]} instead of ${x}`).toBe(true);
  });
}
