import { describe, expect, it } from "vitest";
import { buildAddon } from "../../src/compute/backends/native/build.js";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import {
  add,
  type Backend,
  backend,
  grad,
  input,
  inverseRationalQuadraticSpline,
  mul,
  program,
  rationalQuadraticSpline,
  type SplineOptions,
  square,
  sum,
} from "../../src/compute/index.js";
import { DomainError, ShapeError } from "../../src/errors.js";
import { key, standardNormals } from "../../src/numerics/random.js";

const BINS = 7;
const built = buildAddon();

/** Values, gradients, and a second derivative, of a spline on a backend. */
function derivatives(engine: Backend, n: number) {
  const run = program(engine, ["x", "raw"], ({ x, raw }) => {
    const { y, logSlope } = rationalQuadraticSpline(x, raw, { bins: BINS, bound: 2 });
    const [gx, graw] = grad(sum(add(square(y), mul(0.7, logSlope))), [x, raw]);
    const second = grad(sum(mul(gx!, y)), raw);
    return { outputs: { y, logSlope, gx: gx!, graw: graw!, second } };
  });
  const x = { shape: [n, 3], values: standardNormals(key(1), n * 3).map((v) => 1.3 * v) };
  const raw = { shape: [n, 3, 3 * BINS - 1], values: standardNormals(key(2), n * 3 * (3 * BINS - 1)).map((v) => 3 * v) };
  return run.run({ x, raw });
}

const ENGINES = [
  { name: "native", skip: "reason" in built, make: () => backend("native") },
  { name: "wasm", skip: false, make: () => backend("wasm") },
];

describe.each(ENGINES)("the fused spline on $name", ({ make, skip }) => {
  it.skipIf(skip).each([1, 2, 19, 64])(
    "of %i rows agrees with its composed form in float64, with gradient and second derivative",
    async (n) => {
      const [expected, actual] = [derivatives(referenceBackend(), n), derivatives(await make(), n)];
      for (const label of Object.keys(expected) as (keyof typeof expected)[]) {
        expected[label].forEach((value, i) => {
          expect(Math.abs(actual[label][i]! - value), `${label}[${i}]`).toBeLessThan(2e-4 * (1 + Math.abs(value)));
        });
      }
    },
  );
});

/** The inverse of a spline, and its gradients. */
function inverseAndGradients(engine: Backend, n: number) {
  const made = program(engine, ["y", "raw"], ({ y, raw }) => {
    const x = inverseRationalQuadraticSpline(y, raw, { bins: BINS, bound: 2 });
    const [byY, byRaw] = grad(sum(square(x)), [y, raw]);
    return { outputs: { x, byY: byY!, byRaw: byRaw! } };
  });
  const values = (at: number, count: number) => standardNormals(key(at), count);
  return made.run({ y: { shape: [n, 2], values: values(7, 2 * n) }, raw: { shape: [n, 2, WIDTH], values: values(8, 2 * n * WIDTH) } });
}

describe.each(ENGINES)("the fused inverse spline on $name", ({ make, skip }) => {
  it.skipIf(skip).each([1, 2, 19, 64])("of %i rows agrees with its composed form in float64, with gradients", async (n) => {
    const [expected, actual] = [inverseAndGradients(referenceBackend(), n), inverseAndGradients(await make(), n)];
    for (const label of ["x", "byY", "byRaw"] as const) {
      expected[label].forEach((value, i) => {
        expect(Math.abs(actual[label][i]! - value), `${label}[${i}]`).toBeLessThan(2e-4 * (1 + Math.abs(value)));
      });
    }
  });
});

const WIDTH = 3 * BINS - 1;

/** f, log f' and f^-1 of each number, each with parameters of its own. */
function bothWays(engine: Backend, values: readonly number[], options: SplineOptions = { bins: BINS, bound: 2 }, size = 3) {
  const run = program(engine, ["x", "raw"], ({ x, raw }) => {
    const { y, logSlope } = rationalQuadraticSpline(x, raw, options);
    return { outputs: { y, logSlope, back: inverseRationalQuadraticSpline(x, raw, options) } };
  });
  const raw = { shape: [values.length, WIDTH], values: standardNormals(key(3), values.length * WIDTH).map((v) => size * v) };
  return (x: ArrayLike<number>) => run.run({ x: { shape: [values.length], values: x }, raw });
}

