import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import { binEdges, equalProbability, equalWidth, integerBins } from "../../src/estimators/binning.js";
import { histogram } from "../../src/estimators/histogram.js";
import { logLikelihood } from "../../src/inference/log-likelihood.js";
import { maximumLikelihood } from "../../src/inference/maximum-likelihood.js";
import { key, standardNormals, uniforms } from "../../src/numerics/random.js";
import { galtonBoard } from "../../src/simulators/galton-board.js";
import { simulate } from "../../src/simulators/simulate.js";
import { drawIntegers, normalFromPrior, normalGrid, simulationsOf } from "./models.js";

/** Ten events at each of two thetas: 7 and 2 of them in [0, 1), the rest in [1, 3]. */
const TWO = simulationsOf(
  { a: [-1, 2] },
  [7, 2].flatMap((count, node) => Array.from({ length: 10 }, (_, i) => ({ theta: [node], x: [i < count ? 0.5 : i === 9 ? 3 : 2] }))),
);
const total = (values: Float64Array) => values.reduce((a, b) => a + b);

describe("histogram", () => {
  it("counts at the nodes, with the pseudo-count and the volume of the bins", () => {
    const density = histogram({ bins: binEdges([0, 1, 3]), pseudoCount: 0.5 }).fit(TWO);
    const expected = [7.5 / 11, 3.5 / 11 / 2, 3.5 / 11 / 2].map(Math.log);
    density.logProb([0.2, 1, 3], { a: 0 }).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 12);
    });
    expect(density.logProb([-0.1, 3.1], { a: 0 })).toEqual(Float64Array.of(-Infinity, -Infinity));
    expect(density.parameters).toEqual({ a: [0, 1] });
  });

  it("is linear in log p between the nodes, normalised", () => {
    const density = histogram({ bins: binEdges([0, 1, 3]), pseudoCount: 0 }).fit(TWO);
    const [left, right] = [0.7 ** 0.75 * 0.2 ** 0.25, 0.3 ** 0.75 * 0.8 ** 0.25];
    expect(Math.exp(density.logProb([0.5], { a: 0.25 })[0]!)).toBeCloseTo(left / (left + right), 12);
    expect(total(density.probabilities({ a: 0.25 }))).toBeCloseTo(1, 12);
  });

  it("keeps the events outside its bins in the sample, also between the nodes", () => {
    const density = histogram({ bins: binEdges([0, 1]), pseudoCount: 0 }).fit(TWO);
    expect(density.probabilities({ a: 1 })[0]).toBeCloseTo(0.2, 12);
    expect(density.probabilities({ a: 0.25 })[0]).toBeCloseTo(0.7 ** 0.75 * 0.2 ** 0.25, 12);
  });

  it("is bilinear in log p in two parameters", () => {
    const heads = [2, 4, 6, 9];
    const rows = [0, 1].flatMap((a) =>
      [0, 2].flatMap((b) => Array.from({ length: 10 }, (_, i) => ({ theta: [a, b], x: [i < heads[2 * a + b / 2]! ? 1 : 0] }))),
    );
    const density = histogram({ bins: integerBins(), pseudoCount: 0 }).fit(simulationsOf({ a: [0, 1], b: [0, 2] }, rows));
    expect(density.logProb([1], { a: 1, b: 0 })[0]).toBeCloseTo(Math.log(0.6), 12);
    const weights = [0.75 * 0.5, 0.75 * 0.5, 0.25 * 0.5, 0.25 * 0.5];
    const power = (of: (n: number) => number) => heads.reduce((product, n, i) => product * of(n / 10) ** weights[i]!, 1);
    const [up, down] = [power((p) => p), power((p) => 1 - p)];
    expect(Math.exp(density.logProb([1], { a: 0.25, b: 1 })[0]!)).toBeCloseTo(up / (up + down), 12);
  });

  it("counts two summaries in cells, each with its binning", () => {
    const [u, v] = [uniforms(key(1), 50_000), uniforms(key(2), 50_000)];
    const simulations = simulationsOf(
      { a: [0, 1] },
      Array.from(u, (value, i) => ({ theta: [0.5], x: [value, value + v[i]!, 7] })),
    );
    const density = histogram({ bins: [equalWidth(2, [0, 1]), binEdges([0, 1, 2])], summary: ["x0", "x1"] }).fit(simulations);
    // x0 < 1/2 and x0 + v < 1: area 3/8.
    const exact = [3 / 8, 1 / 8, 1 / 8, 3 / 8];
    density.probabilities({ a: 0.5 }).forEach((p, i) => {
      expect(Math.abs(p - exact[i]!)).toBeLessThan(5 * Math.sqrt((exact[i]! * (1 - exact[i]!)) / 50_000));
    });
    expect(density.logProb([[0.9, 0.95, 7]], { a: 0.5 })[0]).toBeCloseTo(Math.log(density.probabilities({ a: 0.5 })[2]! / 0.5), 12);
  });

  it("gives the board's probabilities at the nodes", async () => {
    const board = galtonBoard();
    const n = 20_000;
    const slopes = [-0.9, -0.7];
    const parts = await Promise.all(slopes.map((slope, seed) => simulate(board, { theta: { slope }, n, seed })));
    const density = histogram({ bins: integerBins(0, 31), pseudoCount: 0 }).fit(parts);
    for (const slope of slopes) {
      const exact = board.exact.probabilities(slope);
      const error = density
        .probabilities({ slope })
        .map((p, x) => (p - exact[x]!) / (Math.sqrt((exact[x]! * (1 - exact[x]!)) / n) || 1e-12));
      expect(Math.max(...error.map(Math.abs))).toBeLessThan(5);
    }
  });

  it("leads to the board's slope", () => {
    const board = galtonBoard();
    const [n, events] = [20_000, 2000];
    const slopes = Array.from({ length: 11 }, (_, i) => -1 + 0.05 * i);
    const rows = slopes.flatMap((slope, i) =>
      Array.from(drawIntegers(i, n, board.exact.probabilities(slope)), (x) => ({ theta: [slope], x: [x] })),
    );
    const density = histogram({ bins: integerBins(0, 31) }).fit(simulationsOf(board.parameters, rows));
    const observed = drawIntegers(99, events, board.exact.probabilities(-0.77));
    const best = maximumLikelihood(logLikelihood(density, observed));
    // The simulations' own scatter adds that of two nodes to the events'.
    const se = Math.sqrt((1 / events + 2 / n) / board.exact.fisherInformation(-0.77));
    expect(Math.abs(best.theta.slope - -0.77)).toBeLessThan(5 * se);
  });

  it("estimates a normal mean without bias between the nodes", () => {
    const density = histogram({ bins: equalWidth(40, [-5, 5]) }).fit(normalGrid([-1, -0.5, 0, 0.5, 1], 40_000));
    for (const truth of [-0.75, 0.1, 0.6]) {
      const x = standardNormals(key(7), 4000).map((u) => u + truth);
      const mean = total(x) / 4000;
      // The bins of a quarter lose the fraction 0.25^2 / 12 of the information; what remains is the nodes' scatter.
      expect(Math.abs(maximumLikelihood(logLikelihood(density, x)).theta.mean - mean)).toBeLessThan(
        5 * Math.sqrt(2 / 40_000 + 0.25 ** 2 / 12 / 4000),
      );
    }
  });
});

