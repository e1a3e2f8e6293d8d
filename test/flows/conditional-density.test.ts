import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { DomainError, ShapeError } from "../../src/errors.js";
import { ConditionalDensity, tracedLogProb } from "../../src/flows/conditional-density.js";
import { mdn } from "../../src/flows/mdn.js";
import { key, standardNormals } from "../../src/numerics/random.js";
import { logSumExp } from "../../src/numerics/sums.js";
import { compute, largestDifference } from "../nn/compute.js";
import { FLOWS } from "./cases.js";
import { type DensityCase, made, matrix, RANGES } from "./densities.js";

const CASES: readonly (DensityCase & { name: string })[] = FLOWS.flatMap(({ name }, flow) => [
  { name: `${name}`, flow, D: 2, C: 3, members: 1, embedded: false, bounded: false },
  { name: `bounded ${name}`, flow, D: 3, C: 2, members: 1, embedded: false, bounded: true },
  { name: `bounded ensemble of embedded ${name}`, flow, D: 3, C: 3, members: 3, embedded: true, bounded: true },
  { name: `ensemble of ${name} without a context`, flow, D: 2, C: 0, members: 2, embedded: false, bounded: false },
]);

const N = 20;
/** Rows inside the support. */
const inside = (D: number, bounded: boolean) =>
  matrix(
    D,
    standardNormals(key(1), N * D).map((v, k) => (bounded ? [1 + 1.9 * Math.tanh(v), 0.5 + Math.exp(v), v][k % D]! : v)),
  );
const contexts = (C: number) => matrix(C, standardNormals(key(2), N * C));

describe.each(CASES)("the density by $name", (given) => {
  const { D, C, members, bounded } = given;
  const { density, networks, scales, backend, bijection } = made(given);
  const y = inside(D, bounded);
  const context = C > 0 ? contexts(C) : undefined;

  it("is that of the flow of standardised rows, times what standardising shrinks a volume by", () => {
    const { rows, logDet } = bijection?.forwardAndLogDet(y) ?? { rows: y, logDet: new Float64Array(N) };
    const standard = (columns: number, values: Float64Array, { mean, scale }: { mean: Float64Array; scale: Float64Array }) => ({
      shape: [N, columns],
      values: values.map((v, k) => (v - mean[k % columns]!) / scale[k % columns]!),
    });
    const inputs = { y: standard(D, rows.values, scales.y), ...(context ? { c: standard(C, context.values, scales.context) } : {}) };
    const each = networks.map((network) => compute((t) => ({ p: tracedLogProb(network, t.y!, t.c) }), inputs, backend).p!);
    const volume = Math.log(scales.y.scale.reduce((product, s) => product * s, 1));
    const expected = Array.from(logDet, (j, i) => logSumExp(each.map((p) => p[i]!)) - Math.log(members) + j - volume);
    expect(largestDifference(density.logProb(y, context), expected)).toBeLessThan(1e-12);
  });

  it("is the mean of its members' densities, which differ", () => {
    const each = density.members(y, context);
    expect(each).toHaveLength(members);
    const mean = Array.from({ length: N }, (_, i) => Math.log(each.reduce((total, p) => total + Math.exp(p[i]!), 0) / members));
    expect(largestDifference(density.logProb(y, context), mean)).toBeLessThan(1e-12);
    for (const other of each.slice(1)) expect(largestDifference(other, each[0]!)).toBeGreaterThan(0.01);
  });

  it("at one context is that with the context in each row", () => {
    const row = context?.values.subarray(0, C);
    const repeated =
      row &&
      matrix(
        C,
        Float64Array.from({ length: N * C }, (_, k) => row[k % C]!),
      );
    const at = density.at(row);
    expect(largestDifference(at.logProb(y), density.logProb(y, repeated))).toBeLessThan(1e-12);
    const lists = Array.from({ length: N }, (_, i) => [...y.values.subarray(i * D, (i + 1) * D)]);
    expect(at.logProb(lists)).toEqual(at.logProb(y));
    expect(at.logProb(matrix(D, []))).toHaveLength(0);
  });

  it("has draws by key, inside the support", () => {
    const at = density.at(context?.values.subarray(0, C));
    const draws = at.sample(key(3), 101);
    expect(draws).toMatchObject({ rows: 101, columns: D });
    expect(at.sample(key(3), 101).values).toEqual(draws.values);
    expect(at.sample(key(4), 101).values).not.toEqual(draws.values);
    expect(at.logProb(draws).every(Number.isFinite)).toBe(true);
    expect(at.sample(key(3), 0)).toMatchObject({ rows: 0, columns: D });
    if (!bounded) return;
    const ranges = Object.values(RANGES).slice(0, D);
    expect(draws.values.every((v, k) => v >= ranges[k % D]![0] && v <= ranges[k % D]![1])).toBe(true);
  });

  it.skipIf(C === 0)("has the gradient in the context that differences give", () => {
    const { values, gradients } = density.contextGradient(y, context!);
    expect(values).toEqual(density.logProb(y, context));
    expect(gradients).toMatchObject({ rows: N, columns: C });
    for (let j = 0; j < C; j++) {
      const [up, down] = [1e-5, -1e-5].map((h) =>
        density.logProb(
          y,
          matrix(
            C,
            context!.values.map((v, k) => (k % C === j ? v + h : v)),
          ),
        ),
      );
      const expected = Array.from(up!, (v, i) => (v - down![i]!) / 2e-5);
      // A kink of relu within 1e-5 would show as a difference; no case has one.
      expect(
        largestDifference(
          gradients.values.filter((_, k) => k % C === j),
          expected,
        ),
      ).toBeLessThan(1e-6);
    }
  });

  it.skipIf(!bounded)("is zero outside the support, with no slope", () => {
    const outside = matrix(3, [3.1, 1, 0, -1.1, 1, 0, 0, 0.4, 0, 0, 1, 0]);
    const rows = context && matrix(C, context.values.subarray(0, 4 * C));
    expect([...density.logProb(outside, rows)].map((p) => p === -Infinity)).toEqual([true, true, true, false]);
    const { values, gradients } = density.contextGradient(outside, rows!);
    expect([...values].map((p) => p === -Infinity)).toEqual([true, true, true, false]);
    expect(gradients.values.subarray(0, 3 * C).every((g) => g === 0)).toBe(true);
    expect(gradients.values.subarray(3 * C).every((g) => Number.isFinite(g) && g !== 0)).toBe(true);
  });
});