/** Inside, beside and at the ends, and outside. */
const POINTS = [...Array.from({ length: 81 }, (_, i) => -2 + i / 20), -2 + 1e-6, 2 - 1e-6, -2.5, 2.5, -1e6, 1e6];
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) => Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i]!)));

describe.each([{ name: "reference", skip: false, make: () => referenceBackend() }, ...ENGINES])(
  "the inverse spline on $name",
  ({ make, skip, name }) => {
    it.skipIf(skip).each([0.1, 1, 3])("undoes the spline and is undone by it, with parameters of size %d", async (size) => {
      const run = bothWays(await make(), POINTS, undefined, size);
      // An error of x is 1 / f' times one of f: the tolerance is that of the image, in float32 some roundings of numbers up to 4.
      const rounding = name === "reference" ? 1e-13 : 4e-6;
      const there = run(POINTS);
      const again = run(there.y).back;
      for (const [i, x] of POINTS.entries()) {
        const steepest = Math.max(1, Math.exp(-there.logSlope[i]!));
        expect(Math.abs(again[i]! - x), `at ${x}`).toBeLessThanOrEqual(rounding * steepest * Math.max(1, Math.abs(x)));
      }
      const back = run(POINTS).back;
      const after = run(back);
      for (const [i, y] of POINTS.entries()) {
        const steepest = Math.max(1, Math.exp(after.logSlope[i]!));
        expect(Math.abs(after.y[i]! - y), `at ${y}`).toBeLessThanOrEqual(rounding * steepest * Math.max(1, Math.abs(y)));
      }
    });

    it.skipIf(skip)("is the identity at the ends and outside", async () => {
      const ends = [-2, 2, -2.5, 2.5, -1e6, 1e6];
      const { y, back, logSlope } = bothWays(await make(), ends)(ends);
      expect([...y]).toEqual(ends);
      expect([...back]).toEqual(ends);
      expect([...logSlope].every((slope) => slope === 0)).toBe(true);
    });
  },
);

describe("the spline", () => {
  it("rises, stays within its bounds, and has the slope that it says", () => {
    const grid = Array.from({ length: 400 }, (_, i) => -1.999 + (i * 3.998) / 399 + 1e-4);
    const shared = standardNormals(key(4), WIDTH).map((v) => 2 * v);
    const raw = { shape: [grid.length, WIDTH], values: Float64Array.from({ length: grid.length * WIDTH }, (_, k) => shared[k % WIDTH]!) };
    const made = program(referenceBackend(), ["x", "raw"], ({ x, raw }) => ({
      outputs: { ...rationalQuadraticSpline(x, raw, { bins: BINS, bound: 2 }) },
    }));
    const at = (shift: number) => made.run({ x: { shape: [grid.length], values: grid.map((x) => x + shift) }, raw });
    const { y, logSlope } = at(0);
    expect(y.every((value, i) => value > -2 && value < 2 && (i === 0 || value > y[i - 1]!))).toBe(true);
    const [up, down] = [at(1e-6).y, at(-1e-6).y];
    expect(
      largest(
        up.map((value, i) => Math.log((value - down[i]!) / 2e-6)),
        logSlope,
      ),
    ).toBeLessThan(1e-4);
  });

  it.each([
    { bins: 1 },
    { bins: 65 },
    { bins: 2.5 },
    { bound: 0 },
    { bound: Infinity },
    { bound: Number.NaN },
    { least: 0 },
    { least: 0.1 },
  ])("refuses %j, either way", (options) => {
    const [x, raw] = [input("x", [4]), input("raw", [4, 3 * Math.floor(options.bins ?? 10) - 1])];
    expect(() => rationalQuadraticSpline(x, raw, options)).toThrow(DomainError);
    expect(() => inverseRationalQuadraticSpline(x, raw, options)).toThrow(DomainError);
  });

  it.each([[[4, WIDTH + 1]], [[3, WIDTH]], [[WIDTH]]])("refuses parameters of shape %j, either way", (shape) => {
    const [x, raw] = [input("x", [4]), input("raw", shape)];
    expect(() => rationalQuadraticSpline(x, raw, { bins: BINS })).toThrow(ShapeError);
    expect(() => inverseRationalQuadraticSpline(x, raw, { bins: BINS })).toThrow(ShapeError);
  });
});
