import { describe, expect, it } from "vitest";
import { columnOf } from "../../src/numerics/matrix.js";
import { momentsOf, quantileOf } from "../../src/numerics/quantiles.js";
import { key, standardNormals, uniforms } from "../../src/numerics/random.js";
import { drawIndices, effectiveSize, normalised, rowsAt, weightedMoments, weightedQuantile } from "../../src/numerics/weighted.js";

const rows = { rows: 50, columns: 2, values: standardNormals(key(1), 100) };
const equal = normalised(new Float64Array(50).fill(3));
const uneven = normalised(uniforms(key(2), 50).map((u) => u ** 3));

describe("weighted samples", () => {
  it("with equal weights are plain ones", () => {
    const { mean, covariance } = weightedMoments(rows, equal);
    for (const j of [0, 1]) {
      const column = columnOf(rows, j);
      expect(mean[j]).toBeCloseTo(momentsOf(column).mean, 14);
      expect(Math.sqrt(covariance.values[3 * j]!)).toBeCloseTo(momentsOf(column).std, 14);
      for (const p of [0, 0.13, 0.5, 0.77, 1]) expect(weightedQuantile(column, equal, p)).toBeCloseTo(quantileOf(column, p), 12);
    }
    expect(effectiveSize(equal)).toBeCloseTo(50, 11);
  });

  it("with whole weights are repeated ones, in moments", () => {
    const counts = Array.from({ length: 50 }, (_, i) => 1 + (i % 3));
    const repeated = rowsAt(
      rows,
      counts.flatMap((count, i) => Array<number>(count).fill(i)),
    );
    const once = weightedMoments(rows, normalised(counts));
    const again = weightedMoments(repeated, normalised(new Float64Array(repeated.rows).fill(1)));
    once.covariance.values.forEach((value, place) => {
      expect(value).toBeCloseTo(again.covariance.values[place]!, 13);
    });
    expect(once.mean[1]).toBeCloseTo(again.mean[1]!, 13);
  });

  it("have rising quantiles, from the smallest to the largest value that has weight", () => {
    const column = columnOf(rows, 0);
    const some = normalised(uneven.map((weight, i) => (column[i]! > 1 ? 0 : weight)));
    const quantiles = Array.from({ length: 41 }, (_, k) => weightedQuantile(column, some, k / 40));
    quantiles.slice(1).forEach((value, k) => {
      expect(value).toBeGreaterThanOrEqual(quantiles[k]!);
    });
    expect(quantiles[0]).toBe(Math.min(...column));
    expect(quantiles[40]).toBe(Math.max(...column.filter((value) => value <= 1)));
    expect(weightedQuantile([7], [1], 0.3)).toBe(7);
  });

  it("have the quantiles of their places S_k, by hand", () => {
    // S = 0, 0.5 + 2 * 0.2 = 0.9, 2 * 0.3 + 2 * 0.7 = 2: a quarter of the way is 0.5 of 0.9 from 1 to 2, three quarters 0.6 of 1.1 from 2 to 4.
    expect(weightedQuantile([4, 1, 2], [0.3, 0.2, 0.5], 0.25)).toBeCloseTo(1 + 0.5 / 0.9, 14);
    expect(weightedQuantile([4, 1, 2], [0.3, 0.2, 0.5], 0.75)).toBeCloseTo(2 + (2 * 0.6) / 1.1, 14);
  });

  it("are drawn from by weight, and never where there is none", () => {
    const n = 20_000;
    const weights = [0, 0.1, 0, 0.6, 0.3, 0];
    const counts = weights.map((_, i) => drawIndices(key(3), n, weights).filter((index) => index === i).length);
    weights.forEach((p, i) => {
      expect(Math.abs(counts[i]! - n * p)).toBeLessThanOrEqual(5 * Math.sqrt(n * p * (1 - p)));
    });
  });
});
