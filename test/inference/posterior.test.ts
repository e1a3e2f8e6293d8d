import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import { Budget } from "../../src/inference/posterior/budget.js";
import { importanceCorrection } from "../../src/inference/posterior/importance-correction.js";
import { posterior } from "../../src/inference/posterior/posterior.js";
import { Target } from "../../src/inference/posterior/target.js";
import { ensemble } from "../../src/inference/samplers/ensemble.js";
import { hmc } from "../../src/inference/samplers/hmc.js";
import { importance } from "../../src/inference/samplers/importance.js";
import { nuts } from "../../src/inference/samplers/nuts.js";
import { rejection } from "../../src/inference/samplers/rejection.js";
import { slice } from "../../src/inference/samplers/slice.js";
import { smc } from "../../src/inference/samplers/smc.js";
import { type Matrix, rowOf } from "../../src/numerics/matrix.js";
import { type Key, key } from "../../src/numerics/random.js";
import { DISPLAY } from "../../src/platform/notebook.js";
import { gamma } from "../../src/probability/gamma.js";
import { independent } from "../../src/probability/independent.js";
import { normal } from "../../src/probability/normal.js";
import { uniform } from "../../src/probability/uniform.js";
import { correlatedNormal, likelihood } from "./sampler-targets.js";

const range = { a: [-1, 1] as const, b: [0, 4] as const };
const logL = likelihood(range, ([a, b]) => -0.5 * ((a! / 0.2) ** 2 + (b! - 2) ** 2));
const box = uniform(range);

describe("the density over unbounded space", () => {
  const prior = independent({ a: normal(0.5, 2), b: gamma(3, 2), c: uniform(-1, 4) });
  const parameters = { a: [-Infinity, Infinity], b: [0, Infinity], c: [-1, 4] } as const;
  const value = ([a, b, c]: Float64Array) => -0.5 * (a! - b!) ** 2 + Math.sin(a! * c!) - b! * c!;
  const slope = ([a, b, c]: Float64Array) => [b! - a! + c! * Math.cos(a! * c!), a! - b! - c!, a! * Math.cos(a! * c!) - b!];
  const f = likelihood(parameters, value, slope);
  const points: Matrix = { rows: 3, columns: 3, values: Float64Array.of(0.1, -0.7, 0.3, -2, 0.4, -1.5, 1.2, 0.9, 2.2) };

  it.each([
    { name: "of independent parameters", given: prior },
    {
      name: "of any other",
      given: { names: prior.names, parameters: prior.parameters, logProb: prior.logProb, sample: prior.sample, draw: prior.draw },
    },
  ])("has the gradient of its values, with a prior $name", async ({ given }) => {
    const target = new Target(f as never, given, parameters, new Budget({ seconds: 10, evaluations: Infinity, signal: undefined }));
    const { values, gradients } = await target.gradient(points);
    expect([...values]).toEqual([...(await target.logDensity(points))]);
    for (let place = 0; place < 9; place++) {
      const [above, below] = await Promise.all(
        [1e-4, -1e-4].map(async (step) => {
          const moved = { ...points, values: points.values.map((u, i) => (i === place ? u + step : u)) };
          return (await target.logDensity(moved))[Math.floor(place / 3)]!;
        }),
      );
      expect(Math.abs(gradients.values[place]! - (above! - below!) / 2e-4)).toBeLessThan(1e-5);
    }
  });

  it("is prior times likelihood times the Jacobian, tempered in the likelihood alone", async () => {
    const target = new Target(f as never, prior, parameters, new Budget({ seconds: 10, evaluations: Infinity, signal: undefined }));
    const { rows, logDet } = target.toTheta(points);
    for (const beta of [0, 0.3, 1]) {
      const found = await target.logDensity(points, beta);
      for (let i = 0; i < 3; i++) {
        const [a, b, c] = rowOf(rows, i);
        expect(found[i]).toBeCloseTo(prior.logProb({ a: a!, b: b!, c: c! }) + beta * value(rowOf(rows, i)) + logDet[i]!, 12);
      }
    }
  });
});

