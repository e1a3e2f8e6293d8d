import type { Tensor } from "../../../src/compute/index.js";
import * as compute from "../../../src/compute/index.js";
import type { Draw, Given } from "../draw.js";
import { type Case, ofOne } from "./case.js";

const PERMUTATIONS = [
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** Squared first, so that second derivatives have something to find. */
const moved = (move: (a: Tensor) => Tensor) => (a: Tensor) => move(compute.square(a));

export const LAYOUT: readonly Case[] = [
  ofOne("broadcastTo [2, m, n, 3]", {}, (a) => {
    const [m, n] = a.shape as [number, number];
    return compute.broadcastTo(compute.square(compute.reshape(a, [m, n, 1])), [2, m, n, 3]);
  }),
  ofOne("broadcastTo no element", { rank: 1 }, (a) => compute.broadcastTo(compute.square(compute.reshape(a, [-1, 1])), [a.shape[0]!, 0])),
  ofOne(
    "reshape to one axis",
    { rank: 3 },
    moved((a) => compute.reshape(a, [-1])),
  ),
  ofOne("reshape to a column", { rank: 2 }, (a) => compute.square(compute.reshape(a, [a.shape[0]! * a.shape[1]!, 1]))),
  ofOne("transpose", {}, moved(compute.transpose)),
  ...PERMUTATIONS.map((permutation) =>
    ofOne(
      `transpose ${permutation}`,
      { rank: 3 },
      moved((a) => compute.transpose(a, permutation)),
    ),
  ),
  ofOne(
    "transpose of four axes",
    { rank: 4 },
    moved((a) => compute.transpose(a, [0, 3, 1, 2])),
  ),
  {
    name: "slice",
    sample(draw) {
      const shape = draw.lengths(3);
      const starts = shape.map((length) => draw.integer(0, length));
      const sizes = shape.map((length, axis) => draw.integer(0, length - starts[axis]!));
      return { inputs: [draw.normal(shape)], build: (a) => compute.slice(compute.square(a!), starts, sizes) };
    },
  },
  ...[0, 1, -1].map((axis) =>
    ofOne(
      `sliceAxis ${axis}`,
      {},
      moved((a) => compute.sliceAxis(a, axis, { start: Math.floor(a.shape.at(axis)! / 3), end: a.shape.at(axis)! })),
    ),
  ),
  ofOne(
    "pad",
    { rank: 2 },
    moved((a) => compute.pad(a, [1, 0], [0, 2])),
  ),
  ofOne(
    "pad of three axes",
    { rank: 3 },
    moved((a) => compute.pad(a, [0, 2, 1], [1, 0, 3])),
  ),
  ...[0, 1, -1].map((axis) => ({ name: `concatenate along ${axis}`, sample: (draw: Draw) => joined(draw, axis) })),
  ofOne("concatenate of one tensor twice", {}, (a) => compute.concatenate([compute.square(a), a, compute.square(a)], 0)),
];

function joined(draw: Draw, axis: number) {
  const shape = draw.lengths(3);
  const part = (length: number): Given => draw.normal(shape.map((n, i) => (i === (axis + 3) % 3 ? length : n)));
  return {
    inputs: [part(2), part(draw.variant === "empty" ? 0 : 1), part(5)],
    build: (a?: Tensor, b?: Tensor, c?: Tensor) => compute.concatenate([compute.square(a!), b!, compute.exp(c!)], axis),
  };
}
