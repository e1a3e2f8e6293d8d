import { describe, expect, it } from "vitest";
import { histogramCalibration } from "../../src/estimators/calibration/histogram-calibration.js";
import { isotonicCalibration } from "../../src/estimators/calibration/isotonic-calibration.js";
import type { CalibrationRecord } from "../../src/estimators/calibration/record.js";
import { sigmoidCalibration } from "../../src/estimators/calibration/sigmoid-calibration.js";
import { cholesky, choleskySolve } from "../../src/numerics/cholesky.js";
import { key, permutation } from "../../src/numerics/random.js";
import { galtonBoard } from "../../src/simulators/galton-board.js";
import { column, mean, normals, parts } from "./calibration-samples.js";
import { drawIntegers } from "./models.js";

const affine = (logRatio: number) => 0.6 * logRatio + 0.4;
const cubic = (logRatio: number) => 0.02 * logRatio ** 3 + 0.5 * logRatio - 1;

const METHODS = [
  { name: "histogram", calibration: histogramCalibration() },
  { name: "isotonic", calibration: isotonicCalibration() },
  { name: "sigmoid", calibration: sigmoidCalibration() },
];
const DISTORTIONS = [
  { distortion: "a straight line", distort: affine },
  { distortion: "a cubic", distort: cubic },
];
const COUNTS = [
  { n0: 60_000, n1: 60_000 },
  { n0: 90_000, n1: 30_000 },
];
const CASES = METHODS.flatMap((method) => DISTORTIONS.flatMap((shape) => COUNTS.map((counts) => ({ ...method, ...shape, ...counts }))));

// A sigmoid mends straight lines alone.
describe.each(CASES.filter(({ name, distortion }) => name !== "sigmoid" || distortion === "a straight line"))(
  "$name calibration of $distortion, $n0 against $n1 events",
  ({ calibration, distort, n0, n1 }) => {
    const sample = normals(distort, { n0, n1, seed: 1 });
    const fitted = calibration.fit(sample);
    const fresh = normals(distort, { n0, n1, seed: 2 });
    const calibrated = fitted.apply(fresh.logRatio, fresh.theta0);

    it("recovers log r, on average over twentieths of the events", () => {
      for (const part of parts(fresh.truth, 20)) {
        const ones = part.reduce((total, i) => total + fresh.label[i]!, 0);
        // The error of a log ratio of counts; the sample of the fit has about as many events there.
        const se = Math.sqrt(1 / ones + 1 / (part.length - ones));
        expect(Math.abs(mean(part.map((i) => calibrated[i]! - fresh.truth[i]!)))).toBeLessThan(5 * se);
      }
    });

    it("is calibrated: among events of one s, a part s has label 1", () => {
      // With n0 and n1 events the part with label 1 is n1 / (n0 r + n1), which is s = 1 / (1 + r) for n0 = n1.
      const s = calibrated.map((logRatio) => n1 / (n0 * Math.exp(logRatio) + n1));
      for (const part of parts(s, 20)) {
        const expected = mean(part.map((i) => s[i]!));
        // Binomial errors of the fresh events, and of about as many in the fit.
        const se = Math.sqrt((2 * expected * (1 - expected)) / part.length);
        expect(Math.abs(mean(part.map((i) => fresh.label[i]!)) - expected)).toBeLessThan(5 * se);
      }
    });
  },
);

describe("on the Galton board", () => {
  const { exact } = galtonBoard();
  const n = 200_000;
  const columns = [...drawIntegers(3, n, exact.probabilities(-0.8)), ...drawIntegers(4, n, exact.probabilities(-0.6))];
  const truth = exact.logRatio(columns, -0.8, -0.6);
  const sample = {
    logRatio: truth.map(cubic),
    label: Float64Array.from(columns, (_, i) => (i < n ? 0 : 1)),
    theta0: column(new Float64Array(2 * n).fill(-0.8)),
  };

  it.each([{ calibration: isotonicCalibration() }, { calibration: histogramCalibration({ bins: 300 }) }])(
    "$calibration.name gives the exact log r of the columns",
    ({ calibration }) => {
      const often = exact.columns.filter((x) => exact.probabilities(-0.8)[x]! > 0.01);
      const expected = exact.logRatio(often, -0.8, -0.6);
      const found = calibration.fit(sample).apply(expected.map(cubic), column(Float64Array.of(-0.8)));
      expect(often.length).toBeGreaterThan(10);
      often.forEach((x, i) => {
        const se = Math.sqrt(1 / (n * exact.probabilities(-0.8)[x]!) + 1 / (n * exact.probabilities(-0.6)[x]!));
        expect(Math.abs(found[i]! - expected[i]!)).toBeLessThan(5 * se);
      });
    },
  );
});

