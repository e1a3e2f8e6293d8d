import { describe, expect, it } from "vitest";
import { isInside } from "../../src/diagnostics/ecdf-bands-ranks.js";
import { chiSquareOf, simulationBasedCalibration } from "../../src/diagnostics/simulation-based-calibration.js";
import { DomainError, fold, integers, key, NotConvergedError, ShapeError } from "../../src/index.js";
import { columnOf } from "../../src/numerics/matrix.js";
import { standardNormalCdf } from "../../src/numerics/special.js";
import { gaussianLinear } from "./fixtures/gaussian-linear.js";

const ten = gaussianLinear(10);
const one = gaussianLinear(1);

describe("simulationBasedCalibration", () => {
  it("keeps the exact posterior of ten parameters within bands of level 1e-3", async () => {
    const { parameters, ranks, pValue } = await simulationBasedCalibration(ten.posterior(), ten.simulator, {
      prior: ten.prior,
      n: 1000,
      draws: 100,
      alpha: 1e-3,
      seed: 1,
    });
    expect(ranks).toMatchObject({ rows: 1000, columns: 10 });
    expect(parameters.map(({ ecdf }) => isInside(ecdf))).toEqual(ten.names.map(() => true));
    expect(pValue).toBeGreaterThan(1e-3);
    for (const { mean, spread, chiSquare } of parameters) {
      expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 1000));
      // The variance of (u - 1/2)^2 is 1/80 - 1/144 = 1/180.
      expect(Math.abs(spread - 1)).toBeLessThan(5 * 12 * Math.sqrt(1 / 180 / 1000));
      expect(chiSquare.pValue).toBeGreaterThan(1e-5);
    }
  });

  it("has ranks with the mean and variance that the closed form gives a posterior of another width and place", async () => {
    const [width, shift, n] = [0.7, 0.5, 2000];
    const options = { prior: one.prior, n, draws: 200, seed: 2 };
    const { ranks, parameters } = await simulationBasedCalibration(one.posterior({ width, shift }), one.simulator, options);
    // The rank is that of z in N(shift, width), z standard normal: u = Phi((z - shift) / width).
    const points = 4000;
    const u = Float64Array.from({ length: points }, (_, i) => standardNormalCdf((-6 + (12 * (i + 0.5)) / points - shift) / width));
    const weight = u.map((_, i) => (Math.exp(-((-6 + (12 * (i + 0.5)) / points) ** 2) / 2) / Math.sqrt(2 * Math.PI)) * (12 / points));
    const mean = u.reduce((total, value, i) => total + value * weight[i]!, 0);
    const second = u.reduce((total, value, i) => total + (value - mean) ** 2 * weight[i]!, 0);
    expect(Math.abs(parameters[0]!.mean - mean)).toBeLessThan(5 * Math.sqrt(second / n));
    expect(parameters[0]!.spread).toBeGreaterThan(1);
    expect(columnOf(ranks, 0).every((rank) => Number.isInteger(rank) && rank >= 0 && rank <= 200)).toBe(true);
    expect(isInside(parameters[0]!.ecdf)).toBe(false);
  });

  it("says which parameter is off and which way", async () => {
    const { parameters } = await simulationBasedCalibration(ten.posterior({ shift: 0.6 }), ten.simulator, {
      prior: ten.prior,
      n: 400,
      draws: 60,
      seed: 3,
    });
    expect(parameters.filter(({ ecdf }) => !isInside(ecdf)).map(({ name }) => name)).toEqual(["theta1"]);
    expect(parameters[0]!.mean).toBeLessThan(0.45);
  });

  it("thins: a chain that stays for five points each is exact when every fifth is kept", async () => {
    const slow = one.posterior();
    const chain = {
      ...slow,
      at: (x: ArrayLike<number>) => ({
        sample: async (from: ReturnType<typeof key>, n: number) => {
          const { values } = await slow.at(x).sample(from, Math.ceil(n / 5));
          return { rows: n, columns: 1, values: Float64Array.from({ length: n }, (_, i) => values[Math.floor(i / 5)]!) };
        },
      }),
    };
    const options = { prior: one.prior, n: 600, draws: 30, seed: 4 };
    const dependent = await simulationBasedCalibration(chain, one.simulator, options);
    const thinned = await simulationBasedCalibration(chain, one.simulator, { ...options, thin: 5 });
    const exact = await simulationBasedCalibration(slow, one.simulator, options);
    expect(dependent.parameters[0]!.spread).toBeGreaterThan(1.15);
    expect(thinned.ranks.values).toEqual(exact.ranks.values);
  });

  it("breaks ties evenly", async () => {
    const coins = {
      ...one.posterior(),
      at: () => ({
        sample: (from: ReturnType<typeof key>, n: number) => ({ rows: n, columns: 1, values: Float64Array.from(integers(from, n, 2)) }),
      }),
    };
    const prior = { names: one.names, sample: (from: ReturnType<typeof key>, n: number) => coins.at().sample(from, n) };
    const { parameters } = await simulationBasedCalibration(coins, one.simulator, { prior, n: 1000, draws: 40, alpha: 1e-3, seed: 5 });
    expect(isInside(parameters[0]!.ecdf)).toBe(true);
  });

  it("keeps what was done when it is aborted", async () => {
    const controller = new AbortController();
    let calls = 0;
    const counting = {
      ...one.posterior(),
      at: (x: ArrayLike<number>) => {
        if (++calls === 25) controller.abort();
        return one.posterior().at(x);
      },
    };
    const { ranks } = await simulationBasedCalibration(counting, one.simulator, { prior: one.prior, seed: 6, signal: controller.signal });
    expect(ranks.rows).toBe(25);
    const nothing = simulationBasedCalibration(counting, one.simulator, { prior: one.prior, seed: 6, signal: controller.signal });
    await expect(nothing).rejects.toThrow("simulationBasedCalibration: signal");
  });

  it.each([
    { what: "another prior", change: { prior: ten.prior }, message: "prior.names" },
    { what: "no data sets", change: { n: 0 }, message: "n is 0" },
    { what: "half a draw", change: { draws: 0.5 }, message: "draws is 0.5" },
    { what: "no thinning", change: { thin: 0 }, message: "thin is 0" },
    { what: "alpha 2", change: { alpha: 2, n: 2 }, message: "alpha is 2" },
  ])("refuses $what", async ({ change, message }) => {
    const run = simulationBasedCalibration(one.posterior(), one.simulator, { prior: one.prior, seed: 1, ...change });
    await expect(run).rejects.toThrow(DomainError);
    await expect(run).rejects.toThrow(message);
  });

  it("refuses a simulator with other names", async () => {
    const run = simulationBasedCalibration(one.posterior(), ten.simulator, { prior: one.prior, seed: 1 });
    await expect(run).rejects.toThrow("simulator.parameters");
  });

  const sampling = (sample: (n: number) => ReturnType<ReturnType<ReturnType<typeof one.posterior>["at"]>["sample"]>) => ({
    ...one.posterior(),
    at: () => ({ sample: (_: ReturnType<typeof key>, n: number) => sample(n) }),
  });

  it.each([
    { what: "NaN", sample: (n: number) => ({ rows: n, columns: 1, values: new Float64Array(n).fill(Number.NaN) }), error: DomainError },
    { what: "too few points", sample: () => ({ rows: 1, columns: 1, values: new Float64Array(1) }), error: ShapeError },
    {
      what: "a sampler that gives up",
      sample: () => {
        throw new NotConvergedError("sample", "stuck", undefined);
      },
      error: DomainError,
    },
  ])("refuses $what", async ({ sample, error }) => {
    await expect(simulationBasedCalibration(sampling(sample), one.simulator, { prior: one.prior, n: 3, seed: 1 })).rejects.toThrow(error);
  });
});

describe("chiSquareOf", () => {
  it("is Pearson's sum, and has its distribution for uniform ranks", () => {
    expect(
      chiSquareOf(
        Float64Array.from({ length: 20 }, (_, i) => (i < 15 ? 0 : 1)),
        1,
      ),
    ).toMatchObject({ value: 5, degreesOfFreedom: 1 });
    const trials = 2000;
    const below = Array.from({ length: trials }, (_, t) => chiSquareOf(Float64Array.from(integers(fold(key(9), t), 200, 51)), 50)).filter(
      ({ pValue }) => pValue < 0.1,
    ).length;
    expect(Math.abs(below / trials - 0.1)).toBeLessThan(5 * Math.sqrt(0.09 / trials) + 0.01);
  });
});
