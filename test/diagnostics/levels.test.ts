import { describe, expect, it } from "vitest";
import { calibrationCurve } from "../../src/diagnostics/calibration-curve.js";
import { gradeOf } from "../../src/diagnostics/check.js";
import { reweightingClosure } from "../../src/diagnostics/closure.js";
import { binomialTwoSided, coverageChecks } from "../../src/diagnostics/coverage-checks.js";
import { expectedRatio } from "../../src/diagnostics/expected-ratio.js";
import { fold, key, type LabelledSample, standardNormals, uniforms } from "../../src/index.js";
import { standardNormalCdf } from "../../src/numerics/special.js";

/** Events of two normal distributions whose means differ by `shift` in the first of two columns, and their exact log r. */
function gaussians(shift: number, { n, seed }: { readonly n: number; readonly seed: number }) {
  const values = Float64Array.from(standardNormals(fold(key(seed), 1), 2 * n));
  const label = Float64Array.from({ length: n }, (_, i) => i % 2);
  for (let i = 0; i < n; i += 2) values[2 * i]! += shift;
  const logRatio = label.map((_, i) => shift * values[2 * i]! - shift ** 2 / 2);
  const theta = { rows: n, columns: 1, values: new Float64Array(n) };
  const events: LabelledSample = {
    simulator: "gaussians",
    parameters: { mean: [0, 1] },
    observables: ["first", "second"],
    seed,
    theta0: theta,
    theta1: theta,
    x: { rows: n, columns: 2, values },
    label,
    failures: { count: 0, examples: [] },
  };
  return { logRatio, events };
}

const count = <T>(values: readonly T[], which: T) => values.filter((value) => value === which).length;

// Warnings come at 1e-2: of R checks their number is Poisson with mean R / 100, of which 5 standard deviations are allowed above.
// Failures come at 1e-4: one may come, two come in one of a thousand runs of these tests.
const mostWarnings = (checks: number) => checks / 100 + 5 * Math.sqrt(checks / 100);

describe.each([0.3, 1, 1.5])("exact ratios of Gaussians %f apart", (shift) => {
  it("warn at most as often as stated", () => {
    const R = 300;
    const samples = Array.from({ length: R }, (_, seed) => gaussians(shift, { n: 2000, seed }));
    for (const grades of [
      samples.map(({ logRatio, events }) => calibrationCurve(logRatio, events.label).grade),
      samples.map(({ logRatio, events }) => expectedRatio(logRatio, events).grade),
    ]) {
      expect(count(grades, "warn")).toBeLessThanOrEqual(mostWarnings(R));
      expect(count(grades, "fail")).toBeLessThanOrEqual(1);
    }
  });
});

it("closure of exact ratios warns at most as often as stated, and its value is near one half", async () => {
  const R = 40;
  const checks = [];
  for (let seed = 0; seed < R; seed++) {
    const { logRatio, events } = gaussians(1, { n: 2000, seed });
    checks.push(await reweightingClosure(logRatio, events, key(seed)));
  }
  expect(
    count(
      checks.map(({ grade }) => grade),
      "pass",
    ),
  ).toBeGreaterThanOrEqual(R - mostWarnings(R));
  // The area's error with 1000 events on either side, of which the reweighted are worth exp(1) times fewer, is 0.29 sqrt((1 + e) / 1000).
  const error = (0.29 * Math.sqrt((1 + Math.E) / 1000)) / Math.sqrt(R);
  const mean = checks.reduce((total, { value }) => total + value, 0) / R;
  expect(Math.abs(mean - 0.5)).toBeLessThan(5 * error);
});

it("closure says in which column and which way, and does not see a constant factor", async () => {
  const { logRatio, events } = gaussians(1, { n: 4000, seed: 1 });
  const run = (distort: (value: number) => number) => reweightingClosure(logRatio.map(distort), events, key(1));
  const none = await run(() => 0);
  expect(none.grade).toBe("fail");
  expect(none.message).toContain("reweighted events have a smaller first, by 0.");
  expect((await run((value) => 2 * value)).message).toContain("a larger first");
  expect((await run((value) => value + 3)).grade).toBe("pass");
});

describe("too few to say", () => {
  it("is a warning where hypotheses hardly overlap", async () => {
    const { logRatio, events } = gaussians(5, { n: 2000, seed: 1 });
    const found = [await reweightingClosure(logRatio, events, key(1)), expectedRatio(logRatio, events)];
    for (const { grade, advice } of found) {
      expect(grade).toBe("warn");
      expect(advice).toContain("too few to say");
    }
  });
});

