import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { type Backend, program } from "../../src/compute/index.js";
import { autoregressive } from "../../src/flows/autoregressive.js";
import { coupling } from "../../src/flows/coupling.js";
import type { FlowNetwork } from "../../src/flows/flow.js";
import type { FlowSizes, Transform } from "../../src/flows/transform.js";
import { affine, spline } from "../../src/flows/univariate.js";
import { key, permutation, standardNormals } from "../../src/numerics/random.js";
import { largestDifference } from "../nn/compute.js";
import { BENT, bentNetwork, casesOf, disturb, drawn, ENGINES, FLOWS, SIZES } from "./cases.js";
import { jacobiansOf, logAbsDet } from "./jacobian.js";

const N = 40;
const net = { hidden: [12, 12], name: "t" } as const;
const positionsOf = (D: number) => [...permutation(key(7), D)];
const TRANSFORMS = {
  "affine autoregressive": (s: FlowSizes) =>
    autoregressive(affine, { ...s, ...net, activation: "tanh", positions: positionsOf(s.dimensions) }, key(1)),
  "spline autoregressive": (s: FlowSizes) =>
    autoregressive(spline({ bins: 5, bound: 4 }), { ...s, ...net, activation: "relu", positions: positionsOf(s.dimensions) }, key(1)),
  "spline coupling": (s: FlowSizes) =>
    coupling(
      spline({ bins: 5, bound: 4 }),
      { ...s, ...net, activation: "relu", kept: positionsOf(s.dimensions).map((p) => p < Math.floor(s.dimensions / 2)) },
      key(1),
    ),
};
const CASES = Object.entries(TRANSFORMS).flatMap(([name, make]) =>
  SIZES.filter(({ dimensions, context }) => name !== "spline coupling" || dimensions + context > 1).map((s) => ({
    name: `${name} of ${s.dimensions} given ${s.context}`,
    make,
    ...s,
  })),
);

const given = (s: FlowSizes, rows = N) =>
  s.context > 0 ? { c: { shape: [rows, s.context], values: standardNormals(key(3), rows * s.context) } } : {};
const names = (s: FlowSizes, first: string) => (s.context > 0 ? [first, "c"] : [first]);

function directions(engine: Backend, transform: Transform, s: FlowSizes) {
  const shape = [N, s.dimensions];
  const inverse = program<string, "y">(engine, names(s, "z"), ({ z, c }) => ({ outputs: { y: transform.inverse(z!, c) } }));
  const forward = program<string, "logDet" | "z">(engine, names(s, "y"), ({ y, c }) => ({ outputs: { ...transform.forward(y!, c) } }));
  return {
    inverse: (z: ArrayLike<number>) => inverse.run({ z: { shape, values: z }, ...given(s) }).y,
    forward: (y: ArrayLike<number>) => forward.run({ y: { shape, values: y }, ...given(s) }),
  };
}

function bothWays(engine: Backend, network: FlowNetwork, s: FlowSizes, rows = N) {
  const draw = program<string, "y">(engine, names(s, "z"), ({ z, c }) => ({ outputs: { y: drawn(network, z!, c) } }));
  const density = program<string, "p">(engine, names(s, "y"), ({ y, c }) => ({ outputs: { p: network.logProb(y!, c) } }));
  return {
    draw: (z: ArrayLike<number>) => draw.run({ z: { shape: [N, network.noise], values: z }, ...given(s, rows) }).y,
    logProb: (y: ArrayLike<number>) => density.run({ y: { shape: [N, s.dimensions], values: y }, ...given(s, rows) }).p,
  };
}

describe.each(CASES)("the $name", ({ make, ...s }) => {
  it.each(ENGINES.filter(({ skip }) => !skip))("comes back either way on $name", async ({ make: makeEngine, name }) => {
    const engine = await makeEngine();
    const transform = make(s);
    disturb(engine, transform.variables, 1);
    const { forward, inverse } = directions(engine, transform, s);
    const points = standardNormals(key(2), N * s.dimensions).map((v) => 2 * v);
    // Both ways pass some hundred roundings, each magnified by slopes of up to some tens.
    const tolerance = name === "reference" ? 1e-10 : 1e-3;
    expect(largestDifference(forward(inverse(points)).z, points)).toBeLessThan(tolerance);
    expect(largestDifference(inverse(forward(points).z), points)).toBeLessThan(tolerance);
  });

  it("has the log-determinant of its Jacobian, and is far from the identity", () => {
    const engine = referenceBackend();
    const transform = make(s);
    disturb(engine, transform.variables, 1);
    const { forward } = directions(engine, transform, s);
    const points = standardNormals(key(2), N * s.dimensions).map((v) => 2 * v);
    const expected = jacobiansOf((y) => forward(y).z, points, s.dimensions).map(logAbsDet);
    expect(largestDifference(forward(points).logDet, expected)).toBeLessThan(1e-6);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.1);
  });
});

describe.each(casesOf(BENT, SIZES))("$name", ({ method, ...s }) => {
  it("has at each draw the density of its noise over what the draw stretches it by", () => {
    const engine = referenceBackend();
    const { draw, logProb } = bothWays(engine, bentNetwork(method, s, engine), s);
    const D = s.dimensions;
    const noise = standardNormals(key(4), N * D);
    const stretch = jacobiansOf(draw, noise, D).map(logAbsDet);
    const expected = stretch.map((logDet, n) => {
      const row = noise.subarray(n * D, (n + 1) * D);
      return row.reduce((total, z) => total - 0.5 * z * z - 0.5 * Math.log(2 * Math.PI), 0) - logDet;
    });
    expect(largestDifference(logProb(draw(noise)), expected)).toBeLessThan(1e-6);
  });
});

describe.each(casesOf(FLOWS, SIZES))("$name", ({ method, ...s }) => {
  const values = async (makeEngine: () => Backend | Promise<Backend>, rows: number) => {
    const engine = await makeEngine();
    const network = bentNetwork(method, s, engine);
    const { draw, logProb } = bothWays(engine, network, s, rows);
    return { y: draw(standardNormals(key(5), N * network.noise)), p: logProb(standardNormals(key(6), N * s.dimensions)) };
  };

  it.each(ENGINES.filter(({ skip, name }) => !skip && name !== "reference"))("agrees on $name with float64", async ({ make }) => {
    const [expected, actual] = [await values(referenceBackend, N), await values(make, N)];
    expect(largestDifference(actual.p, expected.p)).toBeLessThan(1e-3);
    expect(largestDifference(actual.y, expected.y)).toBeLessThan(1e-3);
  });

  it.skipIf(s.context === 0)("takes one context for all rows as the same one in each", async () => {
    const engine = referenceBackend();
    const network = bentNetwork(method, s, engine);
    const shared = bothWays(engine, network, s, 1);
    const one = standardNormals(key(3), s.context);
    const c = { shape: [N, s.context], values: Float64Array.from({ length: N * s.context }, (_, k) => one[k % s.context]!) };
    const run = program<string, "p" | "y">(engine, ["y", "z", "c"], ({ y, z, c }) => ({
      outputs: { p: network.logProb(y!, c), y: drawn(network, z!, c) },
    }));
    const [y, z] = [standardNormals(key(6), N * s.dimensions), standardNormals(key(5), N * network.noise)];
    const each = run.run({ y: { shape: [N, s.dimensions], values: y }, z: { shape: [N, network.noise], values: z }, c });
    expect(largestDifference(shared.logProb(y), each.p)).toBeLessThan(1e-12);
    expect(largestDifference(shared.draw(z), each.y)).toBeLessThan(1e-12);
  });
});
