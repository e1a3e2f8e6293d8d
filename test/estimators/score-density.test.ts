import { describe, expect, it } from "vitest";
import { NO_FAILURES } from "../../src/data/failures.js";
import { DomainError, ShapeError } from "../../src/errors.js";
import { turned } from "../../src/estimators/score-table.js";
import {
  binEdges,
  fold,
  galtonBoard,
  integerBins,
  key,
  type LocalScore,
  type MatrixLike,
  type Simulations,
  sallinoDensity,
  scoreDensity,
  simulate,
  standardNormals,
} from "../../src/index.js";
import { columnOf, type Matrix, toMatrix } from "../../src/numerics/matrix.js";
import { momentsOf } from "../../src/numerics/quantiles.js";
import { standardNormalCdf } from "../../src/numerics/special.js";

const board = galtonBoard();
const COLUMNS = board.exact.columns;
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
  const n = 200_000;
  const simulations = Promise.all([-0.8, -0.6].map((slope, i) => simulate(board, { theta: { slope }, n, seed: 10 + i })));
  const FEW = 500;
  const few = Promise.all([-0.8, -0.6].map((slope, i) => simulate(board, { theta: { slope }, n: FEW, seed: 20 + i })));
  const denominator = { slope: -0.6 };
  // Columns whose scores share a bin are one event to the density: its floor is the ratio of their summed probabilities.
  const edges = [-10, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.3, 10];
  const binOf = Array.from(board.exact.score(COLUMNS, -0.8), (t) => edges.findIndex((edge, i) => t >= edge && t < edges[i + 1]!));
  const sumsOf = (slope: number) => {
    const p = board.exact.probabilities(slope);
    return COLUMNS.map((_, i) => COLUMNS.reduce((sum, x, j) => (binOf[j] === binOf[i] ? sum + p[x]! : sum), 0));
  };

  it.each([
    { name: "scoreDensity", density: scoreDensity, bins: binEdges(edges) },
    // h is the score times -0.2: the same bins, in falling order.
    { name: "sallinoDensity", density: sallinoDensity, bins: binEdges(edges.map((edge) => -0.2 * edge).reverse()) },
  ])("$name converges to the binned floor", async ({ density, bins }) => {
    const ratio = density(exactScore, await simulations, { denominator, bins, pseudoCount: 1e-9 });
    const values = ratio.logRatio(COLUMNS, { slope: -0.8 });
    const [above, below] = [sumsOf(-0.8), sumsOf(-0.6)];
    expect(new Set(binOf).size).toBeGreaterThan(5);
    COLUMNS.forEach((_, i) => {
      const se = Math.sqrt(1 / (n * above[i]!) + 1 / (n * below[i]!));
      expect(Math.abs(values[i]! - Math.log(above[i]! / below[i]!))).toBeLessThan(5 * se);
    });
    expect(ratio.logRatio(COLUMNS, denominator)).toEqual(new Float64Array(COLUMNS.length));
    // Between the nodes it is linear.
    ratio.logRatio(COLUMNS, { slope: -0.75 }).forEach((value, i) => {
      expect(value).toBeCloseTo(0.75 * values[i]!, 12);
    });
  });

  it("counts with the pseudo-count", async () => {
    const given = await few;
    const ratio = scoreDensity(exactScore, given, { denominator, bins: binEdges([-1, 0, 1]), pseudoCount: 20 });
    // Two bins, of which the upper one holds the columns of score 0 or more.
    const [above, below] = given.map(({ x }) => exactScore.score(x).values.filter((t) => t >= 0).length);
    ratio.logRatio(COLUMNS, { slope: -0.8 }).forEach((value, i) => {
      const upper = board.exact.score(COLUMNS, -0.8)[i]! >= 0;
      const counts = [above!, below!].map((count) => (upper ? count : FEW - count) + 20);
      expect(value).toBeCloseTo(Math.log(counts[0]! / counts[1]!), 12);
    });
  });

  it.each([
    { name: "a theta outside the grid", options: {}, theta: -0.5, message: "theta.slope is -0.5; expected a number in [-0.8, -0.6]" },
    { name: "a denominator off the nodes", options: { denominator: { slope: -0.7 } }, message: "expected a node of the simulations' grid" },
    { name: "a denominator outside", options: { denominator: { slope: -0.1 } }, message: "denominator.slope is -0.1" },
    { name: "a pseudo-count of 0", options: { pseudoCount: 0 }, message: "pseudoCount is 0; expected a number of events above 0" },
    { name: "no bins", options: { bins: 0 }, message: "bins is 0; expected a whole number from 1, or a binning" },
    { name: "more bins than memory", options: { bins: integerBinsOfScore }, message: "expected at most 1000000" },
    {
      name: "another score",
      score: { ...exactScore, observables: ["row"] },
      options: {},
      message: "expected the parameters and observables",
    },
    { name: "a score without end", score: withScores(() => Number.NaN), options: {}, message: "score.score(x)[0][0] is NaN" },
    { name: "a score of one value", score: withScores(() => 3), options: {}, message: "the score's component 0 is \"3 for all events" },
  ])("refuses $name", async ({ options, score = exactScore, theta = -0.8, message }) => {
    const given = await few;
    for (const [where, density] of Object.entries({ scoreDensity, sallinoDensity })) {
      const run = () => density(score, given, { denominator, ...options }).logRatio([15], { slope: theta });
      expect(run).toThrow(DomainError);
      expect(run).toThrow(`${where}: `);
      expect(run).toThrow(message);
    }
  });

  it("refuses binnings and scores of the wrong shape", async () => {
    const given = await few;
    const run = () => scoreDensity(exactScore, given, { denominator, bins: [10, integerBins(0, 1)] });
    expect(run).toThrow(ShapeError);
    expect(run).toThrow("scoreDensity: bins has shape [2]; expected [1], one for each component of the score");
    const short = { ...exactScore, score: () => ({ rows: 1, columns: 1, values: Float64Array.of(1) }) };
    expect(() => scoreDensity(short, given, { denominator })).toThrow("scoreDensity: score.score(x) has shape [1, 1]; expected [500, 1]");
  });
});

