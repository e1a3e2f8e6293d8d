import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import { kde } from "../../src/estimators/kde.js";
import { logLikelihood } from "../../src/inference/log-likelihood.js";
import { maximumLikelihood } from "../../src/inference/maximum-likelihood.js";
import { key, standardNormals } from "../../src/numerics/random.js";
import { integrate, normalFromPrior, normalGrid, simulationsOf } from "./models.js";

const gauss = (u: number, h: number) => Math.exp(-0.5 * (u / h) ** 2) / (h * Math.sqrt(2 * Math.PI));
const EVENTS = [0, 0.3, 0.5, 1, 1.1, 2, 2.2, 3, 4, 7];

function plane(n: number, thetas: readonly number[] = [0]) {
  return simulationsOf(
    { a: [0, 1] },
    thetas.flatMap((theta, k) => {
      const [u, v] = [standardNormals(key(2 * k + 1), n), standardNormals(key(2 * k + 2), n)];
      return Array.from(u, (value, i) => ({ theta: [theta], x: [value + theta, 0.5 * value + v[i]!] }));
    }),
  );
}

describe("kde", () => {
  it("is the average of the kernels at a node", () => {
    const density = kde({ bandwidth: 0.4 }).fit(
      simulationsOf(
        { a: [0, 1] },
        EVENTS.map((x) => ({ theta: [0.5], x: [x] })),
      ),
    );
    for (const x of [-1, 0.4, 3.3]) {
      const exact = EVENTS.reduce((sum, event) => sum + gauss(x - event, 0.4) / EVENTS.length, 0);
      expect(density.logProb([x], { a: 0.5 })[0]).toBeCloseTo(Math.log(exact), 11);
    }
    // Far away the nearest kernel alone counts.
    expect(density.logProb([50], { a: 0.5 })[0]).toBeCloseTo(-0.5 * (43 / 0.4) ** 2 - Math.log(10 * 0.4 * Math.sqrt(2 * Math.PI)), 8);
  });

  it("is the average of product kernels for two summaries", () => {
    const simulations = plane(20);
    const density = kde({ bandwidth: [0.3, 0.7] }).fit(simulations);
    const exact =
      Array.from(
        { length: 20 },
        (_, i) => gauss(0.2 - simulations.x.values[2 * i]!, 0.3) * gauss(-0.4 - simulations.x.values[2 * i + 1]!, 0.7),
      ).reduce((a, b) => a + b) / 20;
    expect(density.logProb([[0.2, -0.4]], { a: 0 })[0]).toBeCloseTo(Math.log(exact), 11);
  });

  it("chooses Silverman's bandwidth: spread (4 / 3 n)^(1/5)", () => {
    const n = 20_000;
    const simulations = normalGrid([0], n);
    const h = (4 / (3 * n)) ** 0.2;
    const density = kde().fit(simulations);
    for (const x of [-1.5, 0, 0.8]) {
      // The expectation is the normal density smeared by h; its variance is p / (2 sqrt(pi) h n).
      const expected = gauss(x, Math.hypot(1, h));
      const se = Math.sqrt(expected / (2 * Math.sqrt(Math.PI) * h * n));
      expect(Math.abs(Math.exp(density.logProb([x], { mean: 0 })[0]!) - expected)).toBeLessThan(5 * se);
    }
    const given = kde({ bandwidth: h }).fit(simulations).logProb([0.3], { mean: 0 })[0]!;
    // The spread is known to 1 / sqrt(2 n) or, by quartiles, somewhat worse; log p moves by far less than that part.
    expect(Math.abs(density.logProb([0.3], { mean: 0 })[0]! - given)).toBeLessThan(5 / Math.sqrt(n));
  });

  it("takes the smaller of standard deviation and interquartile range over 1.349", () => {
    const skewed = [0, 1, 2, 3, 4, 5, 6, 7, 8, 100];
    // Quartiles 2.25 and 6.75; the standard deviation is 29.
    const spread = 4.5 / 1.349;
    const one = simulationsOf(
      { a: [0, 1] },
      skewed.map((x) => ({ theta: [0.5], x: [x] })),
    );
    const h = spread * (4 / 30) ** 0.2;
    expect(kde().fit(one).logProb([3.3], { a: 0.5 })[0]).toBeCloseTo(kde({ bandwidth: h }).fit(one).logProb([3.3], { a: 0.5 })[0]!, 11);
    const two = simulationsOf(
      { a: [0, 1] },
      skewed.map((x) => ({ theta: [0.5], x: [x, -2 * x] })),
    );
    const g = spread * (4 / 40) ** (1 / 6);
    const [chosen, given] = [kde(), kde({ bandwidth: [g, 2 * g] })].map((method) => method.fit(two).logProb([[3.3, -5]], { a: 0.5 })[0]!);
    expect(chosen).toBeCloseTo(given!, 11);
  });

  it.each([0, 0.3, 0.5, 1])("integrates to one at and between the nodes: %d", (a) => {
    const line = kde().fit(normalGrid([0, 1], 500));
    expect(integrate((x) => Math.exp(line.logProb([x], { mean: a })[0]!), -9, 10, 1000)).toBeCloseTo(1, 6);
    const both = kde().fit(plane(200, [0, 1]));
    const cells = 60;
    const centres = Array.from({ length: cells }, (_, i) => -8 + (16 * (i + 0.5)) / cells);
    const rows = centres.flatMap((x) => centres.map((y) => [x, y]));
    expect(both.logProb(rows, { a }).reduce((sum, value) => sum + Math.exp(value) * (16 / cells) ** 2, 0)).toBeCloseTo(1, 5);
  });

  it("moves a peak from node to node", () => {
    const density = kde({ bandwidth: 0.2 }).fit(normalGrid([0, 1], 20_000));
    // Blended normals of equal width s at 0 and 1 are a normal of width s at 0.5.
    const width = Math.hypot(1, 0.2);
    const se = Math.sqrt(1 / (gauss(0, width) * 2 * Math.sqrt(Math.PI) * 0.2 * 20_000));
    expect(Math.abs(density.logProb([0.5], { mean: 0.5 })[0]! - Math.log(gauss(0, width)))).toBeLessThan(5 * se);
  });

  it("leads to a normal mean between the nodes", () => {
    const density = kde().fit(normalGrid([-1, -0.5, 0, 0.5, 1], 4000));
    const x = standardNormals(key(17), 500).map((u) => u + 0.3);
    const best = maximumLikelihood(logLikelihood(density, x));
    expect(Math.abs(best.theta.mean - 0.3)).toBeLessThan(5 * Math.sqrt(1 / 500 + 2 / 4000));
  });

  it("gives the same for a matrix asked twice, for rows and for a summary that is the event", () => {
    const simulations = normalGrid([0, 1], 50);
    const density = kde().fit(simulations);
    const x = { rows: 2, columns: 1, values: Float64Array.of(0.1, 0.9) };
    const first = density.logProb(x, { mean: 0.4 });
    expect(density.logProb(x, { mean: 0.4 })).toEqual(first);
    expect(density.logProb([0.1, 0.9], { mean: 0.4 })).toEqual(first);
    expect(
      kde({ summary: ([value]) => value! })
        .fit(simulations)
        .logProb(x, { mean: 0.4 }),
    ).toEqual(first);
  });
});

