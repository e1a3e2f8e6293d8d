import { beforeAll, describe, expect, it } from "vitest";
import { isInside } from "../../src/diagnostics/ecdf-bands-ranks.js";
import { expectedCoverage } from "../../src/diagnostics/expected-coverage.js";
import { posteriorVerdict } from "../../src/diagnostics/posterior-verdict.js";
import { simulationBasedCalibration } from "../../src/diagnostics/simulation-based-calibration.js";
import type { VerifiablePosterior } from "../../src/diagnostics/verifiable-posterior.js";
import { key, type Matrix, maf, npe, type PosteriorEstimator, simulationsFromArrays, standardNormals } from "../../src/index.js";
import { gaussianLinear } from "./fixtures/gaussian-linear.js";

const two = gaussianLinear(2);
/** Family-wise level: an exact posterior leaves the bands of any parameter, or of the coverage, once in a thousand. */
const LEVEL = 1e-3;
const RUN = { prior: two.prior, seed: 5, n: 300, draws: 100, alpha: LEVEL };

async function trained(n: number): Promise<PosteriorEstimator> {
  const theta = two.prior.sample(key(1), n);
  const noise = standardNormals(key(2), 2 * n);
  const x: Matrix = { ...theta, values: theta.values.map((value, k) => value + Math.sqrt(0.1) * noise[k]!) };
  const simulations = simulationsFromArrays({ parameters: two.prior.parameters, observables: [...two.observables], theta, x });
  return npe({ flow: maf({ transforms: 2, hidden: [20] }) }).fit(simulations, { prior: two.prior, seed: 3, epochs: 100, verdict: false });
}

/** The same with each posterior drawn together about its mean. */
function overconfident(estimator: PosteriorEstimator, width: number): VerifiablePosterior {
  return {
    name: "over-confident",
    parameters: estimator.parameters,
    observables: estimator.observables,
    at(x) {
      const given = estimator.at(x);
      const some = given.sample(key(77), 500);
      const centre = [0, 1].map((j) => some.values.reduce((sum, value, k) => (k % 2 === j ? sum + value : sum), 0) / some.rows);
      const scaled = (rows: Matrix, by: number): Matrix => ({
        rows: rows.rows,
        columns: 2,
        values: rows.values.map((value, k) => centre[k % 2]! + by * (value - centre[k % 2]!)),
      });
      return {
        sample: (from, n) => scaled(given.sample(from, n), width),
        logProb: (theta) => given.logProb(scaled(theta, 1 / width)).map((value) => value - 2 * Math.log(width)),
      };
    },
  };
}

describe("a trained NPE of gaussian linear", () => {
  let estimator: PosteriorEstimator;
  beforeAll(async () => {
    estimator = await trained(6000);
  });

  it("is reported: ranks of each parameter and coverage, with simultaneous bands, within which it lies", async () => {
    const calibration = await simulationBasedCalibration(estimator, two.simulator, RUN);
    expect([calibration.ranks.rows, calibration.ranks.columns]).toEqual([RUN.n, 2]);
    expect(calibration.parameters.map(({ name }) => name)).toEqual(two.names);
    const coverage = await expectedCoverage(estimator, two.simulator, RUN);
    for (const { ecdf, pValue } of [...calibration.parameters, coverage]) {
      // A curve leaves its simultaneous band just when it is less probable than the band's level.
      expect(isInside(ecdf)).toBe(true);
      expect(pValue).toBeGreaterThan(LEVEL / 2);
    }
  });

  it("is called out when it is made over-confident, by calibration, coverage and verdict", async () => {
    const narrow = overconfident(estimator, 0.6);
    const calibration = await simulationBasedCalibration(narrow, two.simulator, RUN);
    const coverage = await expectedCoverage(narrow, two.simulator, RUN);
    for (const { ecdf } of [...calibration.parameters, coverage]) expect(isInside(ecdf)).toBe(false);
    for (const { spread } of calibration.parameters) expect(spread).toBeGreaterThan(1.3);
    expect(coverage.excess).toBeLessThan(0);
    // Regions of a normal of two dimensions that is 0.6 times too narrow hold 1 - (1 - z)^0.36 of the truths: on average over z, 1 - 1 / 1.36.
    const expected = 1 - 1 / 1.36 - 0.5;
    expect(Math.abs(coverage.excess - expected)).toBeLessThan(5 * Math.sqrt(1 / 12 / RUN.n));
    const verdict = await posteriorVerdict(narrow, two.simulator, { prior: two.prior, seed: 6, datasets: 200, draws: 60 });
    expect(verdict.grade).toBe("fail");
    expect(verdict.check("coverage")).toMatchObject({ grade: "fail", message: expect.stringMatching(/^over-confident/) });
  });

  it("gets the same report for the same seed", async () => {
    const small = { ...RUN, n: 30 };
    const report = async () => [
      await simulationBasedCalibration(estimator, two.simulator, small),
      await expectedCoverage(estimator, two.simulator, small),
    ];
    expect(await report()).toEqual(await report());
  });
});
