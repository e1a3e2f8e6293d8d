import { DomainError, ShapeError } from "../../errors.js";
import { type Matrix, zeros } from "../../numerics/matrix.js";
import type { Theta } from "../../numerics/parameters.js";
import { type MultivariateNormal, multivariateNormal } from "../../probability/multivariate-normal.js";
import type { Sample } from "../contract.js";
import { simulator } from "../simulator.js";
import { twisterNormals } from "./mersenne-twister.js";
import { Spike, softplus } from "./spike.js";
import { type BenchmarkTask, benchmarkTask } from "./task.js";

/** The parameters: an offset, and the filter's weights at lags 0 to 8. */
export type BernoulliGlmRanges = {
  readonly [Name in "offset" | `lag${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`]: readonly [low: number, high: number];
};

/** What drives the neuron. */
export interface BernoulliGlmOptions {
  /** Stimulus in each bin `[T]`; default the benchmark's, 100 standard normal numbers. More bins say more about theta. */
  readonly stimulus?: readonly number[];
}

/** Weights of the filter, M. */
const LAGS = 9;
const NAMES = ["offset", ...Array.from({ length: LAGS }, (_, lag) => `lag${lag}`)] as (keyof BernoulliGlmRanges)[];
const BINS = 100;

/**
 * A neuron that fires or not in each bin, by a generalized linear model: it filters the last nine values of a stimulus.
 *
 * y_t ~ Bernoulli(sigmoid(X theta)_t),   X_t = (1, I_t, I_(t-1), ..., I_(t-8)),   x = X^T y
 *
 * The prior is normal and smooth: precision 0.5 of the offset, F^T F of the filter, F = D^2 + diag sqrt(lag / 9), D the first difference.
 * x, the number of spikes and the stimulus summed before them, is sufficient. What is drawn is y; two different y give the same x almost never, so
 * a trace's log-probability is the log-likelihood, log p = theta x - sum_t log(1 + exp (X theta)_t).
 *
 * @param options - Stimulus.
 * @returns The simulator `bernoulli_glm` with its prior and likelihood.
 * @throws {ShapeError} When the stimulus is empty.
 * @throws {DomainError} When it holds a number that is not finite.
 * @source Lueckmann et al. 2021, arXiv:2101.04653, T.5
 * @example
 * bernoulliGlm({ stimulus: [1, -1] }).prior.names.length; // 10
 */
export function bernoulliGlm({ stimulus = twisterNormals(42, BINS) }: BernoulliGlmOptions = {}): BenchmarkTask<BernoulliGlmRanges> {
  const design = designMatrix(stimulus);
  const prior = smoothPrior();
  const source = { module: import.meta.url, name: "bernoulliGlm", args: [{ stimulus }] };
  const neuron = simulator<BernoulliGlmRanges>(
    {
      name: "bernoulli_glm",
      parameters: prior.parameters,
      observables: ["spikes", ...NAMES.slice(1).map((name) => `before ${name}`)],
      source,
    },
    (theta, sample) => run(design, theta, sample),
  );
  return benchmarkTask(neuron, {
    prior,
    logProb: (x) => (theta) => logProb(design, x, theta),
    score: (x) => (theta) => score(design, x, theta),
  });
}

/** x = X^T y, bin by bin. */
function run(design: Matrix, theta: Theta<BernoulliGlmRanges>, sample: Sample): Float64Array {
  const weights = Float64Array.from(NAMES, (name) => theta[name]);
  const x = new Float64Array(design.columns);
  for (let t = 0; t < design.rows; t++) {
    if (sample("spike", new Spike(drive(design, weights, t))) === 0) continue;
    for (let j = 0; j < design.columns; j++) x[j]! += design.values[t * design.columns + j]!;
  }
  return x;
}

function logProb(design: Matrix, x: Float64Array, theta: Float64Array): number {
  let total = 0;
  for (let j = 0; j < x.length; j++) total += theta[j]! * x[j]!;
  for (let t = 0; t < design.rows; t++) total -= softplus(drive(design, theta, t));
  return total;
}

/** x - X^T sigmoid(X theta). */
function score(design: Matrix, x: Float64Array, theta: Float64Array): Float64Array {
  const gradient = x.slice();
  for (let t = 0; t < design.rows; t++) {
    const probability = new Spike(drive(design, theta, t)).mean;
    for (let j = 0; j < x.length; j++) gradient[j]! -= probability * design.values[t * design.columns + j]!;
  }
  return gradient;
}

/** (X theta)_t. */
function drive({ columns, values }: Matrix, theta: Float64Array, t: number): number {
  let sum = 0;
  for (let j = 0; j < columns; j++) sum += values[t * columns + j]! * theta[j]!;
  return sum;
}

/** X `[T, 10]`: one, and the stimulus at lags 0 to 8, zero before it begins. */
function designMatrix(stimulus: readonly number[]): Matrix {
  if (stimulus.length === 0) throw new ShapeError("bernoulliGlm", "stimulus", "[0]", "[T] with T at least 1");
  const bad = stimulus.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DomainError("bernoulliGlm", `stimulus[${bad}]`, stimulus[bad], "a finite number");
  const design = zeros(stimulus.length, NAMES.length);
  for (let t = 0; t < design.rows; t++) {
    design.values[t * design.columns] = 1;
    for (let lag = 0; lag < LAGS && lag <= t; lag++) design.values[t * design.columns + 1 + lag] = stimulus[t - lag]!;
  }
  return design;
}

/** Normal about zero, of a precision that wants the filter to bend little, and to be small at long lags. */
function smoothPrior(): MultivariateNormal<keyof BernoulliGlmRanges> {
  const bend = zeros(LAGS, LAGS);
  for (let i = 0; i < LAGS; i++) {
    // D^2 has 1, -2, 1 on and below the diagonal.
    bend.values[i * LAGS + i] = 1 + Math.sqrt(i / LAGS);
    if (i >= 1) bend.values[i * LAGS + i - 1] = -2;
    if (i >= 2) bend.values[i * LAGS + i - 2] = 1;
  }
  const precision = zeros(LAGS + 1, LAGS + 1);
  precision.values[0] = 0.5;
  for (let i = 0; i < LAGS; i++) {
    for (let j = 0; j < LAGS; j++) {
      let product = 0;
      for (let k = 0; k < LAGS; k++) product += bend.values[k * LAGS + i]! * bend.values[k * LAGS + j]!;
      precision.values[(i + 1) * (LAGS + 1) + j + 1] = product;
    }
  }
  const mean = Object.fromEntries(NAMES.map((name) => [name, 0])) as { readonly [Name in keyof BernoulliGlmRanges]: number };
  return multivariateNormal({ mean, precision });
}
