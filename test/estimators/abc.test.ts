import { describe, expect, it } from "vitest";
import { drawnFrom } from "../../src/data/proposals.js";
import { DomainError, NotConvergedError, ShapeError } from "../../src/errors.js";
import { rejectionAbc } from "../../src/estimators/abc/rejection-abc.js";
import { euclidean, manhattan, scaled } from "../../src/estimators/distance.js";
import { standardNormalCdf } from "../../src/numerics/special.js";
import { independent } from "../../src/probability/independent.js";
import { normal } from "../../src/probability/normal.js";
import { uniform } from "../../src/probability/uniform.js";
import { galtonBoard } from "../../src/simulators/galton-board.js";
import { simulate } from "../../src/simulators/simulate.js";
import { integrate, normalFromPrior, simulationsOf } from "./models.js";

const X = 0.9;
const N = 100_000;

/** Moments of p(mean | |x' - X| <= tolerance) for a standard normal prior and unit noise, and the probability of acceptance. */
function exactAbc(tolerance: number) {
  const joint = (mean: number) =>
    Math.exp(-0.5 * mean * mean - 0.5 * Math.log(2 * Math.PI)) *
    (standardNormalCdf(X + tolerance - mean) - standardNormalCdf(X - tolerance - mean));
  const rate = integrate(joint, -9, 9);
  const mean = integrate((m) => m * joint(m), -9, 9) / rate;
  return { rate, mean, std: Math.sqrt(integrate((m) => (m - mean) ** 2 * joint(m), -9, 9) / rate) };
}

describe("rejectionAbc", () => {
  const simulations = normalFromPrior(N);

  it.each([2, 0.5, 0.05])("gives the exact posterior of its tolerance %d", (tolerance) => {
    const exact = exactAbc(tolerance);
    const posterior = rejectionAbc({ distance: euclidean, tolerance }).fit(simulations).at([X]);
    const accepted = posterior.theta.rows;
    expect(Math.abs(posterior.mean.mean - exact.mean)).toBeLessThan((5 * exact.std) / Math.sqrt(accepted));
    // Of a nearly normal sample the standard deviation has the standard error std / sqrt(2 M).
    expect(Math.abs(posterior.std.mean - exact.std)).toBeLessThan((5 * exact.std) / Math.sqrt(2 * accepted));
    expect(Math.abs(posterior.acceptanceRate - exact.rate)).toBeLessThan(5 * Math.sqrt((exact.rate * (1 - exact.rate)) / N));
    expect(posterior.simulated).toBe(N);
    expect(Math.max(...posterior.distances)).toBeLessThanOrEqual(tolerance);
  });

  it("nears the conjugate posterior N(x / 2, 1 / 2) as the tolerance falls, and accepts less", () => {
    const runs = [3, 1, 0.1].map((tolerance) => rejectionAbc({ distance: euclidean, tolerance }).fit(simulations).at([X]));
    const errors = runs.map(({ mean, std }) => Math.abs(mean.mean - X / 2) + Math.abs(std.mean - Math.SQRT1_2));
    expect(errors[0]!).toBeGreaterThan(2 * errors[1]!);
    expect(errors[1]!).toBeGreaterThan(errors[2]!);
    expect(errors[2]!).toBeLessThan((10 * Math.SQRT1_2) / Math.sqrt(runs[2]!.theta.rows));
    expect(runs[0]!.acceptanceRate).toBeGreaterThan(runs[1]!.acceptanceRate);
    expect(runs[1]!.acceptanceRate).toBeGreaterThan(5 * runs[2]!.acceptanceRate);
  });

  it("keeps the nearest fraction with a quantile", () => {
    const posterior = rejectionAbc({ distance: manhattan, quantile: 0.01 }).fit(simulations).at([X]);
    expect(posterior.theta.rows).toBe(N / 100);
    expect(posterior.tolerance).toBe(Math.max(...posterior.distances));
    expect(posterior.quantile(0.5).mean).toBeCloseTo(X / 2, 0);
    expect(posterior.quantile(0).mean).toBe(Math.min(...posterior.theta.values));
  });

  it("takes several observed events as one data set", () => {
    const four = simulationsOf(
      { a: [0, 1] },
      [0.1, 0.1, 0.7, 0.7].map((theta, i) => ({ theta: [theta], x: [[0, 2, 5, 7][i]!] })),
    );
    const posterior = rejectionAbc({ distance: euclidean, tolerance: 0.5 }).fit(four).at([0.8, 1]);
    expect(posterior.theta.values).toEqual(Float64Array.of(0.1));
    expect(posterior.distances[0]).toBeCloseTo(0.1, 12);
    const spread = rejectionAbc({ distance: euclidean, tolerance: 0.5, summary: (x) => Math.max(...x.values) })
      .fit(four)
      .at([3, 6.9]);
    expect(spread.theta.values).toEqual(Float64Array.of(0.7));
  });

  it("weighs summaries by their spread when the distance is scaled", () => {
    const rows = Array.from({ length: 101 }, (_, i) => ({ theta: [i / 100], x: [i, 1000 * ((i * 37) % 101)] }));
    const [plain, fair] = [euclidean, scaled(euclidean)].map((distance) =>
      rejectionAbc({ distance, quantile: 0.01 })
        .fit(simulationsOf({ a: [0, 1] }, rows))
        .at([[50, 1000 * 40]]),
    );
    expect(plain!.theta.values[0]).toBe(rows.find(({ x }) => x[1] === 40_000)!.theta[0]);
    const near = rows
      .map(({ theta, x }) => ({ theta, distance: ((x[0]! - 50) / 25) ** 2 + ((x[1]! - 40_000) / 25_000) ** 2 }))
      .sort((a, b) => a.distance - b.distance)[0]!;
    expect(fair!.theta.values[0]).toBe(near.theta[0]);
    expect(fair!.distances[0]! ** 2).toBeCloseTo(near.distance, 10);
    const named = rejectionAbc({ distance: euclidean, quantile: 0.01, summary: ["x0"] })
      .fit(simulationsOf({ a: [0, 1] }, rows))
      .at([[50, -5]]);
    expect(named.theta.values[0]).toBe(0.5);
  });
});

