import { backend } from "../compute/index.js";
import { takeRows } from "../data/mined-sample.js";
import { stacked } from "../data/sample-rows.js";
import { DomainError } from "../errors.js";
import { type Matrix, type MatrixLike, rowOf } from "../numerics/matrix.js";
import { momentsOf } from "../numerics/quantiles.js";
import { fold, key as makeKey, permutation } from "../numerics/random.js";
import { standardise, standardiserOf } from "../numerics/standardiser.js";
import { notebook } from "../platform/notebook.js";
import { progress } from "../platform/progress.js";
import { Classifier, type ClassifierFit } from "./c2st-classifier.js";
import { type Samples, samplesOf } from "./c2st-samples.js";
import { assertHidden, assertOptions } from "./given-options.js";
import { assertCounts } from "./verifiable-posterior.js";

/** How the test goes. */
export interface C2stOptions {
  /** All randomness: the folds, the first weights, the order of the rows; an integer in [0, 2^53). */
  readonly seed: number;
  /** Number of parts, each judged by a classifier trained on the others; default 5. */
  readonly folds?: number;
  /** Whether columns are centred and scaled by X's mean and standard deviation; default true. */
  readonly zScore?: boolean;
  /** Units of each hidden layer; default two layers of 10 D. */
  readonly hidden?: readonly number[];
  /** Most passes over the rows of a fold; default 10 000. */
  readonly epochs?: number;
  /** Ends the test; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** How well two samples can be told apart. */
export interface C2st {
  /** Mean over the folds of the part of unseen points that are put on the right side: 0.5 when the samples cannot be told apart, 1 when always. */
  readonly accuracy: number;
  /** Of each fold `[folds]`. */
  readonly folds: Float64Array;
  /** Standard deviation of the accuracy if both samples came from one distribution, 1 / (2 sqrt(N)). */
  readonly standardError: number;
  /** Epochs that each fold took `[folds]`. */
  readonly epochs: Float64Array;
}

interface Sides {
  readonly seen: Matrix;
  readonly label: Float64Array;
}

/**
 * Classifier two-sample test: how often a network, trained to tell points of X from points of Y, is right on points that it has not seen.
 *
 * The benchmark's definition: a perceptron with two hidden layers of 10 D ReLU units and scikit-learn's other defaults, five shuffled folds, columns
 * scaled by X. It overfits where the samples are equal and small, so values a little off 0.5 on either side are chance; and it sees little of what
 * few points show: compare at equal N. Samples of different sizes are cut to the shorter one, by the first rows.
 *
 * @param x - The reference `[N, D]`.
 * @param y - The other sample `[M, D]`.
 * @param options - See `C2stOptions`.
 * @returns The accuracy, of each fold too.
 * @throws {ShapeError} When the two differ in their number of columns.
 * @throws {DomainError} When a value is not finite, neither sample varies, there are fewer points than folds, or an option is out of range.
 * @source Lopez-Paz, Oquab 2017, arXiv:1610.06545; Lueckmann et al. 2021, arXiv:2101.04653, appendix
 * @example
 * const draws = (seed, shift) => ({ rows: 400, columns: 1, values: standardNormals(key(seed), 400).map((z) => z + shift) });
 * const { accuracy } = await c2st(draws(1, 0), draws(2, 3), { seed: 3 }); // about 0.93, the normal distribution below 1.5
 */
export async function c2st(x: MatrixLike, y: MatrixLike, options: C2stOptions): Promise<C2st> {
  assertOptions("c2st", options, "seed");
  assertTraining(options);
  const { seed, folds = 5, zScore = true, signal = notebook()?.interrupt } = options;
  const samples = samplesOf("c2st", x, y);
  assertVaries(samples);
  const sides = sidesOf(samples, zScore);
  const n = sides.label.length;
  if (!(Number.isSafeInteger(folds) && folds >= 2)) throw new DomainError("c2st", "folds", folds, "a whole number from 2");
  if (n < 2 * folds) throw new DomainError("c2st", "x and y", `${n / 2} points each`, `at least ${folds} each, one in every fold`);
  const { hidden = Array.from({ length: 2 }, () => 10 * sides.seen.columns), epochs } = options;
  const classifier = new Classifier(await backend("auto"), { inputs: sides.seen.columns, hidden });
  const shown = progress("c2st", folds, "folds");
  const results: { accuracy: number; epochs: number }[] = [];
  try {
    const key = makeKey(seed);
    for (const part of foldsOf(permutation(fold(key, 0), n), folds)) {
      const fit = { key: fold(fold(key, 1), results.length), signal, ...(epochs !== undefined && { epochs }) };
      results.push(await judge(classifier, sides, { part, fit }));
      shown.update(results.length);
    }
  } finally {
    shown.end();
    classifier.dispose();
  }
  const accuracies = Float64Array.from(results, (result) => result.accuracy);
  return {
    accuracy: momentsOf(accuracies).mean,
    folds: accuracies,
    standardError: 0.5 / Math.sqrt(n),
    epochs: Float64Array.from(results, (result) => result.epochs),
  };
}

function assertTraining({ zScore = true, hidden, epochs }: C2stOptions): void {
  if (typeof zScore !== "boolean") throw new DomainError("c2st", "zScore", zScore, "true or false");
  if (hidden !== undefined) assertHidden("c2st", hidden);
  if (epochs !== undefined) assertCounts("c2st", { epochs });
}

/** Refuses two samples of one point each, over and over. */
function assertVaries({ x, y }: Samples): void {
  const isConstant = ({ columns, values }: Matrix) => values.every((value, i) => value === values[i % columns]);
  if (!isConstant(x) || !isConstant(y)) return;
  throw new DomainError(
    "c2st",
    "every row of x",
    Array.from(rowOf(x, 0)),
    "points that differ, in x or in y",
    "look at how they were drawn",
  );
}

/** Both samples behind each other, with 0 for points of X and 1 for points of Y. */
function sidesOf({ x, y }: Samples, zScore: boolean): Sides {
  const rows = Math.min(x.rows, y.rows);
  const first = (matrix: Matrix): Matrix => ({ ...matrix, rows, values: matrix.values.subarray(0, rows * matrix.columns) });
  const both = stacked(first(x), first(y));
  return {
    seen: zScore ? { ...both, values: standardise(standardiserOf(first(x)), both) } : both,
    label: Float64Array.from({ length: 2 * rows }, (_, i) => (i < rows ? 0 : 1)),
  };
}

/** Parts of an order, the first ones longer by one where the number does not divide. */
function foldsOf(order: Uint32Array, folds: number): Uint32Array[] {
  const size = Math.floor(order.length / folds);
  const longer = order.length % folds;
  const edge = (i: number) => i * size + Math.min(i, longer);
  return Array.from({ length: folds }, (_, i) => order.subarray(edge(i), edge(i + 1)));
}

/** Trains on all but one part, and judges by that. */
async function judge(
  classifier: Classifier,
  { seen, label }: Sides,
  { part, fit }: { readonly part: Uint32Array; readonly fit: ClassifierFit },
): Promise<{ readonly accuracy: number; readonly epochs: number }> {
  const isUnseen = new Uint8Array(label.length);
  for (const row of part) isUnseen[row] = 1;
  const rest = Uint32Array.from(label.keys()).filter((row) => isUnseen[row] === 0);
  const labels = (rows: Uint32Array) => Float64Array.from(rows, (row) => label[row]!);
  const epochs = await classifier.fit({ seen: takeRows(seen, rest), label: labels(rest) }, fit);
  const logits = classifier.logits(takeRows(seen, part));
  const right = part.reduce((total, row, i) => total + (logits[i]! > 0 === (label[row] === 1) ? 1 : 0), 0);
  return { accuracy: right / part.length, epochs };
}
