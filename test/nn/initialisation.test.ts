import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import {
  fansOf,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initialisation,
  lecunNormal,
  lecunUniform,
  normalWith,
  uniformWithin,
  zeros,
} from "../../src/nn/index.js";
import { fold, key } from "../../src/numerics/random.js";
import { meanAndError } from "../support/numbers.js";

interface Case {
  readonly name: string;
  readonly initialisation: Initialisation;
  readonly variance: (fanIn: number, fanOut: number) => number;
  readonly uniform: boolean;
}

const CASES: readonly Case[] = [
  { name: "glorotUniform", initialisation: glorotUniform, variance: (i, o) => 2 / (i + o), uniform: true },
  { name: "glorotNormal", initialisation: glorotNormal, variance: (i, o) => 2 / (i + o), uniform: false },
  { name: "heUniform", initialisation: heUniform, variance: (i) => 2 / i, uniform: true },
  { name: "heNormal", initialisation: heNormal, variance: (i) => 2 / i, uniform: false },
  { name: "lecunUniform", initialisation: lecunUniform, variance: (i) => 1 / i, uniform: true },
  { name: "lecunNormal", initialisation: lecunNormal, variance: (i) => 1 / i, uniform: false },
  { name: "uniformWithin", initialisation: uniformWithin(0.3), variance: () => 0.03, uniform: true },
  { name: "normalWith", initialisation: normalWith(0.3), variance: () => 0.09, uniform: false },
];

const SHAPES = [
  { shape: [150, 80], fanIn: 150, fanOut: 80 },
  { shape: [3, 5, 30, 40], fanIn: 3 * 5 * 30, fanOut: 3 * 5 * 40 },
];

describe.each(SHAPES)("a weight $shape", ({ shape, fanIn, fanOut }) => {
  it("has these fans", () => expect(fansOf(shape)).toEqual({ fanIn, fanOut }));

  it.each(CASES)("$name has mean 0, its variance and its law", ({ initialisation, variance, uniform }) => {
    const expected = variance(fanIn, fanOut);
    const draws = initialisation(key(1), shape);
    expect(draws).toHaveLength(shape.reduce((a, b) => a * b));
    const { mean, se } = meanAndError(draws);
    expect(Math.abs(mean)).toBeLessThan(5 * se);
    const squares = meanAndError(draws.map((x) => x * x));
    expect(Math.abs(squares.mean - expected)).toBeLessThan(5 * squares.se);
    // Fourth moment: 9/5 of the variance squared for a uniform law, 3 for a normal one.
    const fourth = meanAndError(draws.map((x) => x ** 4));
    expect(Math.abs(fourth.mean - (uniform ? 1.8 : 3) * expected ** 2)).toBeLessThan(5 * fourth.se);
    if (uniform) expect(Math.max(...draws)).toBeLessThanOrEqual(Math.fround(Math.sqrt(3 * expected)));
  });
});

it("is given by the key", () => {
  expect(heNormal(key(1), [4, 3])).toEqual(heNormal(key(1), [4, 3]));
  expect(heNormal(key(1), [4, 3])).not.toEqual(heNormal(fold(key(1), 0), [4, 3]));
  expect(zeros(key(1), [2, 2])).toEqual(new Float32Array(4));
});

it("refuses what has no fans and what is no width", () => {
  expect(() => glorotUniform(key(1), [3])).toThrow(ShapeError);
  expect(() => fansOf([3])).toThrow(/fansOf: shape has shape \[3\]/);
  expect(() => uniformWithin(-1)).toThrow(/uniformWithin: bound is -1/);
  expect(() => normalWith(Number.NaN)).toThrow(DomainError);
});
