import { beforeAll, describe, expect, test, vi } from "vitest";
import type { DensityEstimator } from "../../src/estimators/density/density-estimator.js";
import { density } from "../../src/estimators/density.js";
import { key, maf, mdn, mlpEmbedding, nsf, standardNormals, uniforms } from "../../src/index.js";
import { columnOf, type Matrix } from "../../src/numerics/matrix.js";
import { momentsOf } from "../../src/numerics/quantiles.js";

const N = 4000;
/** What training may lose, in nats a row. */
const GAP = 0.05;
const STD = { u: 0.5, v: 0.3 };

/** u ~ N(c, 0.5), v ~ N(u / 2 - c, 0.3) given u: the means move with the context, and the columns with each other. */
function drawn(seed: number): { readonly rows: Matrix; readonly context: Matrix } {
  const [c, noise] = [uniforms(key(seed), N).map((part) => 4 * part - 2), standardNormals(key(seed + 100), 2 * N)];
  const values = new Float64Array(2 * N);
  for (let i = 0; i < N; i++) {
    values[2 * i] = c[i]! + STD.u * noise[2 * i]!;
    values[2 * i + 1] = values[2 * i]! / 2 - c[i]! + STD.v * noise[2 * i + 1]!;
  }
  return { rows: { rows: N, columns: 2, values }, context: { rows: N, columns: 1, values: c } };
}
const logNormal = (x: number, mean: number, std: number) => -0.5 * ((x - mean) / std) ** 2 - Math.log(std) - 0.5 * Math.log(2 * Math.PI);
const exact = (u: number, v: number, c: number) => logNormal(u, c, STD.u) + logNormal(v, u / 2 - c, STD.v);

const given = drawn(1);
const fresh = drawn(2);
const flow = maf({ transforms: 2, hidden: [30] });
let moving: DensityEstimator;
beforeAll(async () => {
  moving = await density({ flow }).fit(given.rows, { context: given.context, names: ["u", "v"], seed: 2, epochs: 40, batchSize: 64 });
});

/** Mean and standard error of what the estimate is below the exact one: its mean is a divergence, never negative. */
function loss(differences: Float64Array): { readonly mean: number; readonly se: number } {
  const { mean, std } = momentsOf(differences);
  return { mean, se: std / Math.sqrt(differences.length) };
}
const exactAt = (i: number, context = fresh.context) => exact(fresh.rows.values[2 * i]!, fresh.rows.values[2 * i + 1]!, context.values[i]!);