describe("sigmoidCalibration", () => {
  it.each(COUNTS)("is as near the straight line as its Fisher information says, $n0 against $n1 events", ({ n0, n1 }) => {
    const sample = normals(affine, { n0, n1, seed: 5 });
    const information = { rows: 2, columns: 2, values: new Float64Array(4) };
    sample.truth.forEach((logRatio, i) => {
      const p = n1 / (n0 * Math.exp(logRatio) + n1);
      const row = [1, sample.logRatio[i]!];
      for (const k of [0, 1]) for (const l of [0, 1]) information.values[2 * k + l]! += p * (1 - p) * row[k]! * row[l]!;
    });
    const lower = cholesky({ where: "test", argument: "information" }, information);
    const fitted = sigmoidCalibration().fit(sample);
    for (const logRatio of [-3, 0, 3]) {
      const row = [1, affine(logRatio)];
      const solved = choleskySolve(lower, row);
      const se = Math.sqrt(solved[0]! * row[0]! + solved[1]! * row[1]!);
      const found = fitted.apply(Float64Array.of(affine(logRatio)), column(Float64Array.of(1.2)))[0]!;
      expect(Math.abs(found - logRatio)).toBeLessThan(5 * se);
    }
  });

  it("has Platt's targets: labels that do not depend on log r give the line's constant, the smoothed parts", () => {
    const n = 40;
    const logRatio = Float64Array.from({ length: 2 * n }, (_, i) => i % n);
    const label = Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? 0 : 1));
    const fitted = sigmoidCalibration().fit({ logRatio, label, theta0: column(new Float64Array(2 * n)) });
    fitted.apply(Float64Array.of(-5, 50), column(Float64Array.of(0))).forEach((value) => {
      expect(value).toBeCloseTo(0, 10);
    });
    // Separated labels: the targets are met, by symmetry at the two values.
    const separated = sigmoidCalibration().fit({ logRatio: label.map((y) => 1 - 2 * y), label, theta0: column(new Float64Array(2 * n)) });
    const [low, high] = separated.apply(Float64Array.of(-1, 1), column(Float64Array.of(0)));
    expect(low).toBeCloseTo(-Math.log(n + 1), 8);
    expect(high).toBeCloseTo(Math.log(n + 1), 8);
  });
});

describe("histogramCalibration", () => {
  it("counts in bins of equal probability, with the pseudo-count", () => {
    // 40 values in two bins of 20: 15 of label 0 in the upper one, 5 in the lower one, and 20 against 20 in all.
    const logRatio = Float64Array.from({ length: 40 }, (_, i) => i);
    const label = Float64Array.from({ length: 40 }, (_, i) => (i < 20 ? (i < 5 ? 0 : 1) : i < 25 ? 1 : 0));
    const fitted = histogramCalibration({ bins: 2, pseudoCount: 0.5 }).fit({ logRatio, label, theta0: column(new Float64Array(40)) });
    const [below, low, middle, high, above] = fitted.apply(Float64Array.of(-9, 9.5, 19.5, 29.5, 99), column(Float64Array.of(0)));
    expect(high).toBeCloseTo(Math.log(15.5 / 5.5), 12);
    expect(low).toBeCloseTo(Math.log(5.5 / 15.5), 12);
    expect(middle).toBeCloseTo(0, 12);
    expect([below, above]).toEqual([low, high]);
  });

  it("need not rise: it mends an estimator that has the order wrong", () => {
    const sample = normals((logRatio) => -logRatio, { n0: 20_000, n1: 20_000 });
    const found = histogramCalibration()
      .fit(sample)
      .apply(Float64Array.of(-1, 1), column(Float64Array.of(1.2)));
    // About 650 events of each label in a bin.
    expect(Math.abs(found[0]! - 1)).toBeLessThan(5 * Math.sqrt(2 / 650));
    expect(Math.abs(found[1]! + 1)).toBeLessThan(5 * Math.sqrt(2 / 650));
  });
});

