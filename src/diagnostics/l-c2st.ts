import { backend } from "../compute/index.js";
import type { Matrix } from "../numerics/matrix.js";
import { fold, type Key, key as makeKey, uniforms } from "../numerics/random.js";
import { standardise, standardiserOf } from "../numerics/standardiser.js";
import { notebook } from "../platform/notebook.js";
import { progress } from "../platform/progress.js";
import { Classifier, type Labelled } from "./c2st-classifier.js";
import { assertHidden, assertOptions } from "./given-options.js";
import { besideX, pairsOf, pointsAt } from "./l-c2st-pairs.js";
import type { ToySimulator } from "./simulated-events.js";
import { assertCounts, assertObservation, assertTried, type DrawnPrior, type VerifiablePosterior } from "./verifiable-posterior.js";

/** How a posterior is tested at one observation. */
export interface LC2stOptions {
  /** Where the true parameters are drawn from: the prior that the posterior was trained with. */
  readonly prior: DrawnPrior;
  /** The observation `[L]`. */
  readonly x: ArrayLike<number>;
  /** All randomness; an integer in [0, 2^53). */
  readonly seed: number;
  /** Number of simulated data sets that the classifier learns from; default 1000. Larger sees smaller errors. */
  readonly n?: number;
  /** Points of the posterior at x that the statistic averages over; default 1000. */
  readonly draws?: number;
  /** Number of classifiers with exchanged labels that the p-value comes from; default 100. */
  readonly permutations?: number;
  /** Units of each hidden layer; default two layers of 32. */
  readonly hidden?: readonly number[];
  /** Most passes of a classifier over the data sets; default 30. */
  readonly epochs?: number;
  /** Ends the test; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** Whether a posterior is right at one observation. */
export interface LC2st {
  /** Mean squared distance from 1/2 of the classifier's probability, over the posterior's points at x: 0 when nothing can be told apart. */
  readonly statistic: number;
  /** The same under exchanged labels `[permutations]`. */
  readonly null: Float64Array;
  /** Part of the null statistics that are as large, the found one counted. */
  readonly pValue: number;
  /** Points of the posterior at x `[draws, D]`. */
  readonly theta: Matrix;
  /** The classifier's probability that each comes from the posterior and not from the truth: above 1/2 the posterior has too much there `[draws]`. */
  readonly probability: Float64Array;
}

/**
 * Local classifier two-sample test: whether the posterior is right at one observation. A small network learns to tell the truth theta from a point
 * of the posterior given x, both beside their x, and is asked about points of the posterior at the observation.
 *
 * The null distribution comes from the same networks trained with the two of each pair exchanged by a coin, as they may be for an exact posterior, so
 * the p-value is exact: at most p with probability p for a posterior that is right everywhere. It has power only where the simulations have x
 * like the observation. The probabilities show where in theta the posterior has too much (above 1/2) or too little.
 *
 * @param posterior - What is tried.
 * @param simulator - Draws x given theta.
 * @param options - See `LC2stOptions`.
 * @returns Statistic, null distribution, p-value, and where the posterior is off.
 * @throws {DomainError} When names differ, an option is out of range, or a value is not finite.
 * @throws {ShapeError} When the observation has another length than x, or the posterior gives other points than it was asked for.
 * @throws The signal's reason, when it aborts.
 * @source Linhart, Gramfort, Rodrigues 2023, arXiv:2306.03580, algorithms 1 and 2
 * @example
 * const line = simulator({ name: "line", parameters: { mu: [-9, 9] }, observables: ["x"] }, (theta, sample) => [sample("x", normal(theta.mu, 1))]);
 * const at = ([x]) => ({ sample: (from, n) => ({ rows: n, columns: 1, values: standardNormals(from, n).map((z) => x / 2 + z * Math.SQRT1_2) }) });
 * const exact = { name: "exact", parameters: line.parameters, observables: ["x"], at };
 * const { pValue } = await lC2st(exact, line, { prior: independent({ mu: normal(0, 1) }), x: [0.5], n: 200, permutations: 20, seed: 1 });
 */
export async function lC2st(posterior: VerifiablePosterior, simulator: ToySimulator, options: LC2stOptions): Promise<LC2st> {
  assertOptions("lC2st", options, "prior, x and seed");
  const { prior, x, seed, n = 1000, draws = 1000, permutations = 100, hidden = [32, 32], epochs = 30 } = options;
  const signal = options.signal ?? notebook()?.interrupt;
  assertTried("lC2st", { posterior, simulator, prior });
  assertCounts("lC2st", { n, draws, permutations, epochs });
  assertHidden("lC2st", hidden);
  assertObservation("lC2st", { x }, posterior.observables);
  const key = makeKey(seed);
  const pairs = await pairsOf(posterior, simulator, { prior, n, key: fold(key, 0), signal });
  const theta = await pointsAt(posterior, x, { key: fold(key, 1), n: draws });
  const scale = standardiserOf(pairs);
  const scaled = (rows: Matrix): Matrix => ({ ...rows, values: standardise(scale, rows) });
  const sides = { seen: scaled(pairs), asked: scaled(besideX(theta, x)) };
  const answers = await probabilities(sides, { hidden, epochs, permutations, key: fold(key, 2), signal });
  const [statistic, ...rest] = answers.map(fromHalf);
  const pValue = (1 + rest.filter((value) => value >= statistic!).length) / (1 + permutations);
  return { statistic: statistic!, null: Float64Array.from(rest), pValue, theta, probability: answers[0]! };
}

interface Training {
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly permutations: number;
  readonly key: Key;
  readonly signal: AbortSignal | undefined;
}

/** What classifiers say to the points that are asked about: first the one that learned the true labels, then those with exchanged ones. */
async function probabilities(
  { seen, asked }: { readonly seen: Matrix; readonly asked: Matrix },
  { hidden, epochs, permutations, key, signal }: Training,
): Promise<Float64Array[]> {
  const classifier = new Classifier(await backend("auto"), { inputs: seen.columns, hidden });
  const shown = progress("lC2st", permutations + 1, "classifiers");
  const answers: Float64Array[] = [];
  try {
    for (let p = 0; p <= permutations; p++) {
      const own = fold(key, p);
      const label = labelsOf(seen.rows / 2, p === 0 ? undefined : fold(own, 0));
      await classifier.fit({ seen, label }, { key: fold(own, 1), epochs, signal });
      answers.push(classifier.logits(asked).map((logit) => 1 / (1 + Math.exp(-logit))));
      shown.update(p + 1);
    }
  } finally {
    shown.end();
    classifier.dispose();
  }
  return answers;
}

/** 0 for the truth and 1 for the posterior's point; with a key, exchanged in each pair by a coin. */
function labelsOf(n: number, key: Key | undefined): Labelled["label"] {
  const coins = key ? uniforms(key, n) : new Float64Array(n);
  return Float64Array.from({ length: 2 * n }, (_, i) => (i < n === coins[i % n]! < 0.5 ? 0 : 1));
}

function fromHalf(probability: Float64Array): number {
  return probability.reduce((total, p) => total + (p - 0.5) ** 2, 0) / probability.length;
}