describe("posterior", () => {
  it("has the product as its density, and none outside the ranges", () => {
    const p = posterior(logL, box);
    expect(p.logProb({ a: 0.2, b: 1 })).toBeCloseTo(-0.5 - 0.5 - Math.log(8), 12);
    expect(p.logProb({ a: 1.5, b: 1 })).toBe(-Infinity);
    expect(posterior(logL, uniform({ a: [0, 5], b: [-1, 3] })).parameters).toEqual({ a: [0, 1], b: [0, 3] });
  });

  it("does without a batch form, and samples the same", async () => {
    const plain = Object.assign((theta: { a: number; b: number }) => logL(theta), { parameters: range });
    const [one, other] = await Promise.all([logL, plain].map((each) => posterior(each, box).sample({ n: 200, seed: 3 })));
    expect([...other!.theta.values]).toEqual([...one!.theta.values]);
  });

  it("summarises its draws", async () => {
    const samples = await posterior(logL, box).sample({ n: 4000, seed: 1 });
    expect(samples.quantile(0).a).toBe(Math.min(...samples.theta.values.filter((_, i) => i % 2 === 0)));
    // Standard error of a median: std sqrt(pi / 2 / ESS).
    expect(Math.abs(samples.quantile(0.5).b - 2)).toBeLessThan((5 * Math.sqrt(Math.PI / 2)) / Math.sqrt(samples.ess.b));
    expect(Math.abs(samples.std.a - 0.2)).toBeLessThan((5 * 0.2) / Math.sqrt(2 * samples.ess.a));
    const again = samples.sample(key(2), 5000);
    expect([again.rows, again.columns]).toEqual([5000, 2]);
    expect(samples.sample(key(2), 7).values).toEqual(again.values.slice(0, 14));
    const rows = new Set(Array.from({ length: 4000 }, (_, i) => rowOf(samples.theta, i).join()));
    expect(Array.from({ length: 5000 }, (_, i) => rowOf(again, i).join()).every((row) => rows.has(row))).toBe(true);
    expect(samples.toString()).toMatch(/^4000 draws by slice, \d+ evaluations, [.\d]+ s\n +mean +std +5% +95% +R-hat +ESS\na /);
    expect(samples[DISPLAY]()["text/html"]).toContain("<td>a</td>");
  });

  it("shows and refuses to summarise no draws", async () => {
    const never = likelihood(range, () => -Infinity);
    const samples = await posterior(never, box).sample({ n: 10, seed: 1 });
    expect([samples.stopped, samples.theta.rows, samples.rHat]).toEqual(["stuck", 0, undefined]);
    expect(samples.toString()).toContain("stopped: stuck");
    for (const ask of [() => samples.mean, () => samples.std, () => samples.quantile(0.5), () => samples.sample(key(1), 1)]) {
      expect(ask).toThrow(/number of draws is 0; expected at least one; logL is -Infinity at all/);
    }
  });
});

