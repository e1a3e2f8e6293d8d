import { type LabelledSample, takeRows } from "../data/mined-sample.js";
import { columnOf, type Matrix, zeros } from "../numerics/matrix.js";
import { type Key, permutation } from "../numerics/random.js";
import { standardise, standardiserOf } from "../numerics/standardiser.js";

/** Most events that are looked at: enough to see what matters, in about a second. */
const MOST = 8000;

/** Events with weights, and on which side they are. */
export interface Sides {
  /** What the classifier sees, standardised `[N, K]`. */
  readonly seen: Matrix;
  /** Names of its columns. */
  readonly names: readonly string[];
  /** 1 for events of theta0, 0 for the reweighted ones of theta1. */
  readonly side: Float64Array;
  /** 1 for events of theta0; for those of theta1 r_hat over its mean. */
  readonly weight: Float64Array;
}

/**
 * A few thousand events as two sides to tell apart.
 *
 * @param logRatio - log r_hat of each event `[N]`.
 * @param events - The events.
 * @param key - Which of them.
 */
export function sidesOf(logRatio: Float64Array, { x, theta0, theta1, label, observables, parameters }: LabelledSample, key: Key): Sides {
  const chosen = permutation(key, label.length).subarray(0, MOST);
  const parameterNames = Object.keys(parameters);
  const parts = [
    { values: x, names: observables },
    { values: theta0, names: parameterNames.map((name) => `theta0.${name}`) },
    { values: theta1, names: parameterNames.map((name) => `theta1.${name}`) },
  ];
  const columns = parts.flatMap(({ values, names }) => names.map((name, j) => ({ name, values: columnOf(takeRows(values, chosen), j) })));
  const varying = columns.filter(({ values }, j) => j < x.columns || values.some((value) => value !== values[0]));
  const seen = zeros(chosen.length, varying.length);
  varying.forEach(({ values }, j) => {
    values.forEach((value, i) => {
      seen.values[i * seen.columns + j] = value;
    });
  });
  return {
    seen: { ...seen, values: standardise(standardiserOf(seen), seen) },
    names: varying.map(({ name }) => name),
    side: Float64Array.from(chosen, (row) => 1 - label[row]!),
    weight: weightsOf(logRatio, label, chosen),
  };
}

/** r_hat over its mean for events of theta1, 1 for those of theta0. */
function weightsOf(logRatio: Float64Array, label: Float64Array, chosen: ArrayLike<number>): Float64Array {
  const rows = Array.from(chosen);
  const denominator = rows.filter((row) => label[row] === 1);
  const largest = denominator.reduce((top, row) => Math.max(top, logRatio[row]!), Number.NEGATIVE_INFINITY);
  const mean = denominator.reduce((total, row) => total + Math.exp(logRatio[row]! - largest), 0) / denominator.length;
  return Float64Array.from(rows, (row) => (label[row] === 1 ? Math.exp(logRatio[row]! - largest) / mean : 1));
}

/** Some of the events. */
export function rowsOf({ seen, names, side, weight }: Sides, from: number, to: number): Sides {
  const values = seen.values.subarray(from * seen.columns, to * seen.columns);
  return {
    seen: { rows: to - from, columns: seen.columns, values },
    names,
    side: side.subarray(from, to),
    weight: weight.subarray(from, to),
  };
}

/** Number of events of equal weight that one side is worth. */
export function effective({ side, weight }: Sides, which: number): number {
  const own = weight.filter((_, i) => side[i] === which);
  const [total, squares] = own.reduce(([first, second], w) => [first! + w, second! + w * w], [0, 0] as number[]);
  return total! > 0 ? total! ** 2 / squares! : 0;
}
