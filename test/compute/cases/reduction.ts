import * as compute from "../../../src/compute/index.js";
import { type Case, distinct, ofOne } from "./case.js";

const { logSumExp, maximum, mean, sum, variance } = compute;
const REDUCTIONS = Object.entries({ logSumExp, maximum, mean, sum, variance });
const AXES = [undefined, 0, 1, -1, [0, 2], [0, 1], []] as const;

export const REDUCTION: readonly Case[] = [
  ...REDUCTIONS.flatMap(([name, fn]) =>
    AXES.flatMap((axis) =>
      [false, true].map((keepAxes) =>
        ofOne(
          `${name} ${axis === undefined ? "of all" : `over ${JSON.stringify(axis)}`}${keepAxes ? ", axes kept" : ""}`,
          rank3(name),
          (a) => fn(a, { ...(axis !== undefined && { axis }), keepAxes }),
        ),
      ),
    ),
  ),
  ...[0, 1, -1].flatMap((axis) => [
    ofOne(`softmax over ${axis}`, { rank: 3 }, (a) => compute.softmax(a, axis)),
    ofOne(`logSoftmax over ${axis}`, { rank: 3 }, (a) => compute.logSoftmax(a, axis)),
  ]),
  ...[false, true].flatMap((reverse) => [
    ofOne(`cumulativeSum${reverse ? " from the end" : ""}`, { rank: 3 }, (a) => compute.cumulativeSum(a, { reverse })),
    ofOne(`cumulativeSum of a vector${reverse ? " from the end" : ""}`, { rank: 1 }, (a) =>
      compute.cumulativeSum(compute.square(a), { reverse }),
    ),
  ]),
  ofOne("sum of a row, spread again", {}, (a) => compute.div(a, compute.sum(compute.exp(a), { axis: -1, keepAxes: true }))),
  ofOne("sum of a column, spread again", {}, (a) => compute.mul(a, compute.sum(compute.tanh(a), { axis: 0, keepAxes: true }))),
];

function rank3(fn: string) {
  return fn === "maximum" ? { rank: 3, of: distinct } : { rank: 3 };
}
