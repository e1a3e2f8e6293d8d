import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import type { CalibrationSample } from "../../src/estimators/calibration/calibration.js";
import { expectationCalibration } from "../../src/estimators/calibration/expectation-calibration.js";
import { calibrationFromRecord } from "../../src/estimators/calibration/fitted.js";
import { histogramCalibration } from "../../src/estimators/calibration/histogram-calibration.js";
import { isotonicCalibration } from "../../src/estimators/calibration/isotonic-calibration.js";
import type { CalibrationRecord } from "../../src/estimators/calibration/record.js";
import { sigmoidCalibration } from "../../src/estimators/calibration/sigmoid-calibration.js";
import { cholesky, choleskyInverse } from "../../src/numerics/cholesky.js";
import { type Matrix, rowOf, zeros } from "../../src/numerics/matrix.js";
import { fold, key, standardNormals, uniforms } from "../../src/numerics/random.js";
import { column, mean, normals } from "./calibration-samples.js";

const THETAS = [0.4, 0.8, 1.2];
const tilted = (logRatio: number, theta: number) => (0.5 + 0.3 * theta) * logRatio + theta - 0.5;
const MAKERS = [histogramCalibration, isotonicCalibration, sigmoidCalibration, expectationCalibration] as const;
const at = (theta: number) => column(Float64Array.of(theta));

/** sum_i weight_i f_i f_i^T of rows `[N, M]`. */
function gram(rows: Matrix, weights: Float64Array): Matrix {
  const total = zeros(rows.columns, rows.columns);
  weights.forEach((weight, i) => {
    const row = rowOf(rows, i);
    for (let k = 0; k < row.length; k++)
      for (let l = 0; l < row.length; l++) total.values[k * row.length + l]! += weight * row[k]! * row[l]!;
  });
  return total;
}

/** Square root of f^T A f. */
function length(row: ArrayLike<number>, { columns, values }: Matrix): number {
  let total = 0;
  for (let k = 0; k < columns; k++) for (let l = 0; l < columns; l++) total += row[k]! * row[l]! * values[k * columns + l]!;
  return Math.sqrt(total);
}

const inverse = (matrix: Matrix) => choleskyInverse(cholesky({ where: "test", argument: "matrix" }, matrix));
const product = (a: Matrix, b: Matrix): Matrix => {
  const result = zeros(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.columns; j++)
      for (let k = 0; k < a.columns; k++) result.values[i * b.columns + j]! += a.values[i * a.columns + k]! * b.values[k * b.columns + j]!;
  return result;
};

describe.each(MAKERS)("%o", (make) => {
  const sample = normals(tilted, { n0: 4000, n1: 4000, thetas: THETAS });
  const each = make({ theta: "each" }).fit(sample);

  it("calibrates each theta0 as it would alone", () => {
    THETAS.forEach((theta) => {
      const rows = Array.from(sample.theta0.values.keys()).filter((i) => sample.theta0.values[i] === theta);
      const alone = make().fit({
        logRatio: Float64Array.from(rows, (i) => sample.logRatio[i]!),
        label: Float64Array.from(rows, (i) => sample.label[i]!),
        theta0: column(new Float64Array(rows.length)),
      });
      const logRatio = Float64Array.of(-2, -0.3, 0, 0.7, 2);
      expect(each.apply(logRatio, at(theta))).toEqual(alone.apply(logRatio, at(0)));
    });
  });

  it("takes a theta0 for each event as it takes one for all", () => {
    const logRatio = Float64Array.of(-1, 0.5, 0.5, 1);
    const mixed = each.apply(logRatio, column(Float64Array.of(0.4, 1.2, 0.4, 1.2)));
    expect([mixed[0], mixed[2]]).toEqual(Array.from(each.apply(Float64Array.of(-1, 0.5), at(0.4))));
    expect([mixed[1], mixed[3]]).toEqual(Array.from(each.apply(Float64Array.of(0.5, 1), at(1.2))));
  });

  it("refuses an unknown theta0 and says which it knows", () => {
    expect(() => each.apply(Float64Array.of(1), at(0.5))).toThrow(DomainError);
    expect(() => each.apply(Float64Array.of(1), at(0.5))).toThrow(
      "calibration.apply: theta0 is [0.5]; expected one of the 3 points of the fit: [0.4], [0.8], [1.2]",
    );
  });

  it.each(["pooled", "each", "parameterised"] as const)("is the same to the last bit after a way through JSON: %s", (theta) => {
    const fitted = make({ theta }).fit(sample);
    const again = calibrationFromRecord(JSON.parse(JSON.stringify(fitted.toRecord())) as CalibrationRecord);
    expect(again.apply(sample.logRatio, sample.theta0)).toEqual(fitted.apply(sample.logRatio, sample.theta0));
    expect(again.toRecord()).toEqual(fitted.toRecord());
    expect(again.name).toBe(make({ theta }).name);
  });
});