function integerBinsOfScore(): Float64Array {
  return Float64Array.from({ length: 1_000_002 }, (_, i) => i);
}

function withScores(value: () => number): typeof exactScore {
  return {
    ...exactScore,
    score: (x) => ({ rows: toMatrix("test", "x", x, 1).rows, columns: 1, values: toMatrix("test", "x", x, 1).values.map(value) }),
  };
}

describe("of a Gaussian shift in two parameters, where the score is sufficient everywhere", () => {
  // x ~ N(theta, 1): the score at 0 is x itself.
  type Plane = { readonly a: readonly [-9, 9]; readonly b: readonly [-9, 9] };
  const parameters: Plane = { a: [-9, 9], b: [-9, 9] };
  const n = 30_000;
  const noises = [0, 1, 2, 3].map((node) => [0, 1].map((k) => unitSpread(standardNormals(fold(fold(key(1), node), k), n))));
  const NODES = [
    [0, 0],
    [0, 0.5],
    [0.5, 0],
    [0.5, 0.5],
  ] as const;
  type Map = (u: number, v: number) => readonly [number, number];

  /** The family with theta mapped by `toTheta`, x by `toX`. */
  const family = (toTheta: Map, toX: Map): Simulations<Plane>[] =>
    NODES.map(([a, b], node) => {
      const [theta, x] = [new Float64Array(2 * n), new Float64Array(2 * n)];
      for (let i = 0; i < n; i++) {
        theta.set(toTheta(a, b), 2 * i);
        x.set(toX(a + noises[node]![0]![i]!, b + noises[node]![1]![i]!), 2 * i);
      }
      const rows = (values: Float64Array): Matrix => ({ rows: n, columns: 2, values });
      return { simulator: "shift", parameters, observables: ["u", "v"], seed: 1, theta: rows(theta), x: rows(x), failures: NO_FAILURES };
    });
  const same: Map = (u, v) => [u, v];
  const score: LocalScore<Plane> = {
    parameters,
    observables: ["u", "v"],
    reference: { a: 0, b: 0 },
    score: (x) => toMatrix("test", "x", x, 2),
  };
  const grid = family(same, same);
  const denominator = { a: 0, b: 0 };
  const points = [
    [0.3, -0.4],
    [1.1, 0.7],
    [-0.8, 0.2],
    [-1.3, -1.4],
    [0.05, 0.01],
  ];
  const mass = ([low, high]: readonly [number, number], mean: number) => standardNormalCdf(high - mean) - standardNormalCdf(low - mean);
  /** The bin of a value between edges that mirror in 0. */
  const bin = (value: number, above: readonly number[]): readonly [number, number] => {
    const edges = [...above.map((edge) => -edge).reverse(), 0, ...above];
    const i = edges.findIndex((edge, k) => value >= edge && value < edges[k + 1]!);
    return [edges[i]!, edges[i + 1]!];
  };
  const FINE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3];
  const COARSE = [0.5, 1, 2, 3];

  /** Closed form for a cell that is a product of two bins, and the error of its counts. */
  const cell = (first: readonly [number, number], second: readonly [number, number], means: readonly [number, number]) => {
    const [above, below] = [mass(first, means[0]) * mass(second, means[1]), mass(first, 0) * mass(second, 0)];
    return { logRatio: Math.log(above / below), se: Math.sqrt(1 / (n * above) + 1 / (n * below)) };
  };

  it("turned: fine bins along theta - theta1, coarse ones across", () => {
    const ratio = scoreDensity(score, grid, { denominator, pseudoCount: 1e-9 });
    const values = ratio.logRatio(points, { a: 0.5, b: 0.5 });
    points.forEach(([u, v], i) => {
      const [along, across] = [(u! + v!) / Math.SQRT2, (v! - u!) / Math.SQRT2];
      const { logRatio, se } = cell(bin(along, FINE), bin(across, COARSE), [Math.SQRT1_2, 0]);
      expect(Math.abs(values[i]! - logRatio)).toBeLessThan(5 * se);
    });
  });

  it("not turned: the product of the components' bins", () => {
    const ratio = scoreDensity(score, grid, { denominator, rotate: false, bins: binEdges([-2, -1, 0, 1, 2]), pseudoCount: 1e-9 });
    const values = ratio.logRatio(points, { a: 0.5, b: 0.5 });
    const open = (value: number): readonly [number, number] =>
      Math.abs(value) < 1 ? bin(value, [1]) : value > 0 ? [1, Infinity] : [-Infinity, -1];
    points.forEach(([u, v], i) => {
      const { logRatio, se } = cell(open(u!), open(v!), [0.5, 0.5]);
      expect(Math.abs(values[i]! - logRatio)).toBeLessThan(5 * se);
    });
  });

  it("SALLINO: one number along each step", () => {
    const ratio = sallinoDensity(score, grid, { denominator, pseudoCount: 1e-9 });
    const values = ratio.logRatio(points, { a: 0.5, b: 0.5 });
    const h = columnOf(grid[0]!.x, 0).map((u, i) => (u + grid[0]!.x.values[2 * i + 1]!) / Math.SQRT2);
    // Bins in units of the sample's own spread of h.
    const { std } = momentsOf(h);
    const finest = [...Array.from({ length: 20 }, (_, i) => 0.05 * (i + 1)), ...Array.from({ length: 20 }, (_, i) => 1.1 + 0.1 * i)];
    points.forEach(([u, v], i) => {
      const [low, high] = bin((u! + v!) / Math.SQRT2 / std, finest);
      const { logRatio, se } = cell([low * std, high * std], [-Infinity, Infinity], [Math.SQRT1_2, 0]);
      expect(Math.abs(values[i]! - logRatio)).toBeLessThan(5 * se);
    });
  });

  it.each([{ density: scoreDensity }, { density: sallinoDensity }])("between the nodes $density.name is bilinear", ({ density }) => {
    const ratio = density(score, grid, { denominator });
    const at = (a: number, b: number) => ratio.logRatio(points, { a, b });
    const nodes = NODES.map(([a, b]) => at(a, b));
    at(0.125, 0.25).forEach((value, i) => {
      expect(value).toBeCloseTo(
        [0.375, 0.375, 0.125, 0.125].reduce((sum, weight, k) => sum + weight * nodes[k]![i]!, 0),
        12,
      );
    });
  });

  it.each([{ density: scoreDensity }, { density: sallinoDensity }])(
    "$density.name does not depend on the axes' directions",
    ({ density }) => {
      const turn: Map = (u, v) => [-v, u];
      const rotatedRatio = density(score, family(turn, turn), { denominator: { a: -0, b: 0 } });
      const original = density(score, grid, { denominator });
      for (const [a, b] of NODES) {
        const rotated = rotatedRatio.logRatio(
          points.map(([u, v]) => [-v!, u!]),
          { a: -b, b: a },
        );
        expect(rotated).toEqual(original.logRatio(points, { a, b }));
      }
    },
  );

  it("nor, when turned, on the parameters' units", () => {
    // a in quarters: theta_a is four times, its score a fourth.
    const rescaled = scoreDensity(
      score,
      family(
        (a, b) => [4 * a, b],
        (u, v) => [u / 4, v],
      ),
      { denominator },
    );
    const original = scoreDensity(score, grid, { denominator });
    for (const [a, b] of NODES)
      expect(
        rescaled.logRatio(
          points.map(([u, v]) => [u! / 4, v!]),
          { a: 4 * a, b },
        ),
      ).toEqual(original.logRatio(points, { a, b }));
  });

  it("turns scores of unequal spread so that one axis is theirs along the step, the other uncorrelated with it", () => {
    const values = Float64Array.from({ length: 2 * n }, (_, i) => [2, 0.5][i % 2]! * noises[0]![i % 2]![Math.floor(i / 2)]!);
    const step = Float64Array.of(0.3, -0.7);
    const [along, across] = turned({ rows: n, columns: 2, values }, step);
    // Standardised, the step is (0.6, -0.35); a score of covariance diag(4, 1/4) has the covariance a_0 b_0 4 + a_1 b_1 / 4 along a and b.
    const covariance = (a: ArrayLike<number>, b: ArrayLike<number>) => 4 * a[0]! * b[0]! + (a[1]! * b[1]!) / 4;
    for (const k of [0, 1]) expect(along![k]! * Math.hypot(0.6, 0.35)).toBeCloseTo(step[k]!, 10);
    expect(covariance(across!, along!)).toBeCloseTo(0, 10);
    expect(covariance(across!, across!)).toBeCloseTo(1, 10);
  });

  it("refuses three parameters, which SALLINO takes", () => {
    const three = { ...score, parameters: { ...parameters, c: [0, 1] as const }, reference: { a: 0, b: 0, c: 0 } };
    expect(() => scoreDensity(three, [], { denominator: { a: 0, b: 0, c: 0 } })).toThrow(
      "scoreDensity: score.parameters is 3; expected one or two parameters; use sallinoDensity",
    );
  });
});

/** The values with a standard deviation of one. */
function unitSpread(values: Float64Array): Float64Array {
  const { std } = momentsOf(values);
  return values.map((value) => value / std);
}
