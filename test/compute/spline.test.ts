import { describe, expect, it } from "vitest";
import { buildAddon } from "../../src/compute/backends/native/build.js";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { add, type Backend, backend, grad, mul, program, rationalQuadraticSpline, square, sum } from "../../src/compute/index.js";
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
