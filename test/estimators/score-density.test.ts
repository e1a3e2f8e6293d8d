import { describe, expect, it } from "vitest";
import { NO_FAILURES } from "../../src/data/failures.js";
import {
  equalProbability,
  fold,
  galtonBoard,
  integerBins,
  key,
  type MatrixLike,
  type Simulations,
  sallinoDensity,
  scoreDensity,
  simulate,
  standardNormals,
} from "../../src/index.js";
import { type Matrix, toMatrix } from "../../src/numerics/matrix.js";

const board = galtonBoard();
const COLUMNS = Array.from({ length: 21 }, (_, i) => i + 5);
const exactScore = {
  parameters: board.parameters,
  observables: board.observables,
  reference: { slope: -0.8 },
  score: (x: MatrixLike): Matrix => {
    const { values, rows } = toMatrix("test", "x", x, 1);
    return { rows, columns: 1, values: board.exact.score(values, -0.8) };
  },
};

describe("on the Galton board, with the exact score at -0.8", () => {
  // Columns of equal bins of the score are one event to the density: its floor is the ratio of their summed probabilities.
  const edges = [-Infinity, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.3, Infinity];
  const binOf = (t: number) => edges.findIndex((edge, i) => t >= edge && t < edges[i + 1]!);
  const score = board.exact.score(COLUMNS, -0.8);
  const floorOf = (slope: number) => {
    const [p0, p1] = [board.exact.probabilities(slope), board.exact.probabilities(-0.6)];
    const sums = (p: Float64Array, bin: number) => COLUMNS.reduce((sum, x, i) => (binOf(score[i]!) === bin ? sum + p[x]! : sum), 0);
    return COLUMNS.map((_, i) => Math.log(sums(p0, binOf(score[i]!)) / sums(p1, binOf(score[i]!))));
  };
  const n = 200_000;
  const simulations = Promise.all([-0.8, -0.6].map((slope, i) => simulate(board, { theta: { slope }, n, seed: 10 + i })));

  it.each([
    { name: "scoreDensity", density: scoreDensity, bins: () => Float64Array.from(edges) },
    // h is the score times -0.2: the same bins, in falling order.
    { name: "sallinoDensity", density: sallinoDensity, bins: () => Float64Array.from(edges, (edge) => -0.2 * edge).reverse() },
  ])("$name converges to the binned floor", async ({ density, bins }) => {
    const ratio = density(exactScore, await simulations, { denominator: { slope: -0.6 }, bins });
    const values = ratio.logRatio(COLUMNS, { slope: -0.8 });
    const [p0, p1] = [board.exact.probabilities(-0.8), board.exact.probabilities(-0.6)];
    floorOf(-0.8).forEach((floor, i) => {
      const inBin = (p: Float64Array) => COLUMNS.reduce((sum, x, j) => (binOf(score[j]!) === binOf(score[i]!) ? sum + p[x]! : sum), 0);
      const error = Math.sqrt(1 / (n * inBin(p0)) + 1 / (n * inBin(p1)));
      expect(Math.abs(values[i]! - floor)).toBeLessThan(5 * error + 1e-3);
    });
    expect(Array.from(ratio.logRatio(COLUMNS, { slope: -0.6 }))).toEqual(COLUMNS.map(() => 0));
  });

  it("refuses what it does not know", async () => {
    const given = await simulations;
    const ratio = scoreDensity(exactScore, given, { denominator: { slope: -0.6 } });
    expect(() => ratio.logRatio([15], { slope: -0.5 })).toThrow("scoreDensity: theta.slope is -0.5; expected a number in [-0.8, -0.6]");
    expect(() => scoreDensity(exactScore, given, { denominator: { slope: -0.7 } })).toThrow("expected a node of the simulations' grid");
    expect(() => scoreDensity(exactScore, given, { denominator: { slope: -0.6 }, pseudoCount: 0 })).toThrow("pseudoCount");
    expect(() => scoreDensity(exactScore, given, { denominator: { slope: -0.6 }, bins: [10, integerBins(0, 1)] })).toThrow(
      "bins has shape [2]; expected [1], one for each component of the score",
    );
  });
});

describe("of a Gaussian shift in two parameters, where the score is sufficient everywhere", () => {
  // x ~ N(theta, 1): the score at 0 is x itself, and log r(x | theta, 0) = x . theta - |theta|^2 / 2.
  const PARAMETERS = { a: [-1, 1], b: [-1, 1] } as const;
  const n = 100_000;
  const corner = (a: number, b: number, seed: number): Simulations<typeof PARAMETERS> => {
    const noise = standardNormals(fold(key(seed), 0), 2 * n);
    const column = (f: (i: number) => number): Matrix => ({
      rows: n,
      columns: 2,
      values: Float64Array.from({ length: 2 * n }, (_, i) => f(i)),
    });
    const theta = column((i) => (i % 2 === 0 ? a : b));
    const x = column((i) => theta.values[i]! + noise[i]!);
    return { simulator: "shift", parameters: PARAMETERS, observables: ["u", "v"], seed, theta, x, failures: NO_FAILURES };
  };
  const grid = [corner(0, 0, 1), corner(0, 0.5, 2), corner(0.5, 0, 3), corner(0.5, 0.5, 4)];
  const score = {
    parameters: PARAMETERS,
    observables: ["u", "v"],
    reference: { a: 0, b: 0 },
    score: (x: MatrixLike) => toMatrix("test", "x", x, 2),
  };
  const points = [
    [0.3, -0.4],
    [1.1, 0.7],
    [-0.8, 0.2],
  ];
  it.each([
    { name: "turned", ratio: () => scoreDensity(score, grid, { denominator: { a: 0, b: 0 } }) },
    {
      name: "unturned",
      ratio: () => scoreDensity(score, grid, { denominator: { a: 0, b: 0 }, rotate: false, bins: equalProbability(20) }),
    },
    { name: "sallino", ratio: () => sallinoDensity(score, grid, { denominator: { a: 0, b: 0 } }) },
  ])("$name gives the closed form", ({ ratio }) => {
    for (const [a, b] of [
      [0.5, 0.5],
      [0.5, 0],
    ] as const) {
      const values = ratio().logRatio(points, { a, b });
      points.forEach(([u, v], i) => {
        // A bin's width times |theta| blurs log r by up to a tenth; a bin in two dimensions has about a hundred events.
        expect(Math.abs(values[i]! - (u! * a + v! * b - (a * a + b * b) / 2))).toBeLessThan(0.45);
      });
    }
  });
});