describe("a mixture of one normal", () => {
  it("is the normal density with the mean and scale of the data", () => {
    const flow = mdn({ components: 1 }).make({ dimensions: 1, context: 0 }, key(6));
    const scales = {
      y: { mean: Float64Array.of(5), scale: Float64Array.of(2) },
      context: { mean: new Float64Array(0), scale: new Float64Array(0) },
    };
    const parts = { backend: referenceBackend(), networks: [{ flow, embedding: undefined }], scales, bijection: undefined };
    const density = new ConditionalDensity(parts);
    const start = flow.variables.find(({ name }) => name === "mdn.start")!.initial;
    // log weight, mean, and the root of the precision less its least.
    const [mean, deviation] = [5 + 2 * start[1]!, 2 / (1 + 1e-3)];
    const y = [-3, 0, 4.5, 5, 11];
    const expected = y.map((v) => -0.5 * ((v - mean) / deviation) ** 2 - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI));
    expect(largestDifference(density.at().logProb(y), expected)).toBeLessThan(1e-12);
    expect([density.dimensions, density.contextColumns]).toEqual([1, 0]);
  });
});

describe("a conditional density refuses", () => {
  const { density } = made({ flow: 0, D: 2, C: 3, members: 1, embedded: false, bounded: false });
  const { density: free } = made({ flow: 0, D: 2, C: 0, members: 1, embedded: false, bounded: false });
  const [y, context] = [inside(2, false), contexts(3)];

  it.each([
    ["no context", () => density.logProb(y)],
    ["a context of other columns", () => density.logProb(y, contexts(2))],
    ["a context of other rows", () => density.logProb(y, matrix(3, context.values.subarray(0, 6)))],
    ["rows of other columns", () => density.logProb(matrix(4, y.values), matrix(3, context.values.subarray(0, 30)))],
    ["rows of other columns of each member", () => density.members(matrix(1, y.values), contexts(3))],
    ["rows of other columns at a context", () => density.at([1, 2, 3]).logProb(matrix(1, y.values))],
    ["lists of other lengths at a context", () => density.at([1, 2, 3]).logProb([[1, 2], [1]])],
    ["numbers for rows of two", () => density.at([1, 2, 3]).logProb([1, 2])],
    ["a short context for a density", () => density.at([1, 2]).logProb(y)],
    ["a short context for draws", () => density.at([1, 2]).sample(key(1), 3)],
    ["draws without the context", () => density.at().sample(key(1), 3)],
    ["one context for the gradients of many rows", () => density.contextGradient(y, matrix(3, [1, 2, 3]))],
    ["a gradient in a context of other columns", () => density.contextGradient(y, contexts(2))],
    ["a gradient in no context", () => free.contextGradient(y, matrix(3, context.values))],
  ])("%s", (_, call) => expect(call).toThrow(ShapeError));

  it.each([-1, 1.5, Number.NaN, Infinity])("%d draws", (n) => expect(() => density.at([1, 2, 3]).sample(key(1), n)).toThrow(DomainError));
});