describe("importanceCorrection", () => {
  const normals = (mean: number, std: number) => {
    const each = normal(mean, std);
    return {
      sample: (at: Key, n: number) => ({ rows: n, columns: 2, values: each.sample(at, 2 * n) }),
      logProb: (theta: Matrix) =>
        Float64Array.from({ length: theta.rows }, (_, i) => each.logProb(theta.values[2 * i]!) + each.logProb(theta.values[2 * i + 1]!)),
    };
  };
  const exact = likelihood({ a: [-50, 50], b: [-50, 50] }, ([a, b]) => normal(0, 1).logProb(a!) + normal(0, 1).logProb(b!));

  it("has efficiency one and no error for the posterior itself", async () => {
    const corrected = await importanceCorrection(normals(0, 1), exact, uniform(exact.parameters), { n: 5000, seed: 1 });
    expect(corrected.efficiency).toBeCloseTo(1, 9);
    expect(corrected.logEvidence).toBeCloseTo(-2 * Math.log(100), 9);
    expect(corrected.diagnosis).toEqual([]);
  });

  it("puts right a q of another place and width, at the efficiency of the closed form", async () => {
    const [mean, std, n] = [0.5, 1.5, 20_000];
    const corrected = await importanceCorrection(normals(mean, std), exact, uniform(exact.parameters), { n, seed: 2 });
    // E[w^k] of both coordinates, for p = N(0, 1) and q = N(m, s): s^(k-1) A^(-1/2) exp( ((k-1) m / s)^2 / (2 s^2 A) + (k-1) m^2 / (2 s^2) ), A = k - (k-1) / s^2.
    const moment = (k: number) => {
      const A = k - (k - 1) / std ** 2;
      return (
        (std ** (k - 1) / Math.sqrt(A)) ** 2 * Math.exp((((k - 1) * mean) / std) ** 2 / (std ** 2 * A) + ((k - 1) * mean ** 2) / std ** 2)
      );
    };
    const [m2, m3, m4] = [moment(2), moment(3), moment(4)];
    // Relative variance of mean(w)^2 / mean(w^2), to first order.
    const se = Math.sqrt((m4 / m2 ** 2 - 1 + 4 * (m2 - 1) - 4 * (m3 / m2 - 1)) / n);
    expect(Math.abs(corrected.efficiency * m2 - 1)).toBeLessThan(5 * se);
    expect(Math.abs(corrected.logEvidence + 2 * Math.log(100)) / corrected.logEvidenceError).toBeLessThan(5);
    expect(corrected.weights.reduce((total, w) => total + w, 0)).toBeCloseTo(1, 12);
    const average = corrected.weights.reduce((total, w, i) => total + w * corrected.theta.values[2 * i]!, 0);
    expect(Math.abs(average)).toBeLessThan(5 / Math.sqrt(n * corrected.efficiency));
    const draws = corrected.sample(key(3), 4000);
    const mean2 = draws.values.reduce((total, x) => total + x * x, 0) / draws.values.length;
    expect(Math.abs(mean2 - 1)).toBeLessThan(5 * Math.SQRT2 * Math.sqrt(1 / 4000 + 1 / (n * corrected.efficiency)));
  });

  it("tells that q is too narrow", async () => {
    const corrected = await importanceCorrection(normals(0, 0.4), exact, uniform(exact.parameters), { n: 20_000, seed: 4 });
    expect(corrected.kHat).toBeGreaterThan(0.7);
    expect(corrected.diagnosis.join()).toMatch(/Pareto k = [.\d]+ > 0.7: q misses part/);
  });

  it("tells that q has nothing of the posterior, and stops within its budget", async () => {
    const none = await importanceCorrection(normals(200, 1), exact, uniform(exact.parameters), { n: 500, seed: 5 });
    expect([none.efficiency, none.logEvidence, none.weights[0]]).toEqual([0, -Infinity, 0]);
    expect(none.diagnosis).toEqual(["none of 500 draws from q is possible"]);
    expect(() => none.sample(key(1), 1)).toThrow(DomainError);
    const cut = await importanceCorrection(normals(0, 1), exact, uniform(exact.parameters), { n: 5000, seed: 5, evaluations: 1000 });
    expect([cut.stopped, cut.theta.rows]).toEqual(["evaluations", 1000]);
    expect(cut.diagnosis).toEqual(["stopped after 1000 of 5000 draws from q"]);
  });

  it("corrects as a sampler too", async () => {
    const { logL: target, mean } = correlatedNormal(2, 12);
    const wide = normals(0.8, 3);
    const samples = await posterior(target, uniform(target.parameters)).sample({
      n: 3000,
      seed: 6,
      sampler: importance({ proposal: wide }),
    });
    expect(samples.diagnosis).toEqual([]);
    for (const [d, name] of samples.names.entries()) {
      expect(Math.abs(samples.mean[name]! - mean[d]!)).toBeLessThan((5 * samples.std[name]!) / Math.sqrt(samples.ess[name]!));
    }
  });
});

