import { add, type Backend, backend, mean, mul, neg, program, reshape, softplus, type Tensor } from "../compute/index.js";
import type { LabelledSample } from "../data/mined-sample.js";
import { standardise, standardiserOf } from "../data/standardiser.js";
import { mlp, train } from "../nn/index.js";
import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { fold, type Key, permutation } from "../numerics/random.js";
import { standardNormalCdf } from "../numerics/special.js";
import { type Check, gradeOf, notFinite, shown } from "./check.js";

/** Most events that are looked at: enough to see what matters, in about a second. */
const MOST = 8000;
/** A part of pairs in the right order beyond this spoils results. */
const MATTERS = 0.52;

/** Events with weights, and on which side they are. */
interface Sides {
  /** What the classifier sees `[N, K]`. */
  readonly seen: Matrix;
  /** 1 for events of theta0, 0 for the reweighted ones of theta1. */
  readonly side: Float64Array;
  readonly weight: Float64Array;
}

/**
 * Whether events of theta1, weighted by r_hat, look like events of theta0: a small network is trained to tell them apart on one half, and judged on
 * the other, and then the other way round. Where theta varies the network sees it too.
 *
 * @param logRatio - log r_hat of each event `[N]`.
 * @param events - The events.
 * @param key - Which events, and the network's first weights.
 * @source Brehmer, Cranmer, Louppe, Pavez 2018, arXiv:1805.00020, section IV.D; Cranmer, Pavez, Louppe 2015, arXiv:1506.02169, section 4
 */
export async function reweightingClosure(logRatio: Float64Array, events: LabelledSample, key: Key): Promise<Check> {
  const name = "closure";
  const broken = notFinite(name, logRatio);
  if (broken) return broken;
  const sides = sidesOf(logRatio, events, fold(key, 0));
  const half = sides.side.length >> 1;
  const [first, second] = [rowsOf(sides, 0, half), rowsOf(sides, half, sides.side.length)];
  const judged = [await judge(first, second, fold(key, 1)), await judge(second, first, fold(key, 2))];
  const z = judged.reduce((total, one) => total + one.z, 0) / Math.sqrt(judged.length);
  const auc = judged.reduce((total, one) => total + one.auc, 0) / judged.length;
  // The classifier knows which side it calls which: only an excess says that it can tell them apart.
  const grade = gradeOf(1 - standardNormalCdf(z), auc > MATTERS);
  return {
    name,
    grade,
    value: auc,
    threshold: "0.5 within its error",
    message: `a classifier puts ${shown(100 * auc)} % of pairs of reweighted and true events in the right order (${shown(z, 2)} standard errors)`,
    advice:
      grade === "pass" ? "" : "r does not carry one hypothesis into the other: train longer, on more events, or with a larger network",
  };
}

function sidesOf(logRatio: Float64Array, { x, theta0, theta1, label }: LabelledSample, key: Key): Sides {
  const chosen = permutation(key, label.length).subarray(0, MOST);
  const varying = [theta0, theta1].filter((theta) => theta.values.some((value, i) => value !== theta.values[i % theta.columns]));
  const parts = [x, ...varying];
  const seen = zeros(
    chosen.length,
    parts.reduce((total, { columns }) => total + columns, 0),
  );
  chosen.forEach((row, i) => {
    let at = 0;
    for (const part of parts) {
      rowOf(seen, i).set(rowOf(part, row), at);
      at += part.columns;
    }
  });
  return {
    seen: { ...seen, values: standardise(standardiserOf(seen), seen) },
    side: Float64Array.from(chosen, (row) => 1 - label[row]!),
    weight: Float64Array.from(chosen, (row) => (label[row] === 1 ? Math.exp(logRatio[row]!) : 1)),
  };
}

function rowsOf({ seen, side, weight }: Sides, from: number, to: number): Sides {
  const values = seen.values.subarray(from * seen.columns, to * seen.columns);
  return { seen: { rows: to - from, columns: seen.columns, values }, side: side.subarray(from, to), weight: weight.subarray(from, to) };
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
