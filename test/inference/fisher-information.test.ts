import { describe, expect, it } from "vitest";
import { fisherInformation, galtonBoard, key, standardNormals } from "../../src/index.js";

describe("Fisher information", () => {
  it("of the Galton board, exactly, by enumeration", () => {
    const board = galtonBoard();
    const columns = Array.from({ length: 21 }, (_, i) => i + 5);
    const weights = columns.map((x) => board.exact.probabilities(-0.8)[x]!);
    const { perEvent, meanScore } = fisherInformation(board.exact.score(columns, -0.8), { names: ["slope"], weights });
    expect(perEvent.values[0]).toBeCloseTo(1.412325, 6);
    expect(meanScore[0]).toBeCloseTo(0, 12);
  });

  it("of a Gaussian in two parameters, within its own errors", () => {
    // x ~ N(theta, S): t = S^-1 x and I = S^-1, here with S^-1 = [[2, 0.6], [0.6, 0.5]].
    const n = 50_000;
    const u = standardNormals(key(1), 2 * n);
    // t = L u with L L^T = S^-1.
    const [l00, l10] = [Math.SQRT2, 0.6 / Math.SQRT2];
    const l11 = Math.sqrt(0.5 - l10 ** 2);
    const scores = Array.from({ length: n }, (_, i) => [l00 * u[2 * i]!, l10 * u[2 * i]! + l11 * u[2 * i + 1]!]);
    const information = fisherInformation(scores, { names: ["a", "b"] });
    [2, 0.6, 0.6, 0.5].forEach((exact, i) => {
      expect(Math.abs(information.perEvent.values[i]! - exact)).toBeLessThan(5 * information.standardError.values[i]!);
    });
    // The variance of t_k t_l is I_kk I_ll + I_kl^2. For a chi-square's its estimate has a relative error of sqrt(14 / n), half of it after the root.
    [8, 1.36, 1.36, 0.5].forEach((variance, i) => {
      const ratio = information.standardError.values[i]! / Math.sqrt(variance / n);
      expect(Math.abs(ratio - 1)).toBeLessThan((5 * Math.sqrt(14 / n)) / 2);
    });
    [2, 0.5].forEach((variance, k) => {
      expect(Math.abs(information.meanScore[k]!)).toBeLessThan(5 * information.meanScoreError[k]!);
      // The relative error of an estimated standard deviation is 1 / sqrt(2 n).
      expect(Math.abs(information.meanScoreError[k]! / Math.sqrt(variance / n) - 1)).toBeLessThan(5 / Math.sqrt(2 * n));
    });
    expect(information.perSample(10).values[0]).toBeCloseTo(10 * information.perEvent.values[0]!, 10);
    const { values: I } = information.perSample(10);
    const { values: C } = information.covarianceBound(10);
    [1, 0, 0, 1].forEach((identity, i) => {
      const [row, column] = [Math.floor(i / 2), i % 2];
      expect(I[2 * row]! * C[column]! + I[2 * row + 1]! * C[2 + column]!).toBeCloseTo(identity, 10);
    });
  });

  it("sees in the mean score that the scores are not at the theta of the events", () => {
    // x ~ N(0.1, 1) with the score x at 0.
    const { meanScore, meanScoreError } = fisherInformation(standardNormals(key(2), 10_000).map((u) => u + 0.1));
    expect(Math.abs(meanScore[0]! - 0.1)).toBeLessThan(5 * meanScoreError[0]!);
    expect(meanScore[0]!).toBeGreaterThan(5 * meanScoreError[0]!);
  });

  it("takes a weight of two for an event seen twice", () => {
    const rows = [
      [1, 2],
      [-0.5, 1],
      [-1, 0.3],
    ];
    const weighted = fisherInformation(rows, { weights: [4, 2, 2] });
    const repeated = fisherInformation([...rows, rows[0]!]);
    for (const name of ["perEvent", "meanScore"] as const) {
      const [left, right] = [weighted, repeated].map(({ [name]: value }) => ("values" in value && "rows" in value ? value.values : value));
      Array.from(left as Float64Array).forEach((value, i) => {
        expect(value).toBeCloseTo((right as Float64Array)[i]!, 14);
      });
    }
  });

  it("refuses what it cannot use", () => {
    expect(() => fisherInformation([[1, 2]], { names: ["a"] })).toThrow("fisherInformation: scores[0] has shape [2]; expected [1]");
    expect(() => fisherInformation([Number.NaN])).toThrow("scores[0][0] is NaN");
    expect(() => fisherInformation([1, 2], { weights: [1] })).toThrow("weights has shape [1]; expected [2]");
    expect(() => fisherInformation([1, 2], { weights: [1, -1] })).toThrow("weights[1] is -1");
    expect(() => fisherInformation([1, 2], { weights: [0, 0] })).toThrow("expected a positive weight somewhere");
    expect(() => fisherInformation([])).toThrow("fisherInformation: scores has shape [0, 1]");
    expect(() => fisherInformation([1, 2]).covarianceBound(-1)).toThrow("covarianceBound: n is -1");
    expect(() => fisherInformation([1, 2]).perSample(0)).toThrow("n is 0; expected a number of events above 0");
    expect(() =>
      fisherInformation([
        [1, 1],
        [2, 2],
      ]).covarianceBound(1),
    ).toThrow("leave a parameter out");
  });
});