describe("refusals", () => {
  const { logProb: _, ...noDensity } = box;
  it.each([
    {
      name: "other names",
      prior: uniform({ a: [0, 1], c: [0, 1] }),
      says: /posterior: prior.names is \["a","c"\]; expected the likelihood's parameters a, b/,
    },
    { name: "a name too many", prior: uniform({ a: [0, 1], b: [0, 1], c: [0, 1] }), says: /prior.names/ },
    { name: "no density", prior: noDensity as never, says: /prior.logProb is undefined; expected the logarithm of a density/ },
    { name: "a density of NaN", prior: { ...box, logProb: () => Number.NaN }, says: /prior.logProb\({"a":.*}\) is NaN/ },
    {
      name: "ranges with nothing in common",
      prior: uniform({ a: [2, 3], b: [0, 1] }),
      says: /prior.parameters.a is \[2,3\]; expected a range that meets/,
    },
  ])("of a prior with $name", ({ prior, says }) => {
    expect(() => posterior(logL, prior)).toThrow(DomainError);
    expect(() => posterior(logL, prior)).toThrow(says);
  });

  it.each([
    { options: { n: 0, seed: 1 }, says: /sample: n is 0; expected an integer from 1/ },
    { options: { n: 1.5, seed: 1 }, says: /sample: n is 1.5/ },
    { options: { n: 1, seed: -1 }, says: /sample: seed is -1/ },
    { options: { n: 1, seed: 1, seconds: 0 }, says: /sample: seconds is 0/ },
    { options: { n: 1, seed: 1, seconds: Number.NaN }, says: /sample: seconds is NaN/ },
    { options: { n: 1, seed: 1, evaluations: 0 }, says: /sample: evaluations is 0/ },
    { options: undefined as never, says: /sample: options is undefined; expected options with n and seed/ },
    { options: { n: 1, seed: 1, seconds: "5" as never }, says: /sample: seconds is "5"/ },
    { options: { n: 1, seed: 1, signal: "stop" as never }, says: /sample: signal is "stop"; expected an AbortSignal/ },
    { options: { n: 1, seed: 1, sampler: "slice" as never }, says: /sample: sampler is "slice"; expected a sampler; make one/ },
    {
      options: { n: 1, seed: 1, sampler: ensemble({ chains: 5 }) },
      says: /ensemble: chains is 5; expected an even number from 6, for 2 parameters/,
    },
    {
      options: {
        n: 1,
        seed: 1,
        sampler: importance({ proposal: { sample: () => logL.parameters as never, logProb: () => new Float64Array(1) } }),
      },
      says: /proposal.sample/,
    },
  ])("of the options $options", async ({ options, says }) => {
    await expect(posterior(logL, box).sample(options)).rejects.toThrow(says);
  });

  it("of a function without ranges", () => {
    expect(() => posterior((() => 0) as never, box)).toThrow(/posterior: logL is a function; expected a function of theta with its/);
    expect(() => posterior(undefined as never, box)).toThrow(/posterior: logL is undefined/);
  });

  it.each([
    { theta: undefined, says: /logProb: theta is undefined; expected { a, b }/ },
    { theta: { a: 0.5 }, says: /logProb: theta.b is undefined; expected a number/ },
    { theta: { a: 0.5, b: Number.NaN }, says: /logProb: theta.b is NaN/ },
    { theta: { a: 0.5, b: 0.5, c: 1 }, says: /logProb: theta.c is 1/ },
    { theta: [0.5, 0.5], says: /logProb: theta.0 is 0.5/ },
  ])("of the point $theta", ({ theta, says }) => {
    expect(() => posterior(logL, box).logProb(theta as never)).toThrow(DomainError);
    expect(() => posterior(logL, box).logProb(theta as never)).toThrow(says);
  });

  it.each([
    () => slice({ chains: 1 }),
    () => slice({ warmup: 0 }),
    () => slice({ starts: 0.5 }),
    () => slice({ jumps: "yes" as never }),
    () => hmc({ length: 0 }),
    () => hmc({ length: Infinity }),
    () => nuts({ doublings: 0 }),
    () => ensemble({ chains: Number.NaN }),
    () => smc({ repetitions: 0 }),
    () => smc({ sweeps: -1 }),
    () => smc({ starts: 0 }),
    () => importance({ draws: 0 }),
    () => importance({ proposal: {} as never }),
    () => rejection({ draws: 0 }),
  ])("of sampler options %s", (make) => {
    expect(make).toThrow(DomainError);
  });

  it("of a batch form with another number of values, and of a gradient of another shape", async () => {
    const short = Object.assign(() => 0, { parameters: range, batch: () => new Float64Array(1) });
    await expect(posterior(short, box).sample({ n: 10, seed: 1 })).rejects.toThrow(ShapeError);
    const flat = { values: new Float64Array(1), gradients: { rows: 1, columns: 1, values: new Float64Array(1) } };
    const crooked = Object.assign(() => 0, { parameters: range, gradient: () => flat });
    await expect(posterior(crooked, box).sample({ n: 10, seed: 1, sampler: hmc() })).rejects.toThrow(ShapeError);
  });

  it("of what importanceCorrection cannot use", async () => {
    const q = { sample: () => ({ rows: 1, columns: 2, values: new Float64Array(2) }), logProb: () => Float64Array.of(Number.NaN) };
    const options = { n: 1, seed: 1 };
    await expect(importanceCorrection({} as never, logL, box, options)).rejects.toThrow(/importanceCorrection: q.sample/);
    await expect(importanceCorrection(q, logL, uniform({ a: [0, 1] }), options)).rejects.toThrow(/importanceCorrection: prior.names/);
    await expect(importanceCorrection(q, logL, box, { n: 0, seed: 1 })).rejects.toThrow(/importanceCorrection: n is 0/);
    await expect(importanceCorrection(q, logL, box, { n: 2, seed: 1 })).rejects.toThrow(ShapeError);
    await expect(importanceCorrection(q, logL, box, options)).rejects.toThrow(/proposal.logProb\(theta\) is NaN/);
  });
});