describe("binnings", () => {
  const values = Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 100);
  it.each([
    { name: "equalWidth", edges: equalWidth(2)(values), expected: [0, 50, 100] },
    { name: "equalWidth in a range", edges: equalWidth(2, [-1, 1])(values), expected: [-1, 0, 1] },
    { name: "equalProbability", edges: equalProbability(3)(values), expected: [0, 3, 6, 100] },
    { name: "equalProbability of repeats", edges: equalProbability(4)(Float64Array.of(1, 1, 1, 1, 2)), expected: [1, 2] },
    { name: "integerBins", edges: integerBins()(Float64Array.of(3, 5)), expected: [2.5, 3.5, 4.5, 5.5] },
    { name: "integerBins from to", edges: integerBins(1, 2)(values), expected: [0.5, 1.5, 2.5] },
    { name: "binEdges", edges: binEdges([1, 5])(values), expected: [1, 5] },
  ])("$name puts edges at $expected", ({ edges, expected }) => {
    expect([...edges]).toEqual(expected);
  });

  it.each([
    { name: "no bins", run: () => histogram({ bins: 0 }), error: DomainError, message: "histogram: bins is 0" },
    {
      name: "a negative pseudo-count",
      run: () => histogram({ pseudoCount: -1 }),
      error: DomainError,
      message: "histogram: pseudoCount is -1",
    },
    { name: "half a bin", run: () => equalWidth(0.5), error: DomainError, message: "equalWidth: count is 0.5" },
    { name: "an empty range", run: () => equalWidth(3, [1, 1]), error: DomainError, message: "equalWidth: range is [1,1]" },
    {
      name: "values that are all equal",
      run: () => equalWidth(3)(Float64Array.of(2, 2)),
      error: DomainError,
      message: "equalWidth: the simulated values is",
    },
    { name: "no quantiles", run: () => equalProbability(-1), error: DomainError, message: "equalProbability: count is -1" },
    {
      name: "integer bins of fractions",
      run: () => integerBins()(Float64Array.of(0.5)),
      error: DomainError,
      message: "integerBins: a simulated value is 0.5",
    },
    { name: "integer bins from a fraction", run: () => integerBins(0.5), error: DomainError, message: "integerBins: low is 0.5" },
    { name: "integer bins backwards", run: () => integerBins(3, 1), error: DomainError, message: "integerBins: high is 1" },
    { name: "one edge", run: () => binEdges([1]), error: ShapeError, message: "binEdges: edges has shape [1]" },
    { name: "edges that fall", run: () => binEdges([1, 0]), error: DomainError, message: "binEdges: edges[1] is 0" },
    { name: "too many bins", run: () => histogram({ bins: 2_000_000 }).fit(TWO), error: DomainError, message: "histogram: bins is" },
  ])("refuse $name", ({ run, error, message }) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});

