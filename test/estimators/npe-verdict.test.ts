import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Simulations } from "../../src/data/simulations.js";
import type { Check } from "../../src/diagnostics/check.js";
import { judgedPosterior, rankChecks } from "../../src/estimators/density/density-verdict.js";
import { type HeldOutOptions, heldOutRanks } from "../../src/estimators/density/held-out-ranks.js";
import { fold, key, maf, nle, normal, npe, nsf, simulate, simulator, standardNormals, uniform } from "../../src/index.js";
import { adam } from "../../src/nn/index.js";
import { NOTEBOOK } from "../../src/platform/notebook.js";
import { type Distortion, gaussianLinear } from "../diagnostics/fixtures/gaussian-linear.js";

/** theta ~ N(0, 0.1 I), x ~ N(theta, 0.1 I), whose posterior is known. */
const three = gaussianLinear(3);
function pairs(n: number, seed: number): Simulations {
  const theta = three.prior.sample(key(seed), n);
  const noise = standardNormals(key(seed + 1000), 3 * n);
  const x = { ...theta, values: theta.values.map((value, k) => value + Math.sqrt(0.1) * noise[k]!) };
  return {
    simulator: "gaussian",
    parameters: three.prior.parameters,
    observables: three.observables,
    seed,
    theta,
    x,
    failures: { count: 0, examples: [] },
  } as unknown as Simulations;
}

/** The conjugate posterior, made wrong, with a density row by row. */
function distorted(distortion: Distortion) {
  const posterior = three.posterior(distortion);
  return {
    name: "gaussian",
    parameters: posterior.parameters,
    at: (x: ArrayLike<number>) => posterior.at(x) as never,
    logProb: (theta: { rows: number; values: Float64Array }, x: { values: Float64Array }) =>
      Float64Array.from({ length: theta.rows }, (_, i) => {
        const at = posterior.at(x.values.subarray(3 * i, 3 * i + 3));
        return (at.logProb!({ rows: 1, columns: 3, values: theta.values.subarray(3 * i, 3 * i + 3) }) as Float64Array)[0]!;
      }),
  };
}

const heldOut = pairs(400, 1);
const options: HeldOutOptions = {
  most: 300,
  draws: 60,
  key: key(2),
  scaleOf: pairs(100, 3).theta,
  signal: undefined,
};
const ranksOf = (distortion: Distortion, more: Partial<HeldOutOptions> = {}) =>
  heldOutRanks(distorted(distortion), heldOut, { ...options, ...more });
const failing = (checks: readonly Check[]) => checks.filter(({ grade }) => grade === "fail").map(({ name }) => name);

describe("checks on held-out simulations", () => {
  it("pass the exact posterior", async () => {
    const checks = rankChecks(await ranksOf({}));
    expect(checks.map(({ name }) => name)).toEqual(["SBC theta1", "SBC theta2", "SBC theta3", "coverage", "TARP"]);
    expect(checks.map(({ grade }) => grade)).toEqual(["pass", "pass", "pass", "pass", "pass"]);
  });

  it("call out one that is too narrow, too wide, off in one parameter, or the prior", async () => {
    const narrow = rankChecks(await ranksOf({ width: 0.6 }));
    expect(failing(narrow)).toContain("coverage");
    expect(narrow.find(({ name }) => name === "coverage")!.message).toMatch(/^over-confident/);
    const wide = rankChecks(await ranksOf({ width: 1.7 }));
    expect(wide.find(({ name }) => name === "coverage")).toMatchObject({
      grade: "fail",
      message: expect.stringMatching(/^under-confident/),
    });
    expect(failing(rankChecks(await ranksOf({ shift: 1 }))).filter((name) => name.startsWith("SBC"))).toEqual(["SBC theta1"]);
    expect(failing(rankChecks(await ranksOf({ ignores: true })))).toEqual(["TARP"]);
  });

  it("rank each truth among the draws: mean one half and variance one twelfth when all is exact", async () => {
    const { parameterRanks, densityRanks, distanceRanks, draws } = await ranksOf({});
    expect([parameterRanks.rows, densityRanks.length, distanceRanks.length, draws]).toEqual([300, 300, 300, 60]);
    const columns = [0, 1, 2].map((j) => parameterRanks.values.filter((_, k) => k % 3 === j));
    for (const ranks of [...columns, densityRanks, distanceRanks]) {
      const mean = ranks.reduce((sum, rank) => sum + (rank + 0.5) / (draws + 1), 0) / ranks.length;
      expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / ranks.length));
    }
  });

  it("are the same for the same key", async () => {
    expect(await ranksOf({})).toEqual(await ranksOf({}));
    expect((await ranksOf({}, { key: key(9) })).densityRanks).not.toEqual((await ranksOf({})).densityRanks);
  });

  it("fail where draws are not finite", async () => {
    const exact = distorted({});
    const broken = {
      ...exact,
      at: () => ({ sample: (_: unknown, n: number) => ({ rows: n, columns: 3, values: new Float64Array(3 * n).fill(Number.NaN) }) }),
    };
    const checks = rankChecks(await heldOutRanks(broken, heldOut, { ...options, most: 25 }));
    expect(checks).toMatchObject([{ name: "samples", grade: "fail", value: 25 }]);
  });

  it("say when there are too few, or when they were interrupted", async () => {
    expect(rankChecks(await ranksOf({}, { most: 19 }))).toMatchObject([{ name: "calibration", grade: "warn", value: 19 }]);
    const controller = new AbortController();
    controller.abort();
    expect(rankChecks(await ranksOf({}, { signal: controller.signal }))).toMatchObject([{ name: "calibration", grade: "warn", value: 0 }]);
  });
});

