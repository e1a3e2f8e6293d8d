import { describe, expect, it } from "vitest";
import { posteriorPredictive } from "../../src/diagnostics/predictive-check.js";
import { DomainError, fold, key, ShapeError } from "../../src/index.js";
import { standardNormalCdf } from "../../src/numerics/special.js";
import { gaussianLinear } from "./fixtures/gaussian-linear.js";

const three = gaussianLinear(3);
const posterior = three.posterior();
const x = [0.2, -0.3, 0.1];
const samples = posterior.at(x).sample(key(1), 4000) as { rows: number; columns: number; values: Float64Array };

describe("posteriorPredictive", () => {
  it("has p-values and bands of the closed form N(x / 2, 0.15)", async () => {
    const n = 4000;
    const { observables, curve, replicated } = await posteriorPredictive(samples, three.simulator, { x, n, seed: 2 });
    expect(replicated).toMatchObject({ rows: n, columns: 3 });
    const sd = Math.sqrt(0.15);
    observables.forEach(({ name, value, mean, pValue }, j) => {
      expect([name, value]).toEqual([`x${j + 1}`, x[j]]);
      expect(Math.abs(mean - x[j]! / 2)).toBeLessThan(5 * (sd / Math.sqrt(n)));
      const lower = standardNormalCdf(x[j]! / 2 / sd);
      const exact = 2 * Math.min(lower, 1 - lower);
      expect(Math.abs(pValue - exact)).toBeLessThan(5 * 2 * Math.sqrt((lower * (1 - lower)) / n));
      expect(Math.abs(curve.median[j]! - x[j]! / 2)).toBeLessThan((5 * 1.2533 * sd) / Math.sqrt(n));
      const { level, low, high } = curve.bands[1]!;
      expect(level).toBe(0.9);
      // The standard error of a quantile is sqrt(p (1 - p) / n) over the density there.
      const error = (Math.sqrt((0.05 * 0.95) / n) * sd) / 0.1031;
      expect(Math.abs(high[j]! - x[j]! / 2 - 1.6449 * sd)).toBeLessThan(5 * error);
      expect(Math.abs(low[j]! - x[j]! / 2 + 1.6449 * sd)).toBeLessThan(5 * error);
    });
    expect(curve.observed).toEqual(Float64Array.from(x));
  });

  it("has uniform p-values when x is one more draw from the prior's predictive", async () => {
    const repeats = 200;
    const small = gaussianLinear(2);
    const found = [];
    for (let i = 0; i < repeats; i++) {
      const thetas = small.prior.sample(fold(key(3), 2 * i), 60);
      const own = small.prior.sample(fold(key(3), 2 * i + 1), 1).values;
      const { x: drawn } = small.simulator.draw({ theta1: own[0]!, theta2: own[1]! }, fold(key(4), i));
      found.push(await posteriorPredictive(thetas, small.simulator, { x: drawn, n: 60, seed: i }));
    }
    for (const pValues of [found.map(({ pValue }) => pValue), found.map(({ observables }) => observables[0]!.pValue)]) {
      const part = pValues.filter((p) => p <= 0.25).length / repeats;
      expect(Math.abs(part - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / repeats) + 1 / 61);
    }
  });

  it("sees a posterior in the wrong place, in the observable and in all together", async () => {
    const wrong = { ...samples, values: samples.values.map((value, i) => (i % 3 === 1 ? value + 3 : value)) };
    const { observables, pValue } = await posteriorPredictive(wrong, three.simulator, { x, seed: 5 });
    expect(observables.map((one) => one.pValue < 0.01)).toEqual([false, true, false]);
    expect(pValue).toBeLessThan(0.01);
  });

  it("goes on with what was done when it is aborted, and refuses too little", async () => {
    const controller = new AbortController();
    let calls = 0;
    const counting = {
      ...three.simulator,
      draw: (...given: Parameters<typeof three.simulator.draw>) => {
        if (++calls === 30) controller.abort();
        return three.simulator.draw(...given);
      },
    };
    const { replicated } = await posteriorPredictive(samples, counting, { x, seed: 6, signal: controller.signal });
    expect(replicated.rows).toBe(30);
    await expect(posteriorPredictive(samples, counting, { x, seed: 6, signal: controller.signal })).rejects.toThrow("signal");
  });

  it.each([
    { what: "x of another length", change: { x: [1] }, error: ShapeError, message: "x has shape [1]" },
    { what: "NaN in x", change: { x: [1, Number.NaN, 1] }, error: DomainError, message: "x[1] (x2) is NaN" },
    { what: "too few replications", change: { n: 5 }, error: DomainError, message: "n is 5" },
    { what: "a level of 1", change: { levels: [0.5, 1] }, error: DomainError, message: "levels is 1" },
  ])("refuses $what", async ({ change, error, message }) => {
    const run = posteriorPredictive(samples, three.simulator, { x, seed: 1, ...change });
    await expect(run).rejects.toThrow(error);
    await expect(run).rejects.toThrow(message);
  });

  const seeded = { x, seed: 1 };
  it.each([
    { what: "no options", call: [samples, three.simulator], message: "posteriorPredictive: options is undefined; expected a record" },
    { what: "no x", call: [samples, three.simulator, { seed: 1 }], message: "posteriorPredictive: x is undefined; expected 3 numbers" },
    {
      what: "no simulator",
      call: [samples, undefined, seeded],
      message: "posteriorPredictive: simulator is undefined; expected a simulator",
    },
    {
      what: "a function",
      call: [samples, () => [1], seeded],
      message: "posteriorPredictive: simulator is a function; expected a simulator",
    },
    { what: "no samples", call: [undefined, three.simulator, seeded], message: "posteriorPredictive: samples is undefined" },
    {
      what: "a text",
      call: [samples, three.simulator, { ...seeded, levels: "a" }],
      message: 'posteriorPredictive: levels is "a"; expected a list',
    },
  ])("refuses $what, by name", async ({ call, message }) => {
    const run = posteriorPredictive(...(call as unknown as Parameters<typeof posteriorPredictive>));
    await expect(run).rejects.toThrow(DomainError);
    await expect(run).rejects.toThrow(message);
  });

  it("refuses samples of another number of parameters", async () => {
    await expect(posteriorPredictive([[1, 2]], three.simulator, { x, seed: 1 })).rejects.toThrow(ShapeError);
  });
});