describe.each([histogramCalibration, isotonicCalibration])("parameterised %o", (make) => {
  const sample = normals(tilted, { n0: 2000, n1: 2000, thetas: THETAS });
  const each = make({ theta: "each" }).fit(sample);
  const grid = make({ theta: "parameterised" }).fit(sample);
  const logRatio = Float64Array.of(-3, -0.2, 0.4, 3);

  it("is each node's own at the nodes, and linear between them", () => {
    for (const theta of THETAS) expect(grid.apply(logRatio, at(theta))).toEqual(each.apply(logRatio, at(theta)));
    const [left, right] = [each.apply(logRatio, at(0.4)), each.apply(logRatio, at(0.8))];
    grid.apply(logRatio, at(0.5)).forEach((value, i) => {
      expect(value).toBeCloseTo(0.75 * left[i]! + 0.25 * right[i]!, 12);
    });
  });

  it("keeps the nodes of two parameters apart, in any order", () => {
    const points = [
      [1, 5],
      [0, 3],
      [1, 3],
      [0, 5],
    ] as const;
    const shift = ([a, b]: readonly [number, number]) => a + 10 * b;
    const rows = points.flatMap((point) =>
      Array.from({ length: 80 }, (_, i) => ({ point, label: i % 2, logRatio: (i % 2 === 0 ? 1 : -1) + shift(point) })),
    );
    const fitted = make({ theta: "parameterised" }).fit({
      logRatio: Float64Array.from(rows, (row) => row.logRatio),
      label: Float64Array.from(rows, (row) => row.label),
      theta0: { rows: rows.length, columns: 2, values: Float64Array.from(rows.flatMap(({ point }) => [...point])) },
    });
    for (const point of points) {
      const [low, high] = fitted.apply(Float64Array.of(shift(point) - 1, shift(point) + 1), {
        rows: 1,
        columns: 2,
        values: Float64Array.from(point),
      });
      expect(high).toBeCloseTo(Math.log(81), 12);
      expect(low).toBeCloseTo(-Math.log(81), 12);
    }
  });

  it("refuses theta0 outside the grid", () => {
    expect(() => grid.apply(logRatio, at(1.3))).toThrow("calibration.apply: theta0's column 0 is 1.3; expected a number in [0.4, 1.2]");
    expect(() => grid.apply(logRatio, { rows: 1, columns: 2, values: new Float64Array(2) })).toThrow(ShapeError);
  });
});

