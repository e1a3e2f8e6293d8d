import { describe, expect, it } from "vitest";
import { posterior } from "../../src/inference/posterior/posterior.js";
import type { PosteriorSamples } from "../../src/inference/posterior/posterior-samples.js";
import { ensemble } from "../../src/inference/samplers/ensemble.js";
import { hmc } from "../../src/inference/samplers/hmc.js";
import { importance } from "../../src/inference/samplers/importance.js";
import { nuts } from "../../src/inference/samplers/nuts.js";
import { rejection } from "../../src/inference/samplers/rejection.js";
import { slice } from "../../src/inference/samplers/slice.js";
import { smc } from "../../src/inference/samplers/smc.js";
import { columnOf } from "../../src/numerics/matrix.js";
import { standardNormalCdf } from "../../src/numerics/special.js";
import { independent } from "../../src/probability/independent.js";
import { normal } from "../../src/probability/normal.js";
import { uniform } from "../../src/probability/uniform.js";
import { banana, correlatedNormal, likelihood, twoModes } from "./sampler-targets.js";

// 64 chains of 64 draws: row i is of chain i mod 64.
const N = 4096;
// Of the largest distance of distribution functions times the root of the number of draws: exceeded once in 10^4 (Kolmogorov's distribution).
const KS_LIMIT = 2.23;

const chains = [
  { name: "slice", sampler: slice(), n: N },
  { name: "hmc", sampler: hmc(), n: N },
  { name: "nuts", sampler: nuts(), n: N },
  { name: "ensemble", sampler: ensemble(), n: N },
  { name: "smc", sampler: smc(), n: N / 2 },
];
const all = [...chains, { name: "importance", sampler: importance({ draws: 200_000 }) }, { name: "rejection", sampler: rejection() }];

function averageAndError(values: Float64Array, ess: number): { average: number; se: number } {
  const average = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - average) ** 2, 0) / values.length;
  return { average, se: Math.sqrt(variance / ess) };
}

/** Standard error of an average from the spread of the chains' own; it knows how slowly this function mixes. Nothing of few chains. */
function errorOfChains(values: Float64Array, chains: number): number {
  if (chains < 20) return 0;
  const means = Float64Array.from(
    { length: chains },
    (_, c) =>
      averageAndError(
        values.filter((_value, i) => i % chains === c),
        1,
      ).average,
  );
  return averageAndError(means, chains).se;
}

/** Average of a function of the draws, held to its expectation within five standard errors. */
function expectAverage(samples: PosteriorSamples, of: (row: Float64Array) => number, expected: number): void {
  const D = samples.theta.columns;
  const values = Float64Array.from({ length: samples.theta.rows }, (_, i) => of(samples.theta.values.subarray(i * D, (i + 1) * D)));
  const { average, se } = averageAndError(values, Math.min(...Object.values(samples.ess), samples.theta.rows));
  expect(Math.abs(average - expected) / Math.max(se, errorOfChains(values, samples.chains))).toBeLessThan(5);
}

function expectDistribution(values: Float64Array, ess: number, cdf: (x: number) => number): void {
  const sorted = values.slice().sort();
  const distance = sorted.reduce((largest, x, i) => Math.max(largest, Math.abs(cdf(x) - (i + 0.5) / sorted.length)), 0);
  expect(distance * Math.sqrt(Math.min(ess, values.length))).toBeLessThan(KS_LIMIT);
}

function expectWell(samples: PosteriorSamples, n = N): void {
  expect(samples.diagnosis).toEqual([]);
  expect(samples.stopped).toBe("done");
  expect([samples.theta.rows, samples.logProb.length]).toEqual([n, n]);
  if (samples.rHat) expect(Math.max(...Object.values(samples.rHat))).toBeLessThan(1.01);
}

describe.each(chains)("$name", ({ sampler, n }) => {
  it("recovers a correlated normal of ten parameters", async () => {
    const { logL, mean, covariance } = correlatedNormal(10);
    const samples = await posterior(logL, uniform(logL.parameters)).sample({ n, seed: 1, sampler });
    expectWell(samples, n);
    expect(Math.min(...Object.values(samples.ess))).toBeGreaterThan(n / 4);
    for (let a = 0; a < 10; a++) {
      expectAverage(samples, (row) => row[a]!, mean[a]!);
      for (let b = 0; b <= a; b++)
        expectAverage(samples, (row) => (row[a]! - mean[a]!) * (row[b]! - mean[b]!), covariance.values[10 * a + b]!);
    }
  });

  it("recovers a banana", async () => {
    const samples = await posterior(banana, uniform(banana.parameters)).sample({ n, seed: 2, sampler });
    expectWell(samples, n);
    const [a, b] = [columnOf(samples.theta, 0), columnOf(samples.theta, 1)];
    const ess = Math.min(samples.ess.a, samples.ess.b);
    expectDistribution(a, ess, (x) => standardNormalCdf(x / 2));
    expectDistribution(
      b.map((value, i) => value - 0.5 * (a[i]! ** 2 - 4)),
      ess,
      standardNormalCdf,
    );
    expectAverage(samples, ([x]) => x! * x!, 4);
    expectAverage(samples, ([, y]) => y!, 0);
    expectAverage(samples, ([, y]) => y! * y!, 9);
    expectAverage(samples, ([x, y]) => x! * x! * y!, 16);
  });

  it("finds two modes in proportion", async () => {
    const { logL } = twoModes();
    const samples = await posterior(logL, uniform(logL.parameters)).sample({ n, seed: 3, sampler });
    expectWell(samples, n);
    expectAverage(samples, ([x]) => (x! < 0 ? 1 : 0), 0.3);
    // Both modes whole: the three parameters agree in sign.
    expectAverage(samples, ([x, y, z]) => (x! > 0 && y! > 0 && z! > 0 ? 1 : 0), 0.7);
    expectAverage(samples, ([x]) => (Math.abs(x!) - 4) ** 2, 0.25);
  });
});

