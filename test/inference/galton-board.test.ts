import {
  confidenceRegion,
  galtonBoard,
  gridPosterior,
  logLikelihood,
  type Matrix,
  maximumLikelihood,
  simulate,
  uniform,
  wilks,
} from "galton";
import { describe, expect, it } from "vitest";
import { drawIntegers } from "../estimators/models.js";

// The whole story with the exact likelihood of the board, by dynamic programming.
const board = galtonBoard();
const exact = {
  parameters: board.parameters,
  observables: board.observables,
  logProb: (x: Matrix, { slope }: { readonly slope: number }) => board.exact.logProb(x, slope),
};
const TRUTH = -0.7;
const BALLS = 1000;
const probabilities = board.exact.probabilities(TRUTH);

describe("the board's exact likelihood", () => {
  it("is best near the truth for simulated balls, and its posterior agrees", async () => {
    const { x } = await simulate(board, { theta: { slope: TRUTH }, n: BALLS, seed: 5 });
    const logL = logLikelihood(exact, x);
    const se = 1 / Math.sqrt(BALLS * board.exact.fisherInformation(TRUTH));
    const best = maximumLikelihood(logL);
    expect(Math.abs(best.theta.slope - TRUTH)).toBeLessThan(5 * se);
    // At the best fit the score of the sample vanishes.
    const score = board.exact.score(x, best.theta.slope).reduce((total, t) => total + t, 0);
    expect(Math.abs(score)).toBeLessThan(1e-3 * Math.sqrt(BALLS));
    const posterior = gridPosterior(logL, uniform(board.parameters));
    expect(Math.abs(posterior.mean.slope - best.theta.slope)).toBeLessThan(se);
    expect(Math.abs(posterior.std.slope / se - 1)).toBeLessThan(0.3);
    const { levels } = await confidenceRegion(logL, { levels: [0.6827], method: wilks() });
    for (const end of ["low", "high"] as const) {
      expect(2 * (best.logLikelihood - logL({ slope: levels[0]!.intervals[0]![end] }))).toBeCloseTo(levels[0]!.threshold, 5);
    }
  });

  it("is unbiased over toys, scatters as the Fisher information says, and covers", () => {
    const toys = 200;
    const se = 1 / Math.sqrt(BALLS * board.exact.fisherInformation(TRUTH));
    let covered = 0;
    const slopes = Array.from({ length: toys }, (_, toy) => {
      const logL = logLikelihood(exact, drawIntegers(100 + toy, BALLS, probabilities));
      const best = maximumLikelihood(logL);
      if (2 * (best.logLikelihood - logL({ slope: TRUTH })) <= 1) covered++;
      return best.theta.slope;
    });
    const mean = slopes.reduce((total, slope) => total + slope, 0) / toys;
    const std = Math.sqrt(slopes.reduce((total, slope) => total + (slope - mean) ** 2, 0) / toys);
    expect(Math.abs(mean - TRUTH)).toBeLessThan((5 * se) / Math.sqrt(toys));
    expect(Math.abs(std / se - 1)).toBeLessThan(5 / Math.sqrt(2 * toys));
    expect(Math.abs(covered / toys - 0.6827)).toBeLessThan(5 * Math.sqrt((0.6827 * 0.3173) / toys));
  });
});
