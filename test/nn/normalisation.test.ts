import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { add, constantKey, mul, program } from "../../src/compute/index.js";
import { batchNormLayer, dropoutLayer, inference, makePass } from "../../src/nn/index.js";
import { key, standardNormals } from "../../src/numerics/random.js";
import { compute, largestDifference } from "./compute.js";

const training = () => makePass({ training: true, key: constantKey(key(3)) });

/** Moments of each of two channels. */
function moments(values: ArrayLike<number>, channels: number) {
  const n = values.length / channels;
  const of = (c: number) => Array.from({ length: n }, (_, i) => values[i * channels + c]!);
  const means = Array.from({ length: channels }, (_, c) => of(c).reduce((a, b) => a + b, 0) / n);
  const variances = means.map((m, c) => of(c).reduce((a, b) => a + (b - m) ** 2, 0) / n);
  return { n, means, variances };
}

describe("batchNormLayer", () => {
  const values = standardNormals(key(5), 2 * 3 * 2 * 2).map((z, i) => 3 * z + (i % 2) * 10);
  const x = { shape: [2, 3, 2, 2], values };
  const { n, means, variances } = moments(values, 2);

  it("takes the batch's moments in training and moves the running ones towards them", () => {
    const layer = batchNormLayer({ channels: 2, momentum: 0.25 });
    const backend = referenceBackend();
    const step = program(backend, ["x"], ({ x }) => {
      const pass = training();
      return { outputs: { y: layer.apply(x, pass) }, updates: pass.updates() };
    });
    const expected = Array.from(values, (v, i) => (v - means[i % 2]!) / Math.sqrt(variances[i % 2]! + 1e-5));
    for (const time of [1, 2]) {
      expect(largestDifference(step.run({ x }).y, expected)).toBeLessThan(1e-12);
      const [mean, variance] = layer.state.map((kept) => Array.from(backend.read(kept)));
      const part = 1 - 0.75 ** time;
      expect(
        largestDifference(
          mean!,
          means.map((m) => part * m),
        ),
      ).toBeLessThan(1e-12);
      expect(
        largestDifference(
          variance!,
          variances.map((v) => 1 - part + (part * v * n) / (n - 1)),
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it("takes the running moments in use, and its scale and shift in both", () => {
    const layer = batchNormLayer({ channels: 2 });
    const backend = referenceBackend();
    for (const [i, of] of [
      [2, 3],
      [-1, 4],
    ].entries())
      backend.write(layer.variables[i]!, of);
    for (const [i, of] of [
      [5, 6],
      [4, 9],
    ].entries())
      backend.write(layer.state[i]!, of);
    const { y } = compute(({ x }) => ({ y: layer.apply(x!, inference) }), { x }, backend);
    const expected = Array.from(
      values,
      (v, i) => [(2 * (v - 5)) / Math.sqrt(4 + 1e-5) - 1, (3 * (v - 6)) / Math.sqrt(9 + 1e-5) + 4][i % 2]!,
    );
    expect(largestDifference(y!, expected)).toBeLessThan(1e-12);
  });

  it("applied twice in one step, moves the running moments twice", () => {
    const layer = batchNormLayer({ channels: 2, momentum: 0.5 });
    const pass = training();
    const backend = referenceBackend();
    const step = program(backend, ["x"], ({ x }) => {
      layer.apply(x, pass);
      return { outputs: { y: layer.apply(add(x, 1), pass) }, updates: pass.updates() };
    });
    step.run({ x });
    expect(
      largestDifference(
        backend.read(layer.state[0]!),
        means.map((m) => 0.25 * m + 0.5 * (m + 1)),
      ),
    ).toBeLessThan(1e-12);
  });

  it("leaves the running moments alone where a batch has one value", () => {
    const pass = training();
    const { y } = compute(({ x }) => ({ y: batchNormLayer({ channels: 2 }).apply(x!, pass) }), { x: { shape: [1, 2], values: [3, 4] } });
    expect([y, pass.updates()]).toEqual([[0, 0], []]);
  });

  it.each([
    { options: { channels: 0 }, message: /batchNormLayer: channels is 0/ },
    { options: { channels: 1, momentum: 0 }, message: /batchNormLayer: momentum is 0/ },
    { options: { channels: 1, epsilon: -1 }, message: /batchNormLayer: epsilon is -1/ },
  ])("refuses $options", ({ options, message }) => expect(() => batchNormLayer(options)).toThrow(message));
});

describe("dropoutLayer", () => {
  const x = { shape: [10_000], values: new Float64Array(10_000).fill(1) };

  it("drops in training alone, keeps the mean, and draws anew each time it is applied", () => {
    const layer = dropoutLayer({ rate: 0.3 });
    const pass = training();
    const { first, second, use } = compute(
      ({ x }) => ({ first: layer.apply(x!, pass), second: layer.apply(x!, pass), use: mul(layer.apply(x!), 1) }),
      { x },
    );
    const kept = first!.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([1 / (1 - 0.3)]));
    expect(Math.abs(kept.length / 10_000 - 0.7)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / 10_000));
    const both = first!.filter((value, i) => value !== 0 && second![i] !== 0).length / 10_000;
    expect(Math.abs(both - 0.49)).toBeLessThan(5 * Math.sqrt((0.49 * 0.51) / 10_000));
    expect(use).toEqual(Array.from(x.values));
  });

  it("refuses a rate outside [0, 1) and training without a key", () => {
    expect(() => dropoutLayer({ rate: 1 })).toThrow(/dropoutLayer: rate is 1/);
    const keyless = { ...inference, training: true };
    expect(() => compute(({ x }) => ({ y: dropoutLayer({ rate: 0.5 }).apply(x!, keyless) }), { x })).toThrow(
      /dropoutLayer: key of the pass/,
    );
  });
});