describe.each(all)("$name on bounded parameters", ({ sampler }) => {
  it("keeps to a normal cut by the end of its range", async () => {
    const logL = likelihood({ a: [0, 20] }, ([a]) => -0.5 * (a! + 1) ** 2);
    const samples = await posterior(logL, uniform(logL.parameters)).sample({ n: N, seed: 4, sampler });
    expectWell(samples);
    const above = standardNormalCdf(-1);
    expectDistribution(columnOf(samples.theta, 0), samples.ess.a, (x) => 1 - standardNormalCdf(-x - 1) / above);
    // E[x] = -1 + phi(1) / Phi(-1)
    expectAverage(samples, ([x]) => x!, -1 + Math.exp(-0.5) / Math.sqrt(2 * Math.PI) / above);
    expect(samples.logProb[7]).toBeCloseTo(-0.5 * (samples.theta.values[7]! + 1) ** 2 - Math.log(20), 9);
  });

  it("follows prior and likelihood on the line and on the half-line, given in another order", async () => {
    const logL = likelihood({ a: [-Infinity, Infinity], b: [0, Infinity] }, ([a, b]) => -0.5 * (a! - 2) ** 2 - b!);
    const half = { ...uniform({ b: [0, 8] }), names: ["b", "a"] };
    const prior = independent({ b: half.marginals.b, a: normal(0, 1) });
    const samples = await posterior(logL, prior).sample({ n: N, seed: 5, sampler });
    expectWell(samples);
    expect(samples.names).toEqual(["a", "b"]);
    expectDistribution(columnOf(samples.theta, 0), samples.ess.a, (x) => standardNormalCdf((x - 1) * Math.SQRT2));
    expectDistribution(columnOf(samples.theta, 1), samples.ess.b, (x) => (1 - Math.exp(-x)) / (1 - Math.exp(-8)));
  });

  it("gives the prior for data that say nothing, and says so where it can know", async () => {
    const logL = likelihood({ a: [-1, 3] }, () => -7);
    const samples = await posterior(logL, uniform(logL.parameters)).sample({ n: N, seed: 6, sampler });
    expectDistribution(columnOf(samples.theta, 0), samples.ess.a, (x) => (x + 1) / 4);
    if (samples.rHat) expect(samples.diagnosis.join()).toMatch(/logL is -7 at all \d+ draws from the prior: the data say nothing/);
  });

  it("gives the same bits for the same seed, and others for another", async () => {
    const logL = likelihood({ a: [0, 20] }, ([a]) => -0.5 * (a! - 1) ** 2);
    const draw = (seed: number) => posterior(logL, uniform(logL.parameters)).sample({ n: 300, seed, sampler });
    const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
    expect([...again.theta.values, ...again.logProb]).toEqual([...first.theta.values, ...first.logProb]);
    expect([again.rHat, again.evaluations]).toEqual([first.rHat, first.evaluations]);
    expect(other.theta.values[0]).not.toBe(first.theta.values[0]);
  });
});

describe("evidence", () => {
  it.each([
    { name: "smc", sampler: smc({ repetitions: 10 }) },
    { name: "importance", sampler: importance({ draws: 200_000 }) },
    { name: "rejection", sampler: rejection() },
  ])("of $name is the integral of likelihood times prior", async ({ sampler }) => {
    for (const { logL, logEvidence } of [correlatedNormal(2, 12), twoModes()]) {
      const samples = await posterior(logL, uniform(logL.parameters)).sample({ n: 1500, seed: 7, sampler });
      expect(Math.abs(samples.logEvidence! - logEvidence) / samples.logEvidenceError!).toBeLessThan(5);
      expect(samples.logEvidenceError).toBeLessThan(0.12);
    }
  });

  it("counts what lies outside the likelihood's range as zero", async () => {
    const logL = likelihood({ a: [0, 1] }, () => 0);
    for (const sampler of [smc(), importance(), rejection()]) {
      const { logEvidence, diagnosis } = await posterior(logL, uniform({ a: [-3, 1] })).sample({ n: 4000, seed: 8, sampler });
      // A quarter of the prior; binomial error of at least 10 000 draws.
      expect(Math.abs(logEvidence! - Math.log(0.25))).toBeLessThan(5 * Math.sqrt(3 / 10_000));
      if (sampler.name === "smc") expect(diagnosis[0]).toMatch(/\d+ of \d+ draws from the prior lie outside the range/);
    }
  });
});

describe("gradients", () => {
  it.each([hmc(), nuts()])("$name does without them, at more evaluations", async (sampler) => {
    const { logL } = correlatedNormal(2, 12);
    const without = likelihood(logL.parameters, (row) => logL({ t0: row[0]!, t1: row[1]! }));
    const [a, b] = await Promise.all(
      [logL, without].map((f) => posterior(f, uniform(logL.parameters)).sample({ n: 1000, seed: 9, sampler })),
    );
    expect(b!.evaluations).toBeGreaterThan(3 * a!.evaluations - 2 * 20_000);
    expectAverage(b!, ([x]) => x!, 1);
    expectAverage(b!, ([, y]) => y!, 0.7);
  });
});