describe("kde refuses", () => {
  const simulations = normalGrid([0, 1], 50);
  it.each([
    { name: "a bandwidth of zero", run: () => kde({ bandwidth: 0 }), error: DomainError, message: "kde: bandwidth is 0" },
    {
      name: "a bandwidth too many",
      run: () => kde({ bandwidth: [1, 2] }).fit(simulations),
      error: ShapeError,
      message: "kde: bandwidth has shape [2]; expected [1]",
    },
    {
      name: "a summary without spread",
      run: () => kde({ summary: () => 1 }).fit(simulations),
      error: DomainError,
      message: "kde: summary[0]'s spread is 0",
    },
    { name: "a continuous theta", run: () => kde().fit(normalFromPrior(50)), error: DomainError, message: "kde: simulations.theta is" },
    {
      name: "three summaries",
      run: () => kde({ summary: ([x]) => [x!, x!, x!] }).fit(simulations),
      error: ShapeError,
      message: "kde: summary has shape [N, 3]",
    },
    {
      name: "an infinite summary",
      run: () => kde({ summary: () => Infinity }).fit(simulations),
      error: DomainError,
      message: "kde: summary of event 0, element 0, is Infinity",
    },
    {
      name: "a bandwidth too narrow to normalise",
      run: () => kde({ bandwidth: 1e-9 }).fit(simulations).logProb([0], { mean: 0.5 }),
      error: DomainError,
      message: 'kde: bandwidth is "too narrow',
    },
    {
      name: "theta outside the nodes",
      run: () => kde().fit(simulations).logProb([0], { mean: 2 }),
      error: DomainError,
      message: "kde: theta.mean is 2; expected a number in [0, 1]",
    },
    {
      name: "NaN in x",
      run: () => kde().fit(simulations).logProb([Number.NaN], { mean: 0 }),
      error: DomainError,
      message: "kde: x[0][0] is NaN",
    },
  ])("$name", ({ run, error, message }) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});
