import { describe, expect, it } from "vitest";
import { lC2st } from "../../src/diagnostics/l-c2st.js";
import { DomainError, type Key, ShapeError } from "../../src/index.js";
import { gaussianLinear } from "./fixtures/gaussian-linear.js";

const two = gaussianLinear(2);
const options = { prior: two.prior, x: [0.1, -0.2], seed: 1, n: 1000, draws: 300, permutations: 30, epochs: 20 };

describe("lC2st", () => {
  it("has p-values at most p with probability p for an exact posterior", async () => {
    const one = gaussianLinear(1);
    const repeats = 80;
    const pValues: number[] = [];
    for (let seed = 0; seed < repeats; seed++) {
      const small = { prior: one.prior, x: [0.2], seed, n: 60, draws: 40, permutations: 9, hidden: [8], epochs: 8 };
      pValues.push((await lC2st(one.posterior(), one.simulator, small)).pValue);
    }
    for (const p of [0.1, 0.5]) {
      const part = pValues.filter((value) => value <= p + 1e-12).length / repeats;
      expect(Math.abs(part - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / repeats));
    }
  });

  it.each([{ width: 0.5 }, { shift: 1.2 }])("sees %o at an observation", async (distortion) => {
    const { pValue, statistic, null: chance } = await lC2st(two.posterior(distortion), two.simulator, options);
    expect(pValue).toBeLessThan(0.05);
    expect(statistic).toBeGreaterThan(Math.max(...chance));
  });

  it("sees where a posterior is wrong and where it is right", async () => {
    const one = gaussianLinear(1);
    const [exact, wrong] = [one.posterior(), one.posterior({ shift: 2 })];
    const half = { ...exact, at: (x: ArrayLike<number>) => (x[0]! > 0 ? wrong : exact).at(x) };
    const at = async (x: number) => (await lC2st(half, one.simulator, { ...options, prior: one.prior, x: [x] })).statistic;
    expect(await at(0.6)).toBeGreaterThan(4 * (await at(-0.6)));
  });

  it("says where the posterior has too much", async () => {
    const one = gaussianLinear(1);
    const { theta, probability } = await lC2st(one.posterior({ shift: 1.5 }), one.simulator, { ...options, prior: one.prior, x: [0] });
    const order = [...theta.values.keys()].sort((a, b) => theta.values[a]! - theta.values[b]!);
    const mean = (rows: number[]) => rows.reduce((total, i) => total + probability[i]! / rows.length, 0);
    expect(mean(order.slice(-100))).toBeGreaterThan(0.6);
    expect(mean(order.slice(0, 100))).toBeLessThan(mean(order.slice(-100)) - 0.1);
  });

  it("ends when it is aborted", async () => {
    const run = lC2st(two.posterior(), two.simulator, { ...options, signal: AbortSignal.abort(new Error("enough")) });
    await expect(run).rejects.toThrow("enough");
  });

  it.each([
    { what: "an observation of another length", change: { x: [1] }, error: ShapeError, message: "x has shape [1]" },
    { what: "a NaN observation", change: { x: [0, Number.NaN] }, error: DomainError, message: "x[1] (x2) is NaN" },
    { what: "another prior", change: { prior: gaussianLinear(1).prior }, error: DomainError, message: "prior.names" },
    { what: "no permutations", change: { permutations: 0 }, error: DomainError, message: "permutations" },
  ])("refuses $what", async ({ change, error, message }) => {
    const run = lC2st(two.posterior(), two.simulator, { ...options, ...change });
    await expect(run).rejects.toThrow(error);
    await expect(run).rejects.toThrow(message);
  });

  it.each([
    { change: { x: undefined }, message: "lC2st: x is undefined; expected 2 numbers: x1, x2" },
    { change: { x: 0.5 }, message: "lC2st: x is 0.5; expected 2 numbers" },
    { change: { hidden: 5 }, message: "lC2st: hidden is 5; expected a list of whole numbers from 1" },
    { change: { prior: undefined }, message: "lC2st: prior is undefined; expected a prior that can be drawn from" },
    { change: { seed: undefined }, message: "lC2st: seed is undefined" },
    { change: { epochs: "3" }, message: 'lC2st: epochs is "3"' },
  ])("refuses $change, by name", async ({ change, message }) => {
    const run = lC2st(two.posterior(), two.simulator, { ...options, ...change } as unknown as typeof options);
    await expect(run).rejects.toThrow(DomainError);
    await expect(run).rejects.toThrow(message);
  });

  it("refuses points that are not finite", async () => {
    const broken = {
      ...two.posterior(),
      at: () => ({ sample: (_: Key, n: number) => ({ rows: n, columns: 2, values: new Float64Array(2 * n).fill(Infinity) }) }),
    };
    await expect(lC2st(broken, two.simulator, options)).rejects.toThrow(DomainError);
  });
});