describe("parameterised sigmoidCalibration", () => {
  // log r_hat = (log r - intercept) / slope with intercept and slope linear in theta0.
  const [intercept, slope] = [(theta: number) => 0.5 - theta, (theta: number) => 1.5 + 0.8 * theta];
  const distort = (logRatio: number, theta: number) => (logRatio - intercept(theta)) / slope(theta);
  const n = 20_000;
  const sample = normals(distort, { n0: n, n1: n, thetas: [0.3, 0.6, 0.9, 1.2] });
  const fitted = sigmoidCalibration({ theta: "parameterised" }).fit(sample);

  it("recovers a line that moves with theta0, also between the thetas of the fit", () => {
    const features = zeros(sample.truth.length, 4);
    sample.logRatio.forEach((value, i) => {
      const theta = sample.theta0.values[i]!;
      rowOf(features, i).set([1, theta, value, value * theta]);
    });
    const covariance = inverse(
      gram(
        features,
        sample.truth.map((logRatio) => 1 / (2 + Math.exp(logRatio) + Math.exp(-logRatio))),
      ),
    );
    for (const theta of [0.3, 0.45, 1.2, 1.29])
      for (const logRatio of [-1, 0, 2]) {
        const value = distort(logRatio, theta);
        const se = length([1, theta, value, value * theta], covariance);
        expect(Math.abs(fitted.apply(Float64Array.of(value), at(theta))[0]! - logRatio)).toBeLessThan(5 * se);
      }
  });

  it("refuses theta0 far outside the fit", () => {
    expect(() => fitted.apply(Float64Array.of(0), at(1.35))).toThrow(
      "calibration.apply: theta0's column 0 is 1.35; expected a number in [0.2",
    );
  });
});

describe("expectationCalibration", () => {
  const n = 3000;
  // Two continuous parameters; log r of a shift of two normals, plus a polynomial that is to be taken away.
  const [u, v] = [uniforms(fold(key(1), 0), 2 * n), uniforms(fold(key(1), 1), 2 * n)];
  const noise = standardNormals(fold(key(1), 2), 4 * n);
  const theta0: Matrix = {
    rows: 2 * n,
    columns: 2,
    values: Float64Array.from({ length: 4 * n }, (_, i) => (i % 2 === 0 ? u : v)[i >> 1]! - 0.5),
  };
  const polynomial = ([a, b]: ArrayLike<number> & Iterable<number>) => 0.3 + 0.5 * a! - 0.2 * b! + a! * a! - 0.7 * a! * b!;
  const truth = Float64Array.from({ length: 2 * n }, (_, i) => {
    const [a, b] = rowOf(theta0, i) as unknown as [number, number];
    return a * noise[2 * i]! + b * noise[2 * i + 1]! - (a * a + b * b) / 2;
  });
  const sample: CalibrationSample = {
    logRatio: truth.map((value, i) => value + polynomial(rowOf(theta0, i))),
    // Labels of the numerator are not looked at.
    label: Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? 1 : 0)),
    theta0,
  };
  const denominator = (values: Float64Array) => values.subarray(0, n);

  it("makes the mean of r over denominator events one: pooled", () => {
    const calibrated = expectationCalibration().fit(sample).apply(sample.logRatio, theta0);
    expect(mean(denominator(calibrated).map(Math.exp))).toBeCloseTo(1, 12);
  });

  it("makes it one at each theta0", () => {
    const many = normals(tilted, { n0: 100, n1: 1000, thetas: THETAS });
    const calibrated = expectationCalibration({ theta: "each" }).fit(many).apply(many.logRatio, many.theta0);
    for (const theta of THETAS) {
      const r = Array.from(calibrated.keys()).filter((i) => many.label[i] === 1 && many.theta0.values[i] === theta);
      expect(mean(r.map((i) => Math.exp(calibrated[i]!)))).toBeCloseTo(1, 12);
    }
  });

  it("makes r - 1 zero on average against every monomial of theta0: parameterised", () => {
    const calibrated = expectationCalibration({ theta: "parameterised" }).fit(sample).apply(sample.logRatio, theta0);
    const monomials = [
      () => 1,
      ([a]: number[]) => a!,
      ([, b]: number[]) => b!,
      ([a, b]: number[]) => a! * b!,
      ([a]: number[]) => a! ** 2,
      ([, b]: number[]) => b! ** 2,
    ];
    for (const monomial of monomials)
      expect(
        Math.abs(mean(denominator(calibrated).map((value, i) => (Math.exp(value) - 1) * monomial(Array.from(rowOf(theta0, i)))))),
      ).toBeLessThan(1e-9);
  });

  it("recovers a quadratic shift within its standard error", () => {
    const fitted = expectationCalibration({ theta: "parameterised" }).fit(sample);
    const features = zeros(n, 6);
    const row = (a: number, b: number) => [1, a, b, a * a, a * b, b * b];
    for (let i = 0; i < n; i++) rowOf(features, i).set(row(theta0.values[2 * i]!, theta0.values[2 * i + 1]!));
    // The estimating equation's variance: A^-1 B A^-1 with A = sum r f f^T and B = sum (r - 1)^2 f f^T.
    const r = denominator(truth).map(Math.exp);
    const bread = inverse(gram(features, r));
    const covariance = product(
      product(
        bread,
        gram(
          features,
          r.map((value) => (value - 1) ** 2),
        ),
      ),
      bread,
    );
    for (const point of [
      [0, 0],
      [0.4, -0.4],
      [-0.3, 0.2],
      [0.45, 0.45],
    ] as const) {
      const found = fitted.apply(Float64Array.of(0), { rows: 1, columns: 2, values: Float64Array.from(point) })[0]!;
      expect(Math.abs(found + polynomial(point))).toBeLessThan(5 * length(row(point[0], point[1]), covariance));
    }
  });
});

