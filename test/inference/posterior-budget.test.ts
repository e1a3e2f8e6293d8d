import { afterEach, describe, expect, it } from "vitest";
import { logLikelihood } from "../../src/inference/log-likelihood.js";
import { posterior } from "../../src/inference/posterior/posterior.js";
import { ensemble } from "../../src/inference/samplers/ensemble.js";
import { hmc } from "../../src/inference/samplers/hmc.js";
import { importance } from "../../src/inference/samplers/importance.js";
import { nuts } from "../../src/inference/samplers/nuts.js";
import { rejection } from "../../src/inference/samplers/rejection.js";
import { slice } from "../../src/inference/samplers/slice.js";
import { smc } from "../../src/inference/samplers/smc.js";
import { NOTEBOOK } from "../../src/platform/notebook.js";
import { uniform } from "../../src/probability/uniform.js";
import { correlatedNormal, likelihood, twoModes } from "./sampler-targets.js";

const samplers = [slice(), hmc(), nuts(), ensemble(), smc(), importance(), rejection()];
const range = { a: [-1, 1] as const, b: [0, 4] as const };
const box = uniform(range);

const busy = (milliseconds: number) => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

describe.each(samplers)("$name on a hopeless target", (sampler) => {
  it.each([
    {
      name: "-Infinity everywhere",
      f: () => -Infinity,
      says: /-Infinity.* at all \d+ draws from the prior|none of \d+ draws from the prior is possible/,
    },
    { name: "NaN everywhere", f: () => Number.NaN, says: /logL is NaN at theta = \{ a: [-.\d]+, b: [.\d]+ \}, one of \d+ such points/ },
    {
      name: "a billionth of the prior",
      f: ([a, b]: Float64Array) => (Math.abs(a! - 0.1) < 3e-5 && Math.abs(b! - 1) < 6e-5 ? 0 : -Infinity),
      says: /posterior covers less than about 2e-5 of the prior|at all \d+ draws|none of \d+ draws/,
    },
    {
      name: "evaluations of 50 ms",
      f: () => {
        busy(50);
        return 0;
      },
      says: /draws|repetitions/,
      stopped: "seconds",
    },
  ])(
    "says why within its two seconds: $name",
    // A machine that stood still for half a second is asked again.
    { timeout: 10_000, retry: 2 },
    async ({ name, f, says, stopped }) => {
      const logL = likelihood(range, f);
      const start = performance.now();
      const samples = await posterior(logL, box).sample({ n: 10_000, seed: 1, seconds: 2, sampler });
      expect(performance.now() - start).toBeLessThan(2500);
      expect(samples.diagnosis.join("\n")).toMatch(says);
      if (stopped) expect(samples.stopped).toBe(stopped);
      if (name !== "evaluations of 50 ms") expect(samples.theta.rows).toBe(0);
    },
  );

  it("does not pass a budget of evaluations, and counts them", async () => {
    let calls = 0;
    const counted = likelihood(range, ([a, b]) => {
      calls++;
      return -0.5 * ((a! / 0.1) ** 2 + ((b! - 1) / 0.2) ** 2);
    });
    const samples = await posterior(counted, box).sample({ n: 100_000, seed: 1, evaluations: 30_000, sampler });
    expect(samples.evaluations).toBe(calls);
    expect(calls).toBeLessThanOrEqual(30_000);
    expect(samples.stopped).toBe("evaluations");
    expect(samples.theta.rows).toBeLessThan(100_000);
    expect(samples.diagnosis).not.toEqual([]);
  });

  it("returns what it has when it is interrupted", async () => {
    const { logL } = twoModes();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const start = performance.now();
    const samples = await posterior(logL, uniform(logL.parameters)).sample({ n: 1_000_000, seed: 1, sampler, signal: controller.signal });
    expect(samples.stopped).toBe("interrupt");
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe("the default sampler", () => {
  afterEach(() => {
    Reflect.deleteProperty(globalThis, NOTEBOOK);
  });

  it("stays out of a region of NaN and names a point of it", async () => {
    const logL = likelihood(range, ([a, b]) => (a! < 0 ? Number.NaN : -0.5 * ((b! - 2) / 0.3) ** 2));
    const samples = await posterior(logL, box).sample({ n: 4000, seed: 2 });
    expect(samples.stopped).toBe("done");
    expect(samples.diagnosis).toHaveLength(1);
    expect(samples.diagnosis[0]).toMatch(/^logL is NaN at theta = \{ a: -[.\d]+, b: [.\d]+ \}, one of \d+ such points in \d+ evaluations/);
    expect(Math.min(...samples.theta.values)).toBeGreaterThan(0);
    // a is uniform on [0, 1].
    expect(Math.abs(samples.mean.a - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(samples.ess.a));
  });

  it("takes a refusal of the likelihood at one theta as impossible, with its message", async () => {
    const density = {
      parameters: { a: [-1, 1] as const },
      logProb: (x: { values: Float64Array }, { a }: { readonly a: number }) =>
        x.values.map((value) => (a > 0.5 ? Number.NaN : -0.5 * (value - a) ** 2)),
    };
    const samples = await posterior(logLikelihood(density, [0.2]), uniform(density.parameters)).sample({ n: 500, seed: 3 });
    expect(samples.stopped).toBe("done");
    expect(samples.diagnosis[0]).toMatch(/logL is refused \(logLikelihood: density at x = .*NaN/);
    expect(Math.max(...samples.theta.values)).toBeLessThanOrEqual(0.5);
  });

  it("does not hide an error of the likelihood's own", async () => {
    const broken = likelihood(range, () => {
      throw new RangeError("no such table");
    });
    await expect(posterior(broken, box).sample({ n: 10, seed: 1 })).rejects.toThrow(RangeError);
  });

  it("finds a peak a billion times narrower than the prior, with its correlation", async () => {
    const width = 2e-9;
    const logL = likelihood(range, ([a, b]) => {
      const [u, v] = [(a! - 0.3) / width, (b! - 1.7) / width];
      return -(u * u - 2 * 0.9 * u * v + v * v) / (2 * (1 - 0.81));
    });
    const samples = await posterior(logL, box).sample({ n: 4000, seed: 4 });
    expect(samples.diagnosis).toEqual([]);
    const se = width / Math.sqrt(samples.ess.a);
    expect(Math.abs(samples.mean.a - 0.3)).toBeLessThan(5 * se);
    // Standard error of a standard deviation: std / sqrt(2 ESS).
    expect(Math.abs(samples.std.a - width)).toBeLessThan((5 * se) / Math.SQRT2);
  });

  it("ends with the notebook's cell, with draws and R-hat of what was done", async () => {
    const { logL } = correlatedNormal(3, 12);
    const controller = new AbortController();
    Object.assign(globalThis, { [NOTEBOOK]: { display: () => undefined, interrupt: controller.signal } });
    setTimeout(() => controller.abort(), 1500);
    const samples = await posterior(logL, uniform(logL.parameters)).sample({ n: 1_000_000, seed: 5 });
    expect(samples.stopped).toBe("interrupt");
    expect(samples.theta.rows).toBeGreaterThan(500);
    expect(samples.rHat?.t0).toBeLessThan(1.2);
    expect(samples.diagnosis[0]).toMatch(/stopped while sampling, with \d+ of 1000000 draws/);
  });

  it("tells of chains that do not agree", async () => {
    const { logL } = twoModes();
    const samples = await posterior(logL, uniform(logL.parameters)).sample({ n: 2000, seed: 6, sampler: slice({ jumps: false }) });
    expect(samples.diagnosis.join()).toMatch(
      /R-hat of t\d is \d.\d+: the chains do not agree after \d+ sweeps; chain \d+ is farthest from the others, around \{ t0:/,
    );
  });
});

describe("divergences", () => {
  it("are reported", async () => {
    // A funnel: b ~ N(0, exp(3 a)), a ~ N(0, 3).
    const funnel = likelihood({ a: [-20, 20], b: [-1e6, 1e6] }, ([a, b]) => -(a! * a!) / 18 - 1.5 * a! - 0.5 * b! * b! * Math.exp(-3 * a!));
    const samples = await posterior(funnel, uniform(funnel.parameters)).sample({
      n: 1000,
      seed: 7,
      sampler: hmc({ jumps: false }),
      seconds: 5,
    });
    expect(samples.diagnosis.join()).toMatch(/\d+ of \d+ transitions \([.\d]+%\) diverged/);
  }, 10_000);
});