const line = simulator({ name: "line", parameters: { a: [-2, 2] }, observables: ["x"] }, ({ a }, sample) => [sample("x", normal(a, 0.5))]);

describe("a fit", () => {
  // Shifted and scaled normals could not follow the cut at the ends of the prior, and the verdict says so of them.
  const method = npe({ flow: nsf({ transforms: 2, hidden: [20] }) });
  let simulations: Simulations<typeof line.parameters>;
  beforeAll(async () => {
    simulations = await simulate(line, { prior: uniform(line.parameters), n: 1500, seed: 1 });
  });
  afterEach(() => {
    delete (globalThis as Record<symbol, unknown>)[NOTEBOOK];
  });

  it("ends with a verdict on the held-out simulations, which the notebook shows", async () => {
    const shown: Record<string, unknown>[] = [];
    const host = { display: (bundle: Record<string, unknown>) => shown.push(bundle), interrupt: new AbortController().signal };
    (globalThis as Record<symbol, unknown>)[NOTEBOOK] = host;
    const estimator = await method.fit(simulations, { seed: 2, epochs: 30 });
    expect(estimator.verdict!.of).toBe("npe");
    expect(estimator.verdict!.checks.map(({ name }) => name)).toEqual(["loss curves", "SBC a", "coverage", "TARP"]);
    expect(shown.filter((bundle) => bundle["text/plain"] === estimator.verdict!.toString()).length).toBe(1);
    const again = await method.fit(simulations, { seed: 2, epochs: 30 });
    expect(again.verdict!.toString()).toBe(estimator.verdict!.toString());
  });

  it.each([{ verdict: false }, { validation: 0, patience: Infinity }])("ends without one for %o", async (more) => {
    expect((await method.fit(simulations, { seed: 2, epochs: 2, ...more })).verdict).toBeUndefined();
  });

  it("that learns nothing fails, by the place of the truths or by how wide it is; one that learns does not", async () => {
    const idle = await method.fit(simulations, { seed: 2, epochs: 4, optimiser: adam({ learningRate: 1e-9 }) });
    expect(failing(idle.verdict!.checks)).toContain("TARP");
    const trained = await method.fit(simulations, { seed: 3, epochs: 60 });
    expect(failing(trained.verdict!.checks)).toEqual([]);
  });

  it("by a loss that corrects for proposals is judged by its loss curves: its held-out pairs are of no prior", async () => {
    const estimator = await method.fit(simulations, { seed: 2, epochs: 4, verdict: false });
    const judged = await judgedPosterior(estimator, { fit: { seed: 2 }, simulations, corrected: true });
    expect(judged.verdict!.checks.map(({ name }) => name)).toEqual(["loss curves"]);
  });

  it("of a likelihood is judged by its loss curves", async () => {
    const estimator = await nle({ flow: maf({ transforms: 2, hidden: [10] }) }).fit(simulations, { seed: 2, epochs: 5 });
    expect(estimator.verdict!.checks.map(({ name }) => name)).toEqual(["loss curves"]);
  });
});

// A key of its own for the checks: the members' weights do not depend on whether there are any.
it("leaves the trained weights as they are", async () => {
  const simulations = await simulate(line, { prior: uniform(line.parameters), n: 300, seed: 1 });
  const [withVerdict, without] = await Promise.all(
    [true, false].map((verdict) => npe({ flow: maf({ transforms: 1, hidden: [5] }) }).fit(simulations, { seed: 2, epochs: 2, verdict })),
  );
  expect(withVerdict!.at([0.3]).sample(fold(key(1), 0), 5)).toEqual(without!.at([0.3]).sample(fold(key(1), 0), 5));
});