it("the mean of r is the closed form for a scaled log ratio, its largest part counted by the numerator", () => {
  const [s, n] = [0.5, 40_000];
  const { logRatio, events } = gaussians(s, { n, seed: 3 });
  const { value, grade } = expectedRatio(
    logRatio.map((log) => 2 * log),
    events,
  );
  // r^2 = exp(2 s x - s^2): E_1[r^2 where x <= q] = exp(s^2) Phi(q - 2 s), P_0(x > q) = Phi(s - q), q the 30th largest x of p1.
  const x = Float64Array.from(
    [...events.label.keys()].filter((i) => events.label[i] === 1),
    (i) => events.x.values[2 * i]!,
  ).sort();
  const q = x[x.length - 30]!;
  const expected = Math.exp(s * s) * standardNormalCdf(q - 2 * s) + standardNormalCdf(s - q);
  // E_1[r^a] = exp(a (a - 1) s^2 / 2) bounds the variance.
  const se = Math.sqrt((Math.exp(6 * s * s) - Math.exp(2 * s * s)) / (n / 2));
  expect(Math.abs(value - expected)).toBeLessThan(5 * se);
  expect(grade).toBe("fail");
  const constant = expectedRatio(
    logRatio.map(() => Math.log(1.35)),
    events,
  );
  expect(constant).toMatchObject({ grade: "fail", value: expect.closeTo(1.35, 12) as number });
});

it("the calibration curve has the errors of the binomial, and bins that expect too few are joined", () => {
  const { logRatio, events } = gaussians(4, { n: 2000, seed: 1 });
  const { curve, grade } = calibrationCurve(logRatio, events.label);
  expect(grade).toBe("pass");
  expect(curve!.x.length).toBeLessThan(10);
  const near = calibrationCurve(new Float64Array(2000), events.label);
  expect([...near.curve!.error]).toEqual(Array.from({ length: 10 }, () => expect.closeTo(0.5 / Math.sqrt(200), 12) as number));
});

describe("coverage", () => {
  const toysOf = (statistics: readonly number[]) =>
    statistics.map((testStatistic) => ({ truth: { mean: 0.5 }, testStatistic, atRange: false, reason: undefined }));
  /** Squares of normal deviates: chi^2 of one degree of freedom. */
  const exact = (n: number, seed: number) => Array.from(standardNormals(key(seed), n), (z) => z * z);
  const run = (statistics: readonly number[], asked = statistics.length) =>
    coverageChecks(toysOf(statistics), { degreesOfFreedom: 1, asked });

  it("of exact chi-square statistics warns at most as often as stated, with few toys and many", () => {
    for (const n of [20, 200]) {
      const R = 300;
      const checks = Array.from({ length: R }, (_, seed) => run(exact(n, seed))).flat();
      expect(checks).toHaveLength(3 * R);
      expect(
        count(
          checks.map(({ grade }) => grade),
          "warn",
        ),
      ).toBeLessThanOrEqual(mostWarnings(3 * R));
      expect(
        count(
          checks.map(({ grade }) => grade),
          "fail",
        ),
      ).toBeLessThanOrEqual(1);
    }
  });

  it("fails for doubled statistics, which hold 52 %, and warns for halved ones, which are no danger", () => {
    const statistics = exact(400, 1);
    const double = run(statistics.map((statistic) => 2 * statistic));
    expect(double.map(({ grade }) => grade)).toEqual(["fail", "fail", "fail"]);
    // P(chi^2 <= 1 / 2) = 0.5205, within 5 standard errors.
    expect(Math.abs(double[0]!.value - 0.5205)).toBeLessThan(5 * Math.sqrt(0.25 / 400));
    const halved = run(statistics.map((statistic) => statistic / 2));
    expect(halved[0]).toMatchObject({ grade: "warn", advice: expect.stringContaining("wider than they need to be") as string });
    expect(halved[2]).toMatchObject({ name: "test statistic", grade: "warn" });
  });

  it("blames the ends of the range for wide intervals where best fits lie there", () => {
    const toys = toysOf(exact(400, 1).map((statistic) => statistic / 4)).map((toy, i) => ({ ...toy, atRange: i % 4 === 0 }));
    expect(coverageChecks(toys, { degreesOfFreedom: 1, asked: 400 })[0]!.advice).toContain("25 % of the best fits are at an end");
  });

  it("says how many toys were done, and warns when none was", () => {
    expect(run(exact(10, 1), 50)[0]!.message).toContain("(interrupted: 10 of 50 toys)");
    expect(run([], 50)).toMatchObject([{ grade: "warn", message: "no toy was done (interrupted: 0 of 50 toys)" }]);
  });

  it("binomial tails are sums of the closed form", () => {
    expect(binomialTwoSided(2, 2, 0.5)).toBeCloseTo(0.5, 12);
    expect(binomialTwoSided(0, 3, 0.5)).toBeCloseTo(0.25, 12);
    expect(binomialTwoSided(1, 3, 0.5)).toBeCloseTo(1, 12);
    expect(binomialTwoSided(0, 4, 0.9)).toBeCloseTo(2e-4, 12);
    // The probability of a p-value at most a is at most a.
    const counts = uniforms(key(1), 2000 * 20).reduce((all, u, i) => {
      all[Math.floor(i / 20)]! += u < 0.7 ? 1 : 0;
      return all;
    }, new Float64Array(2000));
    const below = counts.filter((held) => binomialTwoSided(held, 20, 0.7) <= 0.05).length;
    expect(below).toBeLessThanOrEqual(2000 * 0.05 + 5 * Math.sqrt(2000 * 0.05));
  });
});

it("grades follow the levels, and a probability that is NaN fails", () => {
  expect([0.02, 5e-3, 5e-5, Number.NaN].map((p) => gradeOf(p, true))).toEqual(["pass", "warn", "fail", "fail"]);
  expect(gradeOf(5e-5, false)).toBe("warn");
});
