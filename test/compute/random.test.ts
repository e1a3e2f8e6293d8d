import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { constantKey, dropout, input, randomKey, randomNormal, randomUniform, type Tensor } from "../../src/compute/index.js";
import { program } from "../../src/compute/program.js";
import { key } from "../../src/numerics/random.js";
import { threefry } from "../../src/numerics/threefry.js";

const N = 100_000;
const seed = key(2 ** 40 + 11);

const draw = (build: (key: Tensor) => Tensor, of = seed) =>
  program(referenceBackend(), ["key"], ({ key }) => ({ outputs: { x: build(key) } })).run({ key: { shape: [4], values: randomKey(of) } }).x;

const moment = (x: ArrayLike<number>, power: number) => Array.from(x).reduce((total, value) => total + value ** power, 0) / x.length;

describe("random numbers of a graph", () => {
  it("are those of numerics/threefry with counter (stream, position)", () => {
    const words = new Int32Array(2);
    const [uniform, normal] = [randomUniform, randomNormal].map((fn) => draw((k) => fn(k, { shape: [4, 5], stream: 7 })));
    for (let position = 0; position < 20; position++) {
      threefry(words, seed, 7, position);
      const [u1, u2] = Array.from(words, (word) => ((word >>> 9) + 0.5) / 2 ** 23);
      expect(uniform![position]).toBe(u1);
      expect(normal![position]).toBe(Math.sqrt(-2 * Math.log(u1!)) * Math.cos(2 * Math.PI * u2!));
    }
  });

  it("are exact in float32, in the open interval", () => {
    const uniform = draw((k) => randomUniform(k, { shape: [N], stream: 0 }));
    expect(uniform.every((u) => u > 0 && u < 1 && Math.fround(u) === u)).toBe(true);
  });

  it("have the moments of their distributions", () => {
    const uniform = draw((k) => randomUniform(k, { shape: [N], stream: 0 })).map((u) => u - 0.5);
    const normal = draw((k) => randomNormal(k, { shape: [N], stream: 1 }));
    // Standard errors from the moments of twice the order.
    const laws = [
      { found: moment(uniform, 1), expected: 0, variance: 1 / 12 },
      { found: moment(uniform, 2), expected: 1 / 12, variance: 1 / 80 - 1 / 144 },
      { found: moment(normal, 1), expected: 0, variance: 1 },
      { found: moment(normal, 2), expected: 1, variance: 2 },
      { found: moment(normal, 3), expected: 0, variance: 15 },
      { found: moment(normal, 4), expected: 3, variance: 105 - 9 },
    ];
    for (const { found, expected, variance } of laws) expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt(variance / N));
  });

  it("do not depend on how many are drawn, and differ by key and stream", () => {
    const few = draw((k) => randomNormal(k, { shape: [10], stream: 2 }));
    expect(draw((k) => randomNormal(k, { shape: [2, 50], stream: 2 })).slice(0, 10)).toEqual(few);
    expect(draw(() => randomNormal(constantKey(seed), { shape: [10], stream: 2 }))).toEqual(few);
    expect(draw((k) => randomNormal(k, { shape: [10], stream: 3 }))).not.toEqual(few);
    expect(draw((k) => randomNormal(k, { shape: [10], stream: 2 }), key(1))).not.toEqual(few);
  });

  it("drop values with the given probability and keep the mean", () => {
    const rate = 0.2;
    const ones = input("ones", [N]);
    const backend = referenceBackend();
    const executable = backend.prepare({
      inputs: { ones },
      outputs: { x: dropout(ones, constantKey(seed), { rate, stream: 0 }) },
      updates: [],
    });
    executable.input("ones").fill(1);
    executable.run();
    const x = executable.output("x");
    const dropped = x.filter((value) => value === 0).length / N;
    expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / N));
    expect(x.every((value) => value === 0 || value === 1 / (1 - rate))).toBe(true);
  });
});
