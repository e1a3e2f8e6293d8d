import * as compute from "../../../src/compute/index.js";
import type { Draw } from "../draw.js";
import type { Case } from "./case.js";

/** Axes in front, how many values along the last one (at least 1), and how many are looked up there. */
function sizes(draw: Draw, rank: number): { lead: number[]; n: number; m: number } {
  const lengths = draw.lengths(rank);
  return { lead: lengths.slice(0, -1), n: draw.integer(1, 6), m: lengths.at(-1)! };
}

const RANKS = [1, 2, 3];

const wild = [1e10, -1e10, Infinity, -Infinity, 0.9, -0.9];

export const INDEXING: readonly Case[] = [
  {
    name: "gather and scatter far beyond the ends",
    sample(draw) {
      const m = draw.variant === "empty" ? 0 : wild.length;
      const index = { shape: [2, m], values: Float64Array.from({ length: 2 * m }, (_, i) => wild[i % m]!), smooth: false };
      return {
        inputs: [draw.normal([2, 3]), index],
        build: (values, places) => compute.scatter(compute.gather(values!, places!), places!, 4),
      };
    },
  },
  ...RANKS.flatMap((rank): Case[] => [
    {
      name: `gather along axis ${rank - 1}`,
      sample(draw) {
        const { lead, n, m } = sizes(draw, rank);
        // One beyond either end: such are clamped.
        return {
          inputs: [draw.normal([...lead, n]), draw.whole([...lead, m], -1, n)],
          build: (values, index) => compute.gather(compute.square(values!), index!),
        };
      },
    },
    {
      name: `scatter along axis ${rank - 1}`,
      sample(draw) {
        const { lead, n, m } = sizes(draw, rank);
        return {
          inputs: [draw.normal([...lead, m]), draw.whole([...lead, m], -1, n)],
          build: (values, index) => compute.scatter(compute.square(values!), index!, n),
        };
      },
    },
    {
      name: `oneHot of rank ${rank}`,
      sample(draw) {
        const [shape, n] = [draw.lengths(rank), draw.variant === "empty" ? 0 : draw.integer(1, 6)];
        return { inputs: [draw.whole(shape, 0, 6)], build: (index) => compute.oneHot(index!, n) };
      },
    },
    {
      name: `searchSorted along axis ${rank - 1}`,
      sample(draw) {
        const { lead, n, m } = sizes(draw, rank);
        const edges = draw.whole([...lead, n], 0, 3);
        for (let row = 0; row < edges.values.length; row += n) edges.values.subarray(row, row + n).sort();
        return { inputs: [edges, draw.whole([...lead, m], -1, 4)], build: (a, b) => compute.searchSorted(a!, b!) };
      },
    },
    {
      name: `values looked up by searchSorted, rank ${rank}`,
      sample(draw) {
        const { lead, n, m } = sizes(draw, rank);
        const edges = draw.distinct([...lead, n]);
        for (let row = 0; row < edges.values.length; row += n) edges.values.subarray(row, row + n).sort();
        return {
          inputs: [edges, draw.distinct([...lead, m], 1 / 40 + 1 / 32)],
          build: (a, b) => compute.mul(b!, compute.gather(compute.square(a!), compute.searchSorted(a!, b!))),
        };
      },
    },
  ]),
];