describe("a conditional density of plain data", () => {
  test("is near the known one on fresh rows", () => {
    const logQ = moving.logProb(fresh.rows, fresh.context);
    const { mean, se } = loss(logQ.map((value, i) => exactAt(i) - value));
    expect(mean).toBeGreaterThan(-5 * se);
    expect(mean).toBeLessThan(GAP + 5 * se);
  });

  test("loses with another row's context as much as the known one", () => {
    const moved = { ...fresh.context, values: fresh.context.values.map((_, i, all) => all[(i + 1) % N]!) };
    const near = (i: number) => Math.abs(moved.values[i]! - fresh.context.values[i]!) < 0.5;
    const rows = Array.from({ length: N }, (_, i) => i).filter(near);
    const [right, wrong] = [moving.logProb(fresh.rows, fresh.context), moving.logProb(fresh.rows, moved)];
    const learned = loss(Float64Array.from(rows, (i) => right[i]! - wrong[i]!));
    const known = loss(Float64Array.from(rows, (i) => exactAt(i) - exactAt(i, moved)));
    expect(known.mean).toBeGreaterThan(10 * known.se);
    // Within 0.5 of its context a row is where the estimate was trained; twice what training may lose.
    expect(Math.abs(learned.mean - known.mean)).toBeLessThan(2 * GAP + 5 * known.se);
  });

  test.each([-1.5, 0, 1])("draws at %d are of the density there", (c) => {
    const draws = moving.at([c]).sample(key(5), N);
    expect(draws.names).toEqual(["u", "v"]);
    // By Pinsker's inequality for normals of one width a divergence of GAP is a shift of sqrt(2 GAP) standard deviations.
    const shift = (std: number) => (Math.sqrt(2 * GAP) + 5 / Math.sqrt(N)) * std;
    expect(Math.abs(momentsOf(columnOf(draws, 0)).mean - c)).toBeLessThan(shift(STD.u));
    expect(Math.abs(momentsOf(columnOf(draws, 1)).mean + c / 2)).toBeLessThan(shift(Math.hypot(STD.v, STD.u / 2)));
    // And they follow the estimate itself: E[log q] by the draws is E[log q] by quadrature.
    const entropy = loss(moving.at([c]).logProb(draws));
    const grid = Array.from({ length: 120 }, (_, k) => (k + 0.5 - 60) * 0.06);
    const points = grid.flatMap((u) => grid.map((v) => [c + u, -c / 2 + v]));
    const logQ = moving.at([c]).logProb(points);
    const cell = 0.06 ** 2;
    expect(Math.abs(logQ.reduce((total, value) => total + Math.exp(value) * cell, 0) - 1)).toBeLessThan(0.01);
    const byGrid = logQ.reduce((total, value) => total + value * Math.exp(value) * cell, 0);
    expect(Math.abs(entropy.mean - byGrid)).toBeLessThan(5 * entropy.se + 0.01);
  });

  test("one context for all is that context in each row; at is logProb", () => {
    const rows = [
      [0.5, -0.2],
      [1, 0.3],
    ];
    const repeated = moving.logProb(rows, [0.4, 0.4]);
    // Shared rows and repeated ones are other sums in float32.
    moving.logProb(rows, [0.4]).forEach((value, i) => {
      expect(value).toBeCloseTo(repeated[i]!, 4);
    });
    expect(moving.at([0.4]).logProb(rows)).toEqual(moving.logProb(rows, [0.4]));
  });

  test("keeps what was held out, and names", () => {
    expect(moving.heldOut!.rows.rows).toBe(N / 5);
    expect(moving.heldOut!.context!.rows).toBe(N / 5);
    const logQ = moving.logProb(moving.heldOut!.rows, moving.heldOut!.context);
    expect(-momentsOf(logQ).mean).toBeLessThan(-momentsOf(Float64Array.from({ length: N }, (_, i) => exactAt(i))).mean + 0.3);
    expect([moving.name, moving.names]).toEqual(["density", ["u", "v"]]);
  });

  test("the same seed gives the same bits, another seed others; an ensemble is the mean of its members", async () => {
    const learn = (seed: number, members = 1) =>
      density({ flow: maf({ transforms: 2, hidden: [8] }), members, embedding: mlpEmbedding({ hidden: [5], outputs: 2 }) }).fit(
        given.rows,
        {
          context: given.context,
          seed,
          epochs: 1,
        },
      );
    const row = [[0.1, 0.2]];
    const [one, again, other] = [await learn(3), await learn(3), await learn(4)].map((fitted) => fitted.logProb(row, [0.4]));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    const both = await learn(3, 2);
    const [first, second] = both.members(row, [0.4]);
    expect(first).toEqual(one);
    expect(both.logProb(row, [0.4])[0]).toBeCloseTo(Math.log((Math.exp(first![0]!) + Math.exp(second![0]!)) / 2), 12);
  });
});

