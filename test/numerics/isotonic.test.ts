import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import { type IsotonicBlock, isotonicRegression } from "../../src/numerics/isotonic.js";
import { fold, key, uniforms } from "../../src/numerics/random.js";

function fitted(blocks: readonly IsotonicBlock[]): number[] {
  return blocks.flatMap(({ from, to, mean }) => new Array<number>(to - from).fill(mean));
}

/** The nearest of all rising step functions whose steps are means of neighbours: the minimum is one of them. */
function bruteForce(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let least = Infinity;
  for (let cuts = 0; cuts < 2 ** (values.length - 1); cuts++) {
    const means: number[] = [];
    let error = 0;
    let start = 0;
    for (let end = 1; end <= values.length; end++) {
      if (end < values.length && !(cuts & (1 << (end - 1)))) continue;
      const places = Array.from({ length: end - start }, (_, i) => start + i);
      const weight = places.reduce((total, i) => total + weights[i]!, 0);
      const mean = places.reduce((total, i) => total + weights[i]! * values[i]!, 0) / weight;
      error += places.reduce((total, i) => total + weights[i]! * (values[i]! - mean) ** 2, 0);
      means.push(mean);
      start = end;
    }
    if (means.every((mean, i) => i === 0 || mean >= means[i - 1]!)) least = Math.min(least, error);
  }
  return least;
}

const CASES = Array.from({ length: 60 }, (_, seed) => {
  const n = 1 + (seed % 9);
  const [values, weights] = [uniforms(fold(key(1), 2 * seed), n), uniforms(fold(key(1), 2 * seed + 1), n)];
  // Every other case has labels, whose ties are the use in calibration.
  return { values: seed % 2 === 0 ? values : values.map(Math.round), weights };
});

describe("isotonicRegression", () => {
  it.each(CASES)("is the nearest of all rising step functions: $values", ({ values, weights }) => {
    const blocks = isotonicRegression(values, weights);
    const f = fitted(blocks);
    const error = f.reduce((total, value, i) => total + weights[i]! * (value - values[i]!) ** 2, 0);
    expect(error).toBeCloseTo(bruteForce(values, weights), 12);
    for (let b = 1; b < blocks.length; b++) expect(blocks[b]!.mean).toBeGreaterThan(blocks[b - 1]!.mean);
    for (const { from, to, weight } of blocks)
      expect(weight).toBeCloseTo(
        weights.slice(from, to).reduce((a, b) => a + b),
        12,
      );
  });

  it.each(CASES)("changes nothing the second time: $values", ({ values, weights }) => {
    const f = fitted(isotonicRegression(values, weights));
    expect(fitted(isotonicRegression(f, weights))).toEqual(f);
  });

  it("has weights of one by default, and pools long falls", () => {
    expect(isotonicRegression([3, 2, 1])).toEqual([{ from: 0, to: 3, weight: 3, mean: 2 }]);
    const n = 100_000;
    const [block] = isotonicRegression(Float64Array.from({ length: n }, (_, i) => n - i));
    expect(block!.mean).toBeCloseTo((n + 1) / 2, 6);
  });

  it.each([
    { name: "no values", run: () => isotonicRegression([]), error: ShapeError, message: "isotonicRegression: values has shape [0]" },
    { name: "weights that do not fit", run: () => isotonicRegression([1], [1, 2]), error: ShapeError, message: "weights has shape [2]" },
    { name: "NaN", run: () => isotonicRegression([1, Number.NaN]), error: DomainError, message: "values[1] is NaN" },
    { name: "a weight of 0", run: () => isotonicRegression([1, 2], [1, 0]), error: DomainError, message: "weights[1] is 0" },
  ])("refuses $name", ({ run, error, message }) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});
