import type { Shape, Tensor } from "../../../src/compute/index.js";
import * as compute from "../../../src/compute/index.js";
import type { Draw, Given } from "../draw.js";
import { type Case, distinct, ofOne, positive } from "./case.js";

const { erf, exp, gelu, neg, sigmoid, softplus, square, tanh, log, reciprocal, sqrt, abs, floor, relu, sign } = compute;
const { add, div, mul, sub, max, min, equal, greater, greaterEqual, less, lessEqual } = compute;
const SMOOTH = Object.entries({ erf, exp, gelu, neg, sigmoid, softplus, square, tanh });
const POSITIVE = Object.entries({ log, reciprocal, sqrt });
const KINKED = Object.entries({ abs, floor, relu, sign });
const BINARY = Object.entries({ add, div, mul, sub });
const EXTREMES = Object.entries({ max, min });
const COMPARISONS = Object.entries({ equal, greater, greaterEqual, less, lessEqual });

/** Shapes that broadcast with each other, made of two lengths. */
const PAIRS: Record<string, (m: number, n: number) => [Shape, Shape]> = {
  "[m, n] [m, n]": (m, n) => [
    [m, n],
    [m, n],
  ],
  "[m, n] [n]": (m, n) => [[m, n], [n]],
  "[n] [m, n]": (m, n) => [[n], [m, n]],
  "[m, 1] [1, n]": (m, n) => [
    [m, 1],
    [1, n],
  ],
  "[] [m, n]": (m, n) => [[], [m, n]],
  "[2, m, n] [m, 1]": (m, n) => [
    [2, m, n],
    [m, 1],
  ],
};

type Operands = (draw: Draw, a: Shape, b: Shape) => [Given, Given];

// Shifted by half of their spacing, the two sides are never closer than 1/32; and b is far enough from 0 to divide by.
const apart: Operands = (draw, a, b) => [draw.distinct(a), draw.distinct(b, 1 / 40 + 1 / 32)];
const smooth: Operands = (draw, a, b) => [draw.normal(a), positive(draw, b)];
const often: Operands = (draw, a, b) => [draw.whole(a, -1, 1), draw.whole(b, -1, 1)];

const two = (name: string, operands: Operands, build: (a: Tensor, b: Tensor) => Tensor): Case[] =>
  Object.entries(PAIRS).map(([pair, shapes]) => ({
    name: `${name} ${pair}`,
    sample(draw) {
      const [m, n] = draw.lengths(2);
      return { inputs: operands(draw, ...shapes(m!, n!)), build: (a, b) => build(a!, b!) };
    },
  }));

export const ELEMENTWISE: readonly Case[] = [
  ...SMOOTH.map(([name, fn]) => ofOne(name, {}, fn)),
  ...POSITIVE.map(([name, fn]) => ofOne(name, { of: positive }, fn)),
  ...KINKED.map(([name, fn]) => ofOne(name, { of: distinct }, fn)),
  ...BINARY.flatMap(([name, fn]) => two(name, smooth, fn)),
  ...EXTREMES.flatMap(([name, fn]) => two(name, apart, fn)),
  ...COMPARISONS.flatMap(([name, fn]) => [...two(name, apart, fn), ...two(`${name} of whole numbers`, often, fn)]),
  ofOne("a number on either side", {}, (a) => sub(2, div(mul(a, 3), 4))),
  ofOne("a square of one tensor by mul", {}, (a) => mul(a, a)),
  ofOne("an elementwise chain", {}, (a) => mul(tanh(add(a, 0.5)), sigmoid(neg(a)))),
  ofOne("on a single number", { rank: 0 }, (a) => exp(mul(a, a))),
  ofOne("zerosLike", {}, (a) => add(compute.zerosLike(a), square(a))),
  {
    ...ofOne("stopGradient", {}, (a) => mul(compute.stopGradient(tanh(a)), a)),
    exactGradient: false,
  },
  {
    name: "select",
    sample(draw) {
      const [m, n] = draw.lengths(2) as [number, number];
      return {
        inputs: [draw.whole([m, n], 0, 1), draw.normal([m, n]), draw.normal([n])],
        build: (condition, a, b) => compute.select(condition!, exp(a!), square(b!)),
      };
    },
  },
  {
    name: "select by one condition a row",
    sample(draw) {
      const [m, n] = draw.lengths(2) as [number, number];
      return {
        inputs: [draw.whole([m, 1], -1, 1), draw.normal([m, n])],
        build: (condition, a) => compute.select(condition!, square(a!), 0.5),
      };
    },
  },
];