describe("a density without a context, within ranges", () => {
  test.each([
    { family: nsf({ transforms: 2, hidden: [16], bins: 6 }), epochs: 30 },
    // Without a context its parameters are trained as they are, at most a learning rate a step.
    { family: mdn({ components: 4, hidden: [16] }), epochs: 200 },
  ])("$family.name: an exponential and a triangle", async ({ family, epochs }) => {
    const [first, second] = [uniforms(key(7), N), uniforms(key(8), N)];
    const rows = Array.from(first, (part, i) => [-Math.log1p(-part), Math.sqrt(second[i]!)]);
    const fitted = await density({ flow: family }).fit(rows, {
      ranges: { wait: [0, Infinity], part: [0, 1] },
      seed: 3,
      epochs,
      batchSize: 64,
    });
    const [others, parts] = [uniforms(key(17), N), uniforms(key(18), N)];
    const held = Array.from(others, (part, i) => [-Math.log1p(-part), Math.sqrt(parts[i]!)] as const);
    const logQ = fitted.logProb(held);
    const { mean, se } = loss(logQ.map((value, i) => -held[i]![0] + Math.log(2 * held[i]![1]) - value));
    expect(mean).toBeGreaterThan(-5 * se);
    expect(mean).toBeLessThan(GAP + 5 * se);
    const draws = fitted.at().sample(key(9), N);
    expect(draws.names).toEqual(["wait", "part"]);
    expect(columnOf(draws, 0).every((value) => value >= 0)).toBe(true);
    expect(columnOf(draws, 1).every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(fitted.logProb([[-0.1, 0.5]])).toEqual(Float64Array.of(-Infinity));
  });

  test("plain numbers are one column, called y1", async () => {
    const fitted = await density({ flow: mdn({ components: 1, hidden: [4] }) }).fit(standardNormals(key(1), 500), { seed: 1, epochs: 3 });
    expect(fitted.names).toEqual(["y1"]);
    expect(fitted.at().logProb([0, 1])).toHaveLength(2);
  });
});

describe("refusals", () => {
  const rows = Array.from({ length: 20 }, (_, i) => [i % 7, i % 3]);
  const context = rows.map(([first]) => [first! + 1, 2 * first!]);
  const learn = (given: unknown, options: object = {}) =>
    density({ flow: maf({ transforms: 1, hidden: [4] }) }).fit(given as never, { seed: 1, epochs: 1, ...options });
  const changed = (i: number, j: number, value: number) => rows.map((row, k) => row.map((old, l) => (k === i && l === j ? value : old)));

  test.each<[what: string, given: unknown, options: object, message: string]>([
    ["no rows", undefined, {}, "density.fit: rows is undefined; expected rows of numbers [N, K]"],
    ["a text", "rows", {}, 'density.fit: rows is "rows"; expected rows of numbers [N, K]'],
    ["texts", ["a", "b"], {}, 'density.fit: rows[0] is "a"; expected a number or a row of numbers'],
    ["a ragged row", [...rows, [1]], {}, "density.fit: rows[20] has shape [1]; expected [2]"],
    ["a NaN", changed(3, 1, Number.NaN), {}, "density.fit: rows[3][1] is NaN; expected a finite number"],
    ["few rows", rows.slice(0, 3), {}, "density.fit: rows has shape [3, 2]; expected [N, 2] with N at least 10"],
    ["none", [], {}, "density.fit: rows has shape [0, 0]"],
    ["a constant", rows.map(([u]) => [u, 5]), {}, 'density.fit: rows, column "y2", is "the same in all rows"; expected values that vary'],
    [
      "a matrix of too few values",
      { rows: 20, columns: 2, values: new Float64Array(30) },
      {},
      "[20, 2] with 30 values; expected 40 values",
    ],
    ["fewer contexts", rows, { context: context.slice(0, 12) }, "density.fit: context has shape [12, 2]; expected [20, 2]"],
    ["a NaN context", rows, { context: context.map(() => [1, Number.NaN]) }, "density.fit: context[0][1] is NaN"],
    ["outside", rows, { ranges: { y1: [0, 5] } }, "density.fit: rows[6][0] is 6; expected a number in the range [0, 5] of y1"],
    ["an unknown range", rows, { ranges: { w: [0, 5] } }, "density.fit: ranges.w is [0,5]; expected a range of y1, y2; check the name"],
    ["an empty range", rows, { ranges: { y1: [5, 0] } }, "density.fit: ranges.y1 is [5,0]; expected [low, high] with low below high"],
    ["no range", rows, { ranges: { y1: 5 } }, "density.fit: ranges.y1 is 5"],
    ["one name", rows, { names: ["u"] }, "density.fit: names has shape [1]; expected [2], one for each column of rows"],
    ["equal names", rows, { names: ["u", "u"] }, 'density.fit: names is ["u","u"]; expected names that differ'],
    ["numbered names", rows, { names: ["1", "0"] }, "names that differ and are no whole numbers"],
    ["no seed", rows, { seed: undefined }, "density.fit: seed is undefined; expected an integer from 0 to 2^53 - 1"],
    ["names that are no list", rows, { names: "uv" }, 'density.fit: names is "uv"; expected a list of names'],
    ["names that are no texts", rows, { names: [1, 2] }, "density.fit: names is [1,2]; expected a list of names"],
    ["a range of texts", rows, { ranges: { y1: [-99, "99"] } }, 'density.fit: ranges.y1 is [-99,"99"]; expected [low, high]'],
    ["a signal that is none", rows, { signal: "stop" }, 'density.fit: signal is "stop"; expected an AbortSignal'],
    ["a part", rows, { validation: 1 }, "density.fit: validation is 1"],
  ])("of %s", async (_, given, options, message) => {
    await expect(learn(given, options)).rejects.toThrow(message);
  });

  test("of options", async () => {
    await expect(density().fit(rows, undefined as never)).rejects.toThrow(
      "density.fit: options is undefined; expected options with a seed",
    );
    await expect(density({ embedding: mlpEmbedding() }).fit(rows, { seed: 1 })).rejects.toThrow(
      "density.fit: context has shape none; expected [20, C]; give what the embedding is of",
    );
    expect(() => density({ flow: "maf" as never })).toThrow('density: flow is "maf"');
    expect(() => density({ members: 0 })).toThrow("density: members is 0");
  });

  test("of what a density is asked", async () => {
    const with2 = await learn(rows, { context });
    const row = [[1, 2]];
    expect(() => with2.at()).toThrow("density.at: context has shape none; expected [2], as in the fit");
    expect(() => with2.at([1, 2, 3])).toThrow("density.at: context has shape [3]; expected [2], one number for each of c1, c2");
    expect(() => with2.at([1])).toThrow("density.at: context has shape [1]; expected [2]");
    expect(() => with2.at(3 as never)).toThrow("density.at: context is 3; expected numbers [2]");
    expect(() => with2.at([Number.NaN, 1])).toThrow("density.at: context[0][0] is NaN");
    expect(() => with2.logProb(row)).toThrow("density.logProb: context has shape none; expected [2]");
    expect(() => with2.logProb([[1, 2, 3]], [1, 2])).toThrow("density.logProb: rows[0] has shape [3]; expected [2]");
    expect(() => with2.logProb([...row, ...row, ...row], [...row, ...row])).toThrow(
      "density.logProb: context has shape [2, 2]; expected [3, 2], as many rows as rows has, or one for all",
    );
    expect(() => with2.at([1, 2]).logProb(undefined as never)).toThrow("density.logProb: rows is undefined; expected numbers [N, 2]");
    expect(() => with2.at([1, 2]).sample(5 as never, 10)).toThrow("density.sample: key is 5; expected a key; make one by key(seed)");
    expect(() => with2.at([1, 2]).sample(key(5), 1.5)).toThrow("density.sample: n is 1.5; expected a whole number of at least 0");
    const alone = await learn(rows);
    expect(() => alone.at([1])).toThrow("density.at: context has shape some; expected none: it was trained without a context");
    expect(() => alone.logProb(row, [1])).toThrow("expected none: it was trained without a context");
  });

  test("a context that is the same in all rows is said", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await learn(rows, { context: rows.map(([u]) => [u, 5]) });
    expect(warned.mock.calls.flat().join()).toContain("density.fit: columns 1 of context are the same in all rows and will tell nothing");
    warned.mockRestore();
  });
});
