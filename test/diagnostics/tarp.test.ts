import { describe, expect, it } from "vitest";
import { isInside } from "../../src/diagnostics/ecdf-bands-ranks.js";
import { tarp } from "../../src/diagnostics/tarp.js";
import { DomainError, type Key } from "../../src/index.js";
import { gaussianLinear } from "./fixtures/gaussian-linear.js";

const ten = gaussianLinear(10);
const options = { prior: ten.prior, n: 1000, draws: 100, alpha: 1e-3, seed: 1 };
const fromPrior = (_: ArrayLike<number>, from: Key) => ten.prior.sample(from, 1).values;
const fromX = (x: ArrayLike<number>) => Array.from(x);

describe("tarp", () => {
  it.each([
    { from: "earlier data sets", reference: undefined },
    { from: "the prior", reference: fromPrior },
    { from: "x", reference: fromX },
  ])("keeps the exact posterior of ten parameters within a band of level 1e-3, with reference points from $from", async ({ reference }) => {
    const { ecdf, pValue } = await tarp(ten.posterior(), ten.simulator, { ...options, ...(reference && { reference }) });
    expect(isInside(ecdf)).toBe(true);
    expect(pValue).toBeGreaterThan(1e-3);
  });

  it.each([{ width: 0.7 }, { width: 1.4 }, { shift: 1.5 }])("sees %o", async (distortion) => {
    const { prior, simulator, posterior } = gaussianLinear(2);
    const { ecdf } = await tarp(posterior(distortion), simulator, { ...options, prior });
    expect(isInside(ecdf)).toBe(false);
  });

  it("puts truths at both ends when the posterior is over-confident and the reference points are far", async () => {
    const { prior, simulator, posterior } = gaussianLinear(1);
    const reference = (_: ArrayLike<number>, from: Key) => prior.sample(from, 1).values;
    const { ecdf } = await tarp(posterior({ width: 0.6 }), simulator, { ...options, prior, reference });
    const at = (z: number) => ecdf.difference[ecdf.z.findIndex((point) => point >= z)]!;
    expect(at(0.1)).toBeGreaterThan(0.03);
    expect(at(0.9)).toBeLessThan(-0.03);
  });

  it("sees the prior in place of the posterior when the reference points depend on x, and not otherwise", async () => {
    const lazy = ten.posterior({ ignores: true });
    expect(isInside((await tarp(lazy, ten.simulator, { ...options, reference: fromPrior })).ecdf)).toBe(true);
    expect(isInside((await tarp(lazy, ten.simulator, { ...options, reference: fromX })).ecdf)).toBe(false);
    const { ecdf, excess } = await tarp(lazy, ten.simulator, options);
    expect(isInside(ecdf)).toBe(false);
    expect(excess).toBeGreaterThan(0.05);
  });

  it("refuses a prior with other names", async () => {
    const { prior } = gaussianLinear(2);
    await expect(tarp(ten.posterior(), ten.simulator, { ...options, prior })).rejects.toThrow(DomainError);
  });
});