describe("rejectionAbc.sample", () => {
  const board = galtonBoard();
  const abc = rejectionAbc({ distance: euclidean, tolerance: 0.06 });
  const balls = 20;
  const prior = uniform({ slope: [-1, 0] });
  const request = { prior, simulate: (theta: { slope: number }, seed: number) => simulate(board, { theta, n: balls, seed }), seed: 3 };

  it("gives the board's posterior of the average column, exact by convolution", async () => {
    const observed = Float64Array.from({ length: balls }, (_, i) => (i % 2 === 0 ? 15 : 17));
    const posterior = await abc.sample(observed, { ...request, budget: 4000 });
    // Averages within 0.06 of 16 are sums within 1 of 320.
    const within = (slope: number) => {
      const one = board.exact.probabilities(slope);
      let sums = Float64Array.of(1);
      for (let ball = 0; ball < balls; ball++) sums = convolve(sums, one);
      return sums[319]! + sums[320]! + sums[321]!;
    };
    const slopes = Array.from({ length: 200 }, (_, i) => -1 + (i + 0.5) / 200);
    const weights = slopes.map(within);
    const total = weights.reduce((a, b) => a + b);
    const mean = slopes.reduce((sum, slope, i) => sum + (slope * weights[i]!) / total, 0);
    const std = Math.sqrt(slopes.reduce((sum, slope, i) => sum + ((slope - mean) ** 2 * weights[i]!) / total, 0));
    const rate = total / slopes.length;
    expect(Math.abs(posterior.mean.slope - mean)).toBeLessThan((5 * std) / Math.sqrt(posterior.theta.rows));
    expect(Math.abs(posterior.acceptanceRate - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / 4000));
  });

  const coin = {
    prior: independent({ mean: normal(0, 1) }),
    simulate: (theta: { mean: number }, seed: number) => [theta.mean + (seed % 1000) / 1000 - 0.5],
    seed: 1,
  };

  it("stops when enough are accepted and repeats with the seed", async () => {
    const once = await abc.sample([0.2], { ...coin, n: 50, budget: 100_000 });
    expect(once.theta.rows).toBeGreaterThanOrEqual(50);
    expect(once.simulated).toBeLessThan(5000);
    expect((await abc.sample([0.2], { ...coin, n: 50, budget: 100_000 })).theta).toEqual(once.theta);
    expect((await abc.sample([0.2], { ...coin, n: 50, budget: 100_000, seed: 2 })).theta).not.toEqual(once.theta);
  });

  it("uses the whole budget with a quantile and keeps the nearest", async () => {
    const posterior = await rejectionAbc({ distance: scaled(), quantile: 0.1 }).sample([0.2], { ...coin, budget: 500 });
    expect([posterior.theta.rows, posterior.simulated]).toEqual([50, 500]);
  });

  it("carries those accepted when the budget is used up", async () => {
    const error = await abc.sample([0.2], { ...coin, n: 1000, budget: 400 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotConvergedError);
    expect((error as Error).message).toMatch(/rejectionAbc: \d+ of 1000 accepted in 400 data sets; raise the budget or the tolerance/);
    expect((error as NotConvergedError<{ theta: { rows: number } }>).best.theta.rows).toBeGreaterThan(0);
  });

  it.each([
    {
      name: "no tolerance",
      run: () => rejectionAbc({ distance: euclidean } as never),
      error: DomainError,
      message: "rejectionAbc: tolerance and quantile is",
    },
    {
      name: "a negative tolerance",
      run: () => rejectionAbc({ distance: euclidean, tolerance: -1 }),
      error: DomainError,
      message: "rejectionAbc: tolerance is -1",
    },
    {
      name: "a quantile in per cent",
      run: () => rejectionAbc({ distance: euclidean, quantile: 5 }),
      error: DomainError,
      message: "rejectionAbc: quantile is 5",
    },
    {
      name: "NaN in the observation",
      run: () => abc.sample([Number.NaN], { ...coin, budget: 5 }),
      error: DomainError,
      message: "rejectionAbc: observed[0][0] is NaN",
    },
    {
      name: "an empty observation",
      run: () => abc.sample([], { ...coin, budget: 5 }),
      error: ShapeError,
      message: "rejectionAbc: observed has shape [0, 1]",
    },
    {
      name: "a budget of nothing",
      run: () => abc.sample([1], { ...coin, budget: 0 }),
      error: DomainError,
      message: "rejectionAbc: budget is 0",
    },
    {
      name: "a broken n",
      run: () => abc.sample([1], { ...coin, budget: 9, n: 0.5 }),
      error: DomainError,
      message: "rejectionAbc: n is 0.5",
    },
    {
      name: "a data set of another size",
      run: () => abc.sample([1, 2], { ...coin, budget: 5 }),
      error: ShapeError,
      message: "rejectionAbc: simulate's events has shape [1, 1]; expected [2, 1]",
    },
    {
      name: "a summary that is NaN",
      run: () => rejectionAbc({ distance: euclidean, tolerance: 1, summary: () => Number.NaN }).sample([1], { ...coin, budget: 5 }),
      error: DomainError,
      message: "rejectionAbc: summary of observed, element 0, is NaN",
    },
    {
      name: "a distance that is NaN",
      run: () => rejectionAbc({ distance: () => Number.NaN, tolerance: 1 }).sample([1], { ...coin, budget: 5 }),
      error: DomainError,
      message: "rejectionAbc: distance(",
    },
    {
      name: "n beside a quantile",
      run: () => rejectionAbc({ distance: euclidean, quantile: 0.1 }).sample([1], { ...coin, budget: 5, n: 3 }),
      error: DomainError,
      message: "rejectionAbc: n is 3",
    },
    {
      name: "an unknown observable",
      run: () =>
        rejectionAbc({ distance: euclidean, tolerance: 1, summary: ["y"] })
          .fit(normalFromPrior(5))
          .at([1]),
      error: DomainError,
      message: 'rejectionAbc: summary is "y"; expected one of the observables x0',
    },
    {
      name: "draws of a proposal",
      run: () => rejectionAbc({ distance: euclidean, tolerance: 1 }).fit(drawnFrom(normalFromPrior(5), { name: "round 1", kind: "other" })),
      error: DomainError,
      message: 'rejectionAbc.fit: simulations.proposals[0] is "round 1"; expected the prior; use apt',
    },
    {
      name: "draws of the truncated prior",
      run: () =>
        rejectionAbc({ distance: euclidean, tolerance: 1 }).fit(drawnFrom(normalFromPrior(5), { name: "region", kind: "truncated" })),
      error: DomainError,
      message: 'rejectionAbc.fit: simulations.proposals[0] is "region"; expected the prior',
    },
    {
      name: "what is no simulations",
      run: () => rejectionAbc({ distance: euclidean, tolerance: 1 }).fit([[1]] as never),
      error: DomainError,
      message: "rejectionAbc.fit: simulations is [[1]]; expected simulations: theta, x, parameters and observables",
    },
    {
      name: "a distance by name",
      run: () => rejectionAbc({ distance: "euclidean" as never, tolerance: 1 }),
      error: DomainError,
      message: 'rejectionAbc: distance is "euclidean"; expected a distance between rows; give euclidean',
    },
    {
      name: "a tolerance that is a text",
      run: () => rejectionAbc({ distance: euclidean, tolerance: "1" as never }),
      error: DomainError,
      message: 'rejectionAbc: tolerance is "1"',
    },
    {
      name: "a number for observed events",
      run: () =>
        rejectionAbc({ distance: euclidean, tolerance: 1 })
          .fit(normalFromPrior(5))
          .at(1 as never),
      error: DomainError,
      message: "rejectionAbc: observed is 1; expected events, as numbers or rows of numbers",
    },
    {
      name: "no options of a run",
      run: () => abc.sample([1], undefined as never),
      error: DomainError,
      message: "rejectionAbc: options is undefined; expected options with prior, simulate, budget and seed",
    },
    {
      name: "ranges for a prior",
      run: () => abc.sample([1], { ...coin, budget: 5, prior: { p: [0, 1] } as never }),
      error: DomainError,
      message: 'rejectionAbc: prior is {"p":[0,1]}; expected a prior that can be drawn from',
    },
    {
      name: "no seed",
      run: () => abc.sample([1], { ...coin, budget: 5, seed: undefined as never }),
      error: DomainError,
      message: "rejectionAbc: seed is undefined; expected an integer from 0 to 2^53 - 1",
    },
    {
      name: "no simulate",
      run: () => abc.sample([1], { ...coin, budget: 5, simulate: undefined as never }),
      error: DomainError,
      message: "rejectionAbc: simulate is undefined; expected a function (theta, seed)",
    },
    {
      name: "a simulate that gives nothing",
      run: () => abc.sample([1], { ...coin, budget: 5, simulate: (() => undefined) as never }),
      error: DomainError,
      message: "rejectionAbc: simulate's events is undefined; expected events",
    },
    {
      name: "a tolerance that nothing meets",
      run: () => rejectionAbc({ distance: euclidean, tolerance: 1 }).fit(normalFromPrior(5)).at([100]),
      error: NotConvergedError,
      message: "rejectionAbc: none of 5 data sets is within the tolerance 1; the nearest is at",
    },
    {
      name: "rows that make no whole data sets",
      run: () => rejectionAbc({ distance: euclidean, tolerance: 1 }).fit(normalFromPrior(5)).at([1, 2]),
      error: ShapeError,
      message: "rejectionAbc: simulations.x has shape [5, 1]; expected [M * 2, 1]",
    },
    {
      name: "a data set of several thetas",
      run: () => rejectionAbc({ distance: euclidean, tolerance: 1 }).fit(normalFromPrior(4)).at([1, 2]),
      error: DomainError,
      message: "rejectionAbc: simulations.theta[1][0] is",
    },
    {
      name: "a scaled summary without spread",
      run: () =>
        rejectionAbc({ distance: scaled(), tolerance: 1, summary: () => 3 })
          .fit(normalFromPrior(4))
          .at([1]),
      error: DomainError,
      message: "scaled: summary[0]'s median absolute deviation is 0",
    },
    {
      name: "a quantile of the posterior above one",
      run: () => rejectionAbc({ distance: euclidean, tolerance: 99 }).fit(normalFromPrior(4)).at([1]).quantile(2),
      error: DomainError,
      message: "quantile: p is 2",
    },
  ])("refuses $name", async ({ run, error, message }) => {
    const attempt = async () => run();
    await expect(attempt()).rejects.toThrow(error);
    await expect(attempt()).rejects.toThrow(message);
  });
});

function convolve(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const out = new Float64Array(a.length + b.length - 1);
  a.forEach((p, i) => {
    b.forEach((q, j) => {
      out[i + j] = out[i + j]! + p * q;
    });
  });
  return out;
}
