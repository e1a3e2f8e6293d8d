import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import { columnOf } from "../../src/numerics/matrix.js";
import { key, stream } from "../../src/numerics/random.js";
import { standardNormalCdf } from "../../src/numerics/special.js";
import { independent } from "../../src/probability/independent.js";
import { multivariateNormal } from "../../src/probability/multivariate-normal.js";
import { normal } from "../../src/probability/normal.js";
import { integrate, meanAndError } from "../support/numbers.js";

const MEAN = { a: 0.5, b: -1 };
const COVARIANCE = [
  [4, 1.2],
  [1.2, 0.5],
];
const DET = 4 * 0.5 - 1.2 ** 2;
const PRECISION = [
  [0.5 / DET, -1.2 / DET],
  [-1.2 / DET, 4 / DET],
];

const CASES = [
  { name: "a covariance", law: multivariateNormal({ mean: MEAN, covariance: COVARIANCE }) },
  { name: "a precision", law: multivariateNormal({ mean: MEAN, precision: PRECISION }) },
];

describe.each(CASES)("multivariateNormal with $name", ({ law }) => {
  it("has the density of the formula", () => {
    for (const [a, b] of [
      [0.5, -1],
      [2, 0],
      [-3, 1.5],
    ] as const) {
      const [u, v] = [a - MEAN.a, b - MEAN.b];
      const square = PRECISION[0]![0]! * u * u + 2 * PRECISION[0]![1]! * u * v + PRECISION[1]![1]! * v * v;
      expect(law.logProb({ b, a })).toBeCloseTo(-0.5 * square - 0.5 * Math.log(DET) - Math.log(2 * Math.PI), 11);
    }
  });

  it("has normal marginals", () => {
    const density = integrate((b) => Math.exp(law.logProb({ a: 1.7, b })), -12, 12, 500);
    expect(Math.log(density)).toBeCloseTo(normal(0.5, 2).logProb(1.7), 10);
  });

  it("draws with its mean and covariance, each column normal", () => {
    const n = 20_000;
    const points = law.sample(key(1), n);
    const [a, b] = [columnOf(points, 0).map((v) => v - MEAN.a), columnOf(points, 1).map((v) => v - MEAN.b)];
    for (const [values, expected] of [
      [a, 0],
      [b, 0],
      [a.map((v) => v * v), 4],
      [b.map((v) => v * v), 0.5],
      [a.map((v, i) => v * b[i]!), 1.2],
    ] as const) {
      const { mean, se } = meanAndError(values);
      expect(Math.abs(mean - expected)).toBeLessThan(5 * se);
    }
    const sorted = b.slice().sort();
    const distance = Math.max(...sorted.map((v, i) => Math.abs((i + 0.5) / n - standardNormalCdf(v / Math.sqrt(0.5)))));
    // P(D > 1.95 / sqrt(n)) = 0.001.
    expect(distance).toBeLessThan(1.95 / Math.sqrt(n));
  });

  it("draws from a stream as it samples, and repeats", () => {
    const row = new Float64Array(2);
    law.draw(stream(key(3)), row);
    expect(law.sample(key(3), 1).values).toEqual(row);
    expect(law.sample(key(3), 5)).toEqual(law.sample(key(3), 5));
    expect(law.sample(key(4), 5)).not.toEqual(law.sample(key(3), 5));
  });

  it("says names, ranges and covariance", () => {
    expect(law.names).toEqual(["a", "b"]);
    expect(law.parameters).toEqual({ a: [-Infinity, Infinity], b: [-Infinity, Infinity] });
    law.covariance.values.forEach((value, i) => {
      expect(value).toBeCloseTo(COVARIANCE.flat()[i]!, 12);
    });
  });
});

it("is a product of normals when the covariance is diagonal", () => {
  const law = multivariateNormal({
    mean: { a: 1, b: 2, c: 3 },
    covariance: { rows: 3, columns: 3, values: Float64Array.of(1, 0, 0, 0, 4, 0, 0, 0, 9) },
  });
  const product = independent({ a: normal(1, 1), b: normal(2, 2), c: normal(3, 3) });
  for (const theta of [
    { a: 0, b: 0, c: 0 },
    { a: 1, b: 5, c: -4 },
  ])
    expect(law.logProb(theta)).toBeCloseTo(product.logProb(theta), 12);
});

const mean = { a: 0, b: 1 };
it.each([
  {
    name: "a matrix that is not positive definite",
    run: () =>
      multivariateNormal({
        mean,
        covariance: [
          [1, 2],
          [2, 1],
        ],
      }),
    error: DomainError,
    message: 'multivariateNormal: covariance is "not positive definite"; expected a positive definite matrix; check for',
  },
  {
    name: "a precision that is not positive definite",
    run: () =>
      multivariateNormal({
        mean,
        precision: [
          [1, 1],
          [1, 1],
        ],
      }),
    error: DomainError,
    message: 'multivariateNormal: precision is "not positive definite"',
  },
  {
    name: "an asymmetric matrix",
    run: () =>
      multivariateNormal({
        mean,
        covariance: [
          [1, 0.5],
          [0, 1],
        ],
      }),
    error: DomainError,
    message: "multivariateNormal: covariance[1][0] is 0; expected 0.5 as in [0][1]",
  },
  {
    name: "a matrix for other parameters",
    run: () => multivariateNormal({ mean, covariance: [[1]] }),
    error: ShapeError,
    message: "multivariateNormal: covariance has shape [1, ...]; expected [2, 2]",
  },
  {
    name: "ragged rows",
    run: () => multivariateNormal({ mean, covariance: [[1, 0], [0]] }),
    error: ShapeError,
    message: "multivariateNormal: covariance[1] has shape [1]",
  },
  {
    name: "NaN",
    run: () =>
      multivariateNormal({
        mean,
        covariance: [
          [1, 0],
          [0, Number.NaN],
        ],
      }),
    error: DomainError,
    message: "multivariateNormal: covariance[1][1] is NaN",
  },
  {
    name: "a mean that is not finite",
    run: () => multivariateNormal({ mean: { a: Infinity }, covariance: [[1]] }),
    error: DomainError,
    message: "multivariateNormal: mean.a is Infinity",
  },
  {
    name: "no parameter",
    run: () => multivariateNormal({ mean: {}, covariance: [] }),
    error: DomainError,
    message: "multivariateNormal: mean is {}",
  },
  {
    name: "no matrix",
    run: () => multivariateNormal({ mean } as never),
    error: DomainError,
    message: "multivariateNormal: covariance and precision is",
  },
  {
    name: "a point without a parameter",
    run: () =>
      multivariateNormal({
        mean,
        covariance: [
          [1, 0],
          [0, 1],
        ],
      }).logProb({ a: 0 } as never),
    error: DomainError,
    message: "logProb: theta.b is undefined",
  },
])("refuses $name", ({ run, error, message }) => {
  expect(run).toThrow(error);
  expect(run).toThrow(message);
});
