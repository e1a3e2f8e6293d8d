import { describe, expect, test } from "vitest";
import { fold, key, uniforms } from "../../src/index.js";
import { zeros } from "../../src/numerics/matrix.js";
import { posteriorVariance } from "../../src/sequential/posterior-variance.js";
import { heaviest } from "../../src/sequential/weighted-choice.js";

describe("the choice by weight without repetition", () => {
  const weights = [0.5, 0.3, 0.2];
  const logWeights = Float64Array.from(weights, Math.log);

  // The first is chosen with its weight, the second with its part of what is left.
  const pairs = [0, 1, 2].flatMap((i) => [0, 1, 2].filter((j) => j !== i).map((j) => [i, j] as const));
  test("has the probabilities of enumeration, in order", () => {
    const N = 20_000;
    const counts = new Map<string, number>();
    for (let k = 0; k < N; k++) {
      const name = heaviest(logWeights, 2, uniforms(fold(key(1), k), 3)).join();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    for (const [i, j] of pairs) {
      const p = (weights[i]! * weights[j]!) / (1 - weights[i]!);
      expect(Math.abs((counts.get(`${i},${j}`) ?? 0) / N - p), `${i},${j}`).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / N));
    }
  });

  test("never takes what has no weight", () => {
    expect(Array.from(heaviest(Float64Array.of(-Infinity, 0, -Infinity), 3, uniforms(key(1), 3)))).toEqual([1]);
  });
});

describe("posteriorVariance", () => {
  const candidates = (logPosterior: Float64Array[]) => ({ names: ["a"], theta: zeros(logPosterior[0]!.length, 1), logPosterior });

  test("is the variance over members, by its definition", () => {
    const members = [Float64Array.of(0, 1, -2), Float64Array.of(0.5, 1, -1), Float64Array.of(-1, 1, 0)];
    const found = posteriorVariance()(candidates(members));
    found.forEach((value, i) => {
      const densities = members.map((values) => Math.exp(values[i]!));
      const mean = densities.reduce((a, b) => a + b) / 3;
      const variance = densities.reduce((total, density) => total + (density - mean) ** 2, 0) / 3;
      expect(Math.exp(value)).toBeCloseTo(variance, 12);
    });
    expect(found[1]).toBe(-Infinity);
  });

  test("neither overflows nor underflows: a common factor moves its logarithm by twice the factor's", () => {
    const members = [Float64Array.of(0), Float64Array.of(1)];
    const [base] = posteriorVariance()(candidates(members));
    for (const shift of [-5000, 5000]) {
      expect(posteriorVariance()(candidates(members.map((values) => values.map((value) => value + shift))))[0]).toBeCloseTo(
        base! + 2 * shift,
        8,
      );
    }
    expect(posteriorVariance()(candidates([Float64Array.of(-Infinity), Float64Array.of(-Infinity)]))[0]).toBe(-Infinity);
  });
});
