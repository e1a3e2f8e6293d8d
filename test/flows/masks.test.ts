import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { constant, grad, mul, program, sliceAxis, sum, type Tensor } from "../../src/compute/index.js";
import { coupling } from "../../src/flows/coupling.js";
import { type MaskedNetwork, type MaskedNetworkOptions, maskedNetwork } from "../../src/flows/masked-network.js";
import { alternatingOrders } from "../../src/flows/options.js";
import { affine } from "../../src/flows/univariate.js";
import { fold, key, standardNormals } from "../../src/numerics/random.js";
import { largestDifference } from "../nn/compute.js";

const [B, P] = [32, 2];

/** For each group of `width` columns of an output and each column of y and c, whether any row's gradient is other than 0. */
function reach(output: (y: Tensor, c: Tensor) => Tensor, { D, C, width }: Record<"C" | "D" | "width", number>) {
  const trace = ({ y, c }: Readonly<Record<"c" | "y", Tensor>>) => {
    const all = output(y, c);
    const groups = Array.from({ length: all.shape[1]! / width }, (_, d) =>
      sum(sliceAxis(all, 1, { start: d * width, end: (d + 1) * width })),
    );
    return { outputs: Object.fromEntries(groups.flatMap((group, d) => grad(group, [y, c]).map((g, k) => [`${d}${"yc"[k]}`, g]))) };
  };
  const inputs = {
    y: { shape: [B, D], values: standardNormals(key(1), B * D) },
    c: { shape: [B, C], values: standardNormals(key(2), B * C) },
  };
  const gradients = program(referenceBackend(), ["y", "c"], trace).run(inputs);
  const columns = (name: string, K: number) => Array.from({ length: K }, (_, j) => gradients[name]!.some((g, k) => k % K === j && g !== 0));
  return Array.from({ length: D }, (_, d) => ({ y: columns(`${d}y`, D), c: columns(`${d}c`, C) }));
}

/** Outputs of each dimension by its number, from a y that has zeros where its dimension or what comes later would be. */
function inTurn(network: MaskedNetwork, { y, c, positions }: { y: Tensor; c: Tensor | undefined; positions: readonly number[] }) {
  const next = network.inTurn(c);
  const order = positions.map((_, place) => positions.indexOf(place));
  const before = (d: number) =>
    mul(
      y,
      constant(
        positions.map((place) => (place < positions[d]! ? 1 : 0)),
        [1, positions.length],
      ),
    );
  return Object.fromEntries(order.map((d) => [`${d}`, next(d, before(d))]));
}

describe("a masked network", () => {
  const orders = [[0], [0, 1], [1, 0], ...alternatingOrders(4, 5, key(3))];
  const cases = orders.flatMap((positions) => (["relu", "tanh"] as const).map((activation) => ({ positions, activation })));

  it.each(cases)("of order $positions with $activation lets an output see what is before it, all of it, and the context", (given) => {
    const { positions } = given;
    const D = positions.length;
    const options: MaskedNetworkOptions = { ...given, dimensions: D, context: 3, outputs: P, hidden: [16, 16], name: "m" };
    const network = maskedNetwork(options, key(4));
    const seen = reach(network.all, { D, C: 3, width: P });
    for (const [d, { y, c }] of seen.entries()) {
      expect(y).toEqual(positions.map((place) => place < positions[d]!));
      expect(c).toEqual([true, true, true]);
    }
  });

  it.each(orders.flatMap((positions) => [[9], [9, 7, 12], [3, 9]].map((hidden) => ({ positions, hidden }))))(
    "of order $positions with $hidden gives one dimension's outputs after the other as it gives all, whatever comes later",
    ({ positions, hidden }) => {
      const D = positions.length;
      const network = maskedNetwork({ positions, dimensions: D, context: 2, outputs: P, hidden, activation: "tanh", name: "m" }, key(4));
      const run = program<string, string>(referenceBackend(), ["y", "c"], ({ y, c }) => ({
        outputs: { all: network.all(y!, c), ...inTurn(network, { y: y!, c, positions }) },
      }));
      const inputs = {
        y: { shape: [B, D], values: standardNormals(key(1), B * D) },
        c: { shape: [B, 2], values: standardNormals(key(2), B * 2) },
      };
      const outputs = run.run(inputs);
      for (const d of positions.keys()) {
        const own = outputs.all!.filter((_, k) => Math.floor((k % (D * P)) / P) === d);
        expect(largestDifference(outputs[d]!, own)).toBeLessThan(1e-14);
      }
    },
  );
});

describe("a coupling", () => {
  it.each([{ kept: [true, false] }, { kept: [false, true] }, { kept: [true, false, false, true, false] }, { kept: [false, false] }])(
    "that keeps $kept moves each other dimension by itself, those kept and the context",
    ({ kept }) => {
      const D = kept.length;
      const transform = coupling(affine, { dimensions: D, context: 3, kept, hidden: [16, 16], activation: "relu", name: "c" }, key(5));
      const seen = reach((y, c) => transform.forward(y, c).z, { D, C: 3, width: 1 });
      for (const [d, { y, c }] of seen.entries()) {
        expect(y).toEqual(kept.map((keep, j) => j === d || (!kept[d] && keep)));
        expect(c).toEqual(kept[d] ? [false, false, false] : [true, true, true]);
      }
    },
  );
});

describe("alternatingOrders", () => {
  it.each([1, 2, 5, 8])("of %i dimensions are permutations, every second one the reverse of the one before", (D) => {
    const orders = alternatingOrders(7, D, key(6));
    expect(orders).toHaveLength(7);
    for (const [t, order] of orders.entries()) {
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: D }, (_, d) => d));
      if (t % 2 === 1) expect(order).toEqual(orders[t - 1]!.map((place) => D - 1 - place));
    }
  });

  it("differ between keys and between pairs", () => {
    const texts = [0, 1, 2, 3].flatMap((seed) => [0, 2, 4].map((t) => alternatingOrders(5, 8, fold(key(7), seed))[t]!.join()));
    expect(new Set(texts).size).toBe(texts.length);
  });
});