describe("histogram.fit refuses", () => {
  const nan = simulationsOf(
    { a: [0, 1] },
    Array.from({ length: 20 }, (_, i) => ({ theta: [0.5], x: [i === 3 ? Number.NaN : i] })),
  );
  const hole = simulationsOf(
    { a: [0, 1], b: [0, 1] },
    [
      [0, 0],
      [0, 1],
      [1, 0],
    ].flatMap((theta) => Array.from({ length: 10 }, (_, i) => ({ theta, x: [i] }))),
  );
  const uneven = simulationsOf(
    { a: [0, 1] },
    Array.from({ length: 30 }, (_, i) => ({ theta: [i < 27 ? 0 : 1], x: [i] })),
  );
  const wide = simulationsOf(
    { a: [0, 1] },
    Array.from({ length: 20 }, (_, i) => ({ theta: [0.5], x: [i, i, i] })),
  );
  const fitted = histogram({ bins: 2 }).fit(TWO);
  it.each([
    {
      name: "a continuous theta",
      run: () => histogram().fit(normalFromPrior(100)),
      error: DomainError,
      message:
        'histogram: simulations.theta is "100 different values in 100 rows"; expected values with at least 10 events each; simulate many events at each theta of a grid',
    },
    { name: "a grid with a hole", run: () => histogram().fit(hole), error: DomainError, message: "all 4 nodes of the grid 2 x 2" },
    {
      name: "a node with few events",
      run: () => histogram().fit(uneven),
      error: DomainError,
      message: "histogram: simulations at node 1 is",
    },
    {
      name: "simulations of different kinds",
      run: () => histogram().fit([TWO, nan, wide] as never),
      error: DomainError,
      message: "histogram: simulations[1].x[3][0] is NaN",
    },
    {
      name: "different observables",
      run: () => histogram().fit([TWO, wide] as never),
      error: DomainError,
      message: "histogram: simulations[1] is",
    },
    { name: "no simulations", run: () => histogram().fit([]), error: ShapeError, message: "histogram: simulations has shape [0]" },
    {
      name: "three summaries",
      run: () => histogram().fit(wide),
      error: ShapeError,
      message: "histogram: summary has shape [N, 3]; expected [N, 1] or [N, 2]",
    },
    {
      name: "a binning too many",
      run: () => histogram({ bins: [2, 3] }).fit(TWO),
      error: ShapeError,
      message: "histogram: bins has shape [2]; expected [1]",
    },
    {
      name: "an unknown observable",
      run: () => histogram({ summary: ["mass"] }).fit(TWO),
      error: DomainError,
      message: 'histogram: summary is "mass"',
    },
    {
      name: "a summary of varying length",
      run: () => histogram({ summary: ([x]) => (x! < 1 ? [1] : [1, 2]) }).fit(TWO),
      error: ShapeError,
      message: "histogram: summary of event",
    },
    {
      name: "theta outside the nodes",
      run: () => fitted.logProb([1], { a: 1.5 }),
      error: DomainError,
      message: "histogram: theta.a is 1.5; expected a number in [0, 1]",
    },
    {
      name: "an unknown parameter",
      run: () => fitted.logProb([1], { a: 1, c: 2 } as { a: number }),
      error: DomainError,
      message: "histogram: theta.c is 2",
    },
    { name: "NaN in x", run: () => fitted.logProb([Number.NaN], { a: 1 }), error: DomainError, message: "histogram: x[0][0] is NaN" },
  ])("$name", ({ run, error, message }) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});
