import { describe, expect, it } from "vitest";
import { isInside } from "../../src/diagnostics/ecdf-bands-ranks.js";
import { expectedCoverage } from "../../src/diagnostics/expected-coverage.js";
import { DomainError } from "../../src/index.js";
import { chiSquareCdf, chiSquareQuantile } from "../../src/numerics/special.js";
import { gaussianLinear } from "./fixtures/gaussian-linear.js";

const ten = gaussianLinear(10);

describe("expectedCoverage", () => {
  it("of the exact posterior of ten parameters lies within a band of level 1e-3", async () => {
    const options = { prior: ten.prior, n: 1000, draws: 100, alpha: 1e-3, seed: 1 };
    const { ecdf, pValue, excess } = await expectedCoverage(ten.posterior(), ten.simulator, options);
    expect(isInside(ecdf)).toBe(true);
    expect(pValue).toBeGreaterThan(1e-3);
    expect(Math.abs(excess)).toBeLessThan(5 * Math.sqrt(1 / 12 / 1000));
  });

  it.each([
    { d: 1, width: 0.7 },
    { d: 10, width: 0.7 },
    { d: 2, width: 1.4 },
  ])("is what the chi-square distribution says when the width is $width times the exact one in $d dimensions", async ({ d, width }) => {
    const { prior, simulator, posterior } = gaussianLinear(d);
    const n = 1500;
    const { ecdf, excess } = await expectedCoverage(posterior({ width }), simulator, { prior, n, draws: 99, seed: 2 });
    for (const [i, z] of ecdf.z.entries()) {
      // The region is a ball of radius width sqrt(q), q the chi-square quantile of z. With L draws the rank's own scatter moves coverage by O(1 / L).
      const coverage = chiSquareCdf(width ** 2 * chiSquareQuantile(z, d), d);
      expect(Math.abs(ecdf.difference[i]! + z - coverage)).toBeLessThan(5 * Math.sqrt((coverage * (1 - coverage)) / n + 1e-5) + 1 / 100);
    }
    expect(Math.sign(excess)).toBe(Math.sign(width - 1));
    expect(isInside(ecdf)).toBe(false);
  });

  it("does not see the prior in place of the posterior", async () => {
    const options = { prior: ten.prior, n: 500, draws: 60, alpha: 1e-3, seed: 3 };
    expect(isInside((await expectedCoverage(ten.posterior({ ignores: true }), ten.simulator, options)).ecdf)).toBe(true);
  });

  it("refuses a posterior without density, and densities that are NaN", async () => {
    const { sample } = ten.posterior().at(new Float64Array(10));
    const options = { prior: ten.prior, n: 2, seed: 1 };
    const without = { ...ten.posterior(), at: () => ({ sample }) };
    await expect(expectedCoverage(without, ten.simulator, options)).rejects.toThrow("without logProb");
    const broken = { ...ten.posterior(), at: () => ({ sample, logProb: () => new Float64Array(201).fill(Number.NaN) }) };
    await expect(expectedCoverage(broken, ten.simulator, options)).rejects.toThrow(DomainError);
  });
});