describe("isotonicCalibration", () => {
  const steps = (events: readonly { at: number; zeros: number; ones: number }[]) => {
    const rows = events.flatMap(({ at, zeros, ones }) =>
      Array.from({ length: zeros + ones }, (_, i) => ({ at, label: i < zeros ? 0 : 1 })),
    );
    // In any order.
    const order = permutation(key(1), rows.length);
    return isotonicCalibration().fit({
      logRatio: Float64Array.from(order, (i) => rows[i]!.at),
      label: Float64Array.from(order, (i) => rows[i]!.label),
      theta0: column(new Float64Array(rows.length)),
    });
  };
  const at = (fitted: ReturnType<typeof steps>, ...logRatio: number[]) =>
    Array.from(fitted.apply(Float64Array.from(logRatio), column(Float64Array.of(0))));

  it("gives separated labels the odds 2 n + 1", () => {
    const values = at(
      steps([
        { at: -1, zeros: 0, ones: 20 },
        { at: 1, zeros: 20, ones: 0 },
      ]),
      -2,
      -1,
      0,
      1,
      2,
    );
    [-Math.log(41), -Math.log(41), 0, Math.log(41), Math.log(41)].forEach((expected, i) => {
      expect(values[i]).toBeCloseTo(expected, 12);
    });
  });

  it("joins an end of one label with its neighbour where its probability would be past it", () => {
    // One event has probability 1/4, more than the next block's 1/10: together 3 of 31, at the mean log r of their events.
    const events = [
      { at: -4, zeros: 0, ones: 1 },
      { at: 0, zeros: 3, ones: 27 },
      { at: 2, zeros: 27, ones: 3 },
      { at: 6, zeros: 1, ones: 0 },
    ];
    const [left, between, right] = at(steps(events), -4 / 31, 1, 66 / 31 + 1e-9);
    expect(left).toBeCloseTo(Math.log(3 / 28), 12);
    expect(right).toBeCloseTo(Math.log(28 / 3), 8);
    expect(Math.abs(between!)).toBeLessThan(Math.log(28 / 3));
  });

  it("pools violators, takes ties as one point, and never falls", () => {
    const events = [
      { at: 0, zeros: 10, ones: 20 },
      { at: 1, zeros: 20, ones: 10 },
      { at: 2, zeros: 12, ones: 18 },
      { at: 3, zeros: 25, ones: 5 },
    ];
    const total = { zeros: 67, ones: 53 };
    const values = at(steps(events), 0, 1.5, 3);
    [10 / 20, 32 / 28, 25 / 5].forEach((odds, i) => {
      expect(values[i]).toBeCloseTo(Math.log((odds * total.ones) / total.zeros), 12);
    });
  });

  it("rises, and finds the same probabilities again in what it calibrated", () => {
    const sample = normals(cubic, { n0: 2000, n1: 2000 });
    const first = isotonicCalibration().fit(sample);
    const second = isotonicCalibration().fit({ ...sample, logRatio: first.apply(sample.logRatio, sample.theta0) });
    const [values, again] = [first, second].map((fitted) => valuesOf(fitted.toRecord()));
    expect(values!.length).toBeGreaterThan(10);
    for (let i = 1; i < values!.length; i++) expect(values![i]!).toBeGreaterThan(values![i - 1]!);
    // Near the ends, where blocks were joined to move away from 0 and 1, the second may cut otherwise.
    expect(again!.length).toBeGreaterThan(10);
    for (const value of again!.slice(2, -2)) expect(Math.min(...values!.map((other) => Math.abs(other - value)))).toBeLessThan(1e-12);
  });
});

function valuesOf(record: CalibrationRecord): readonly number[] {
  return record.kind === "pooled" && record.curve.kind === "piecewise-linear" ? record.curve.values : [];
}