describe("refusals", () => {
  const good = normals(tilted, { n0: 30, n1: 30 });
  const changed = (change: Partial<CalibrationSample>) => ({ ...good, ...change });
  const few = normals(tilted, { n0: 30, n1: 19 });
  const hole = normals(tilted, { n0: 30, n1: 30, thetas: [0, 1, 2] });
  const holes = {
    ...hole,
    theta0: {
      rows: 180,
      columns: 2,
      values: Float64Array.from({ length: 360 }, (_, i) => [0, 0, 0, 1, 1, 0][2 * Math.floor(i / 120) + (i % 2)]!),
    },
  };
  const scattered = {
    ...few,
    logRatio: new Float64Array(1001),
    label: new Float64Array(1001),
    theta0: column(Float64Array.from({ length: 1001 }, (_, i) => i)),
  };

  it.each([
    {
      name: "another number of labels",
      run: () => sigmoidCalibration().fit(changed({ label: new Float64Array(3) })),
      error: ShapeError,
      message: "sigmoidCalibration.fit: sample.label has shape [3]; expected [60]",
    },
    {
      name: "another number of thetas",
      run: () => sigmoidCalibration().fit(changed({ theta0: at(1) })),
      error: ShapeError,
      message: "sigmoidCalibration.fit: sample.theta0 has shape [1, 1]; expected [60, D]",
    },
    {
      name: "NaN in a sample",
      run: () => isotonicCalibration().fit(changed({ logRatio: good.logRatio.with(2, Number.NaN) })),
      error: DomainError,
      message: "isotonicCalibration.fit: sample.logRatio[2] is NaN; expected a finite number",
    },
    {
      name: "a label of 2",
      run: () => isotonicCalibration().fit(changed({ label: good.label.with(2, 2) })),
      error: DomainError,
      message: "sample.label[2] is 2; expected 0 (from theta0) or 1 (from theta1)",
    },
    {
      name: "few events",
      run: () => histogramCalibration().fit(few),
      error: DomainError,
      message: 'histogramCalibration.fit: sample is "19 events with label 1"; expected at least 20',
    },
    {
      name: "few events at a theta0",
      run: () => isotonicCalibration({ theta: "each" }).fit(few),
      error: DomainError,
      message: 'sample at theta0 = [1.2] is "19 events with label 1"',
    },
    {
      name: "few denominator events",
      run: () => expectationCalibration().fit(few),
      error: DomainError,
      message: "expectationCalibration.fit: sample is",
    },
    {
      name: "equal log ratios",
      run: () => sigmoidCalibration().fit(changed({ logRatio: new Float64Array(60) })),
      error: DomainError,
      message: 'sample.logRatio is "0 for all events"',
    },
    {
      name: "1001 thetas",
      run: () => isotonicCalibration({ theta: "each" }).fit(scattered),
      error: DomainError,
      message: 'sample.theta0 is "more than 1000 different points"',
    },
    {
      name: "holes in a grid",
      run: () => isotonicCalibration({ theta: "parameterised" }).fit(holes),
      error: DomainError,
      message: 'sample.theta0 is "3 different points"; expected all 4 nodes of the grid 2 x 2',
    },
    {
      name: "one theta0 for a polynomial",
      run: () => sigmoidCalibration({ theta: "parameterised" }).fit(good),
      error: DomainError,
      message: 'sample.theta0\'s column 0 is "1.2 for all events"',
    },
    {
      name: "two theta0 for a quadratic",
      run: () => expectationCalibration({ theta: "parameterised" }).fit(normals(tilted, { n0: 30, n1: 30, thetas: [0, 1] })),
      error: DomainError,
      message: "too few different values for a quadratic polynomial",
    },
    { name: "no bins", run: () => histogramCalibration({ bins: 0 }), error: DomainError, message: "histogramCalibration: bins is 0" },
    {
      name: "a pseudo-count of 0",
      run: () => histogramCalibration({ pseudoCount: 0 }),
      error: DomainError,
      message: "histogramCalibration: pseudoCount is 0",
    },
    {
      name: "an unknown dependence",
      run: () => sigmoidCalibration({ theta: "some" as "each" }),
      error: DomainError,
      message: 'sigmoidCalibration: theta is "some"; expected "pooled", "each" or "parameterised"',
    },
    {
      name: "NaN when applied",
      run: () => sigmoidCalibration().fit(good).apply(Float64Array.of(Number.NaN), at(1)),
      error: DomainError,
      message: "calibration.apply: logRatio[0] is NaN",
    },
    {
      name: "rows that do not fit",
      run: () =>
        sigmoidCalibration()
          .fit(good)
          .apply(new Float64Array(3), column(new Float64Array(2))),
      error: ShapeError,
      message: "calibration.apply: theta0 has shape [2, 1]; expected [3, D]",
    },
  ])("$name", ({ run, error, message }) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });

  it.each([
    {
      name: "an unknown kind",
      record: { kind: "spline", method: "m" },
      message: 'calibrationFromRecord: record.kind is "spline"; expected pooled, each, grid or polynomial',
    },
    { name: "no method", record: { kind: "pooled" }, message: "record.method is undefined" },
    { name: "nothing", record: null, message: "record.method is undefined" },
    { name: "an unknown curve", record: { kind: "pooled", method: "m", curve: { kind: "step" } }, message: 'record.curve.kind is "step"' },
    {
      name: "a number that JSON lost",
      record: { kind: "pooled", method: "m", curve: { kind: "affine", intercept: null, slope: 1 } },
      message: "record.curve[0] is null; expected a finite number",
    },
    {
      name: "knots that fall",
      record: { kind: "pooled", method: "m", curve: { kind: "piecewise-linear", knots: [1, 0], values: [0, 1] } },
      message: "record.curve.knots[1] is 0; expected a number above the one before",
    },
    {
      name: "a missing value",
      record: { kind: "pooled", method: "m", curve: { kind: "piecewise-linear", knots: [0, 1], values: [0] } },
      message: "record.curve.values has shape [1]; expected [2]",
    },
    {
      name: "a missing curve",
      record: { kind: "each", method: "m", thetas: [[1], [2]], curves: [] },
      message: "record.curves has shape [0]; expected [2]",
    },
    { name: "no axes", record: { kind: "grid", method: "m", axes: [], curves: [] }, message: "record.axes is []" },
    {
      name: "a missing coefficient",
      record: { kind: "polynomial", method: "m", degree: 2, centre: [0], halfWidth: [1], intercept: [1, 2, 3], slope: [1, 0] },
      message: "record.slope has shape [2]; expected [3]",
    },
    { name: "a high degree", record: { kind: "polynomial", method: "m", degree: 3 }, message: "record.degree is 3" },
  ])("of a record: $name", ({ record, message }) => {
    expect(() => calibrationFromRecord(record as unknown as CalibrationRecord)).toThrow(message);
  });
});
