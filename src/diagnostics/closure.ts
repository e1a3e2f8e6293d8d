import { add, type Backend, backend, mean, mul, neg, program, reshape, softplus, type Tensor } from "../compute/index.js";
import type { LabelledSample } from "../data/mined-sample.js";
import { mlp, train } from "../nn/index.js";
import type { Matrix } from "../numerics/matrix.js";
import { fold, type Key } from "../numerics/random.js";
import { standardNormalCdf } from "../numerics/special.js";
import { type Check, FEWEST, gradeOf, shown } from "./check.js";
import { effective, rowsOf, type Sides, sidesOf } from "./reweighted-sides.js";

/** A part of pairs in the right order beyond this spoils results. */
const MATTERS = 0.52;

/**
 * Whether events of theta1, weighted by r_hat, look like events of theta0: a small network is trained to tell them apart on one half, and judged on
 * the other, and then the other way round. Where theta varies the network sees it too. A constant factor of r_hat it does not see.
 *
 * @param logRatio - log r_hat of each event `[N]`.
 * @param events - The events.
 * @param key - Which events, and the network's first weights.
 * @source Brehmer, Cranmer, Louppe, Pavez 2018, arXiv:1805.00020, section IV.D; Cranmer, Pavez, Louppe 2015, arXiv:1506.02169, section 4
 */
export async function reweightingClosure(logRatio: Float64Array, events: LabelledSample, key: Key): Promise<Check> {
  const base = { name: "closure", threshold: `0.5 within its error, or at most ${MATTERS}` };
  const sides = sidesOf(logRatio, events, fold(key, 0));
  const half = sides.side.length >> 1;
  const [first, second] = [rowsOf(sides, 0, half), rowsOf(sides, half, sides.side.length)];
  const worth = Math.min(...[first, second].flatMap((part) => [0, 1].map((which) => effective(part, which))));
  if (!(worth >= FEWEST)) {
    const message = `one side of a half is worth ${shown(Math.round(worth))} events of equal weight`;
    const advice = "too few to say: hold more events out, or bring the hypotheses closer together";
    return { ...base, grade: "warn", value: Number.NaN, message, advice };
  }
  const judged = [await judge(first, second, fold(key, 1)), await judge(second, first, fold(key, 2))];
  // Both halves' deviations go the same way, as each is what one was trained on and the other judged by; their mean has variance at most one
  // whatever their correlation.
  const z = judged.reduce((total, one) => total + one.z, 0) / judged.length;
  const auc = judged.reduce((total, one) => total + one.auc, 0) / judged.length;
  // The classifier knows which side it calls which: only an excess says that it can tell them apart.
  const grade = gradeOf(1 - standardNormalCdf(z), auc > MATTERS);
  const found = `a classifier puts ${shown(100 * auc)} % of pairs of reweighted and true events in the right order (${shown(z, 2)} standard errors)`;
  if (grade === "pass") return { ...base, grade, value: auc, message: found, advice: "" };
  const advice = "r does not carry one hypothesis into the other: train longer, on more events, or with a larger network";
  return { ...base, grade, value: auc, message: found + direction(sides), advice };
}

/** In which column the two sides' means differ most, and which way; empty where none differs beyond chance. */
function direction({ seen, names, side, weight }: Sides): string {
  const shifts = names.map((name, j) => {
    const moments = [0, 1].map((which) => weightedMoments(seen, j, (i) => (side[i] === which ? weight[i]! : 0)));
    const [reweighted, direct] = moments;
    const shift = reweighted!.mean - direct!.mean;
    return { name, shift, z: shift / Math.hypot(reweighted!.error, direct!.error) };
  });
  const { name, shift, z } = shifts.reduce((far, other) => (Math.abs(other.z) > Math.abs(far.z) ? other : far));
  if (!(Math.abs(z) > 3)) return "; in no one column do their means differ";
  return `; reweighted events have a ${shift > 0 ? "larger" : "smaller"} ${name}, by ${shown(Math.abs(shift), 2)} of its standard deviation`;
}

function weightedMoments(seen: Matrix, column: number, weight: (row: number) => number): { readonly mean: number; readonly error: number } {
  let [total, sum, squares] = [0, 0, 0];
  for (let i = 0; i < seen.rows; i++) {
    total += weight(i);
    sum += weight(i) * seen.values[i * seen.columns + column]!;
  }
  const mean = sum / total;
  for (let i = 0; i < seen.rows; i++) squares += (weight(i) * (seen.values[i * seen.columns + column]! - mean)) ** 2;
  return { mean, error: Math.sqrt(squares) / total };
}

/** Trains on one half and compares the classifier's mean on the two sides of the other. */
async function judge(learned: Sides, unseen: Sides, key: Key): Promise<{ readonly z: number; readonly auc: number }> {
  const engine = await backend("auto");
  const network = mlp({ inputs: learned.seen.columns, hidden: [32, 32], outputs: 1, activation: "tanh" }, fold(key, 0));
  const logitOf = (seen: Tensor) => reshape(network.apply(seen), [seen.shape[0]!]);
  const column = (values: Float64Array) => ({ shape: [values.length], values });
  await train(
    engine,
    {
      network,
      label: "closure",
      data: {
        seen: { shape: [learned.seen.rows, learned.seen.columns], values: learned.seen.values },
        side: column(learned.side),
        weight: column(learned.weight),
      },
      loss: ({ seen, side, weight }) => {
        const logit = logitOf(seen!);
        return mean(mul(weight!, add(softplus(logit), neg(mul(side!, logit)))));
      },
    },
    { key: fold(key, 1), epochs: 20, validation: 0.2, patience: 5 },
  );
  return compare(logits(engine, logitOf, unseen.seen), unseen);
}

function logits(engine: Backend, logitOf: (seen: Tensor) => Tensor, seen: Matrix): Float64Array {
  const made = program(engine, ["seen"], (given) => ({ outputs: { logit: logitOf(given.seen) } }));
  const { logit } = made.run({ seen: { shape: [seen.rows, seen.columns], values: seen.values } });
  made.dispose();
  return Float64Array.from(logit);
}

/** Difference of the mean rank on the two sides in its standard error, and the weighted area under the curve. */
function compare(logit: Float64Array, { side, weight }: Sides): { z: number; auc: number } {
  const sides = [0, 1].map((which) => [...side.keys()].filter((i) => side[i] === which));
  // Ranks among the events of theta0: their mean on the reweighted side is one less the area, whatever the logits' scale.
  const sorted = Float64Array.from(sides[1]!, (i) => logit[i]!).sort();
  const rank = logit.map((value) => (countBelow(sorted, value) + countBelow(sorted, value, true)) / 2 / sorted.length);
  const [reweighted, direct] = sides.map((events) => {
    const total = events.reduce((sum, i) => sum + weight[i]!, 0);
    const centre = events.reduce((sum, i) => sum + weight[i]! * rank[i]!, 0) / total;
    const variance = events.reduce((sum, i) => sum + (weight[i]! * (rank[i]! - centre)) ** 2, 0) / total ** 2;
    return { centre, variance };
  });
  const difference = direct!.centre - reweighted!.centre;
  const error = Math.sqrt(direct!.variance + reweighted!.variance);
  return { z: error > 0 ? difference / error : 0, auc: 1 - reweighted!.centre };
}

/** How many of a rising list are below a value, or, with `inclusive`, not above it. */
function countBelow(sorted: Float64Array, value: number, inclusive = false): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value || (inclusive && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
