import * as compute from "../../../src/compute/index.js";
import type { Case } from "./case.js";

const { randomNormal, randomUniform } = compute;

/** Four numbers of 16 bits, as `randomKey` gives them. */
const KEY = { shape: [4], values: Float64Array.of(0x1234, 0xffff, 0, 0x8001), smooth: false };

export const RANDOM: readonly Case[] = [
  ...Object.entries({ randomNormal, randomUniform }).flatMap(([name, fn]): Case[] => [
    {
      name,
      sample(draw) {
        const shape = draw.lengths(2);
        return { inputs: [KEY], build: (key) => fn(key!, { shape, stream: 3 }) };
      },
    },
    {
      name: `${name} of a constant key, scaled and shifted`,
      sample(draw) {
        const [m, n] = draw.lengths(2) as [number, number];
        const key = { high: draw.integer(0, 2 ** 32 - 1) | 0, low: -1 };
        return {
          inputs: [draw.normal([n]), draw.normal([])],
          build: (scale, shift) =>
            compute.add(compute.mul(compute.exp(scale!), fn(compute.constantKey(key), { shape: [m, n], stream: 2 ** 31 - 1 })), shift!),
        };
      },
    },
  ]),
  {
    name: "dropout",
    sample: (draw) => ({
      inputs: [draw.normal(draw.lengths(2)), KEY],
      build: (a, key) => compute.dropout(compute.square(a!), key!, { rate: 0.3, stream: 1 }),
    }),
  },
  {
    name: "dropout of nothing",
    sample: (draw) => ({
      inputs: [draw.normal(draw.lengths(2)), KEY],
      build: (a, key) => compute.dropout(compute.square(a!), key!, { rate: 0, stream: 1 }),
    }),
  },
];
