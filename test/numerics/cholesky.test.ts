import { describe, expect, it } from "vitest";
import { DomainError, NotConvergedError, ShapeError } from "../../src/errors.js";
import { cholesky, choleskyInverse, choleskySolve } from "../../src/numerics/cholesky.js";
import { logisticRegression } from "../../src/numerics/logistic-regression.js";
import { type Matrix, rowOf } from "../../src/numerics/matrix.js";
import { newtonMinimum } from "../../src/numerics/newton.js";
import { fold, key, standardNormals } from "../../src/numerics/random.js";

const source = { where: "f", argument: "a" };

function product(a: Matrix, b: Matrix): Float64Array {
  return Float64Array.from({ length: a.rows * b.columns }, (_, place) => {
    const [i, j] = [Math.floor(place / b.columns), place % b.columns];
    return rowOf(a, i).reduce((total, value, k) => total + value * b.values[k * b.columns + j]!, 0);
  });
}

/** G G^T + 1 with normal G: positive definite. */
function positive(size: number): Matrix {
  const g = { rows: size, columns: size, values: standardNormals(fold(key(1), size), size * size) };
  const transposed = { ...g, values: g.values.map((_, place) => g.values[(place % size) * size + Math.floor(place / size)]!) };
  return { ...g, values: product(g, transposed).map((value, place) => value + (place % (size + 1) === 0 ? 1 : 0)) };
}

describe.each([1, 2, 3, 7])("Cholesky of a matrix of %d columns", (size) => {
  const matrix = positive(size);
  const lower = cholesky(source, matrix);
  const transposed = { ...lower, values: lower.values.map((_, place) => lower.values[(place % size) * size + Math.floor(place / size)]!) };

  it("multiplies back, and has nothing above the diagonal", () => {
    product(lower, transposed).forEach((value, i) => {
      expect(value).toBeCloseTo(matrix.values[i]!, 12);
    });
    lower.values.forEach((value, place) => {
      if (place % size > Math.floor(place / size)) expect(value).toBe(0);
    });
  });

  it("solves and inverts", () => {
    const x = { rows: size, columns: 1, values: standardNormals(key(2), size) };
    choleskySolve(lower, product(matrix, x)).forEach((value, i) => {
      expect(value).toBeCloseTo(x.values[i]!, 11);
    });
    product(matrix, choleskyInverse(lower)).forEach((value, place) => {
      expect(value).toBeCloseTo(place % (size + 1) === 0 ? 1 : 0, 11);
    });
  });
});

describe("cholesky refuses", () => {
  it.each([
    { name: "a negative direction", values: [1, 2, 2, 1] },
    { name: "a singular matrix", values: [1, 2, 2, 4] },
    { name: "zero", values: [0, 0, 0, 0] },
    { name: "NaN", values: [Number.NaN, 0, 0, 1] },
  ])("$name", ({ values }) => {
    const run = () => cholesky({ ...source, advice: "leave one out" }, { rows: 2, columns: 2, values: Float64Array.from(values) });
    expect(run).toThrow(DomainError);
    expect(run).toThrow('f: a is "not positive definite"; expected a positive definite matrix; leave one out');
  });

  it("what is not square", () => {
    expect(() => cholesky(source, { rows: 1, columns: 2, values: new Float64Array(2) })).toThrow(ShapeError);
  });
});

describe("newtonMinimum", () => {
  const exponential = (a: number) => (w: Float64Array) => ({
    value: Math.exp(w[0]!) - a * w[0]!,
    gradient: Float64Array.of(Math.exp(w[0]!) - a),
    hessian: { rows: 1, columns: 1, values: Float64Array.of(Math.exp(w[0]!)) },
  });

  it.each([0, -3, 8])("finds log 2 from %d: steps that overshoot are halved", (start) => {
    expect(newtonMinimum(source, exponential(2), Float64Array.of(start))[0]).toBeCloseTo(Math.LN2, 14);
  });

  it.each([
    {
      name: "a straight line, which has no minimum",
      value: (w: number) => w,
      slope: 1,
      message: "f: 100 Newton steps did not reach",
      best: -100,
    },
    {
      name: "a gradient of the wrong sign",
      value: (w: number) => w * w,
      slope: -1,
      message: "f: Newton's method finds no descent",
      best: 0,
    },
  ])("gives up on $name, with the last point", ({ value, slope, message, best }) => {
    const at = (w: Float64Array) => ({
      value: value(w[0]!),
      gradient: Float64Array.of(slope),
      hessian: { rows: 1, columns: 1, values: Float64Array.of(1) },
    });
    const run = () => newtonMinimum(source, at, Float64Array.of(0));
    expect(run).toThrow(NotConvergedError);
    expect(run).toThrow(message);
    expect(run).toThrow(expect.objectContaining({ best: Float64Array.of(best) }));
  });
});

describe("logisticRegression", () => {
  const n = 4000;
  const [u, v] = [standardNormals(fold(key(3), 0), n), standardNormals(fold(key(3), 1), n)];
  const features = {
    rows: n,
    columns: 3,
    values: Float64Array.from({ length: 3 * n }, (_, i) => [1, u[Math.floor(i / 3)]!, v[Math.floor(i / 3)]!][i % 3]!),
  };

  it("finds the coefficients exactly when the targets are the model's probabilities", () => {
    const truth = [0.3, -1.2, 2];
    const targets = Float64Array.from({ length: n }, (_, i) => 1 / (1 + Math.exp(-(truth[0]! + truth[1]! * u[i]! + truth[2]! * v[i]!))));
    logisticRegression(source, features, targets).forEach((value, k) => {
      expect(value).toBeCloseTo(truth[k]!, 9);
    });
  });

  it("refuses features that depend on each other", () => {
    const doubled = { ...features, values: features.values.map((value, i) => (i % 3 === 2 ? 2 * u[Math.floor(i / 3)]! : value)) };
    expect(() => logisticRegression(source, doubled, new Float64Array(n).fill(0.5))).toThrow("not positive definite");
  });
});
