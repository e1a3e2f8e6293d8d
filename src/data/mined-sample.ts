import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Failures } from "./failures.js";
import type { Simulations } from "./simulations.js";

/**
 * Events drawn from two hypotheses: what a classifier learns from.
 *
 * The label, here and everywhere, is y = 0 for an event drawn from theta0 and y = 1 for one drawn from theta1, so that a classifier
 * learns s(x) = p1 / (p0 + p1) = 1 / (1 + r) with r = p0 / p1.
 */
export interface LabelledSample<Ranges extends ParameterRanges = ParameterRanges> {
  /** Name of the simulator. */
  readonly simulator: string;
  /** Range of each parameter; the order of the names is the order of theta's columns. */
  readonly parameters: Ranges;
  /** Names of x's columns. */
  readonly observables: readonly string[];
  /** Seed that gives the same events again; undefined for events from elsewhere. */
  readonly seed: number | undefined;
  /** Parameters of the numerator `[N, D]`, for every event, whichever hypothesis it was drawn from. */
  readonly theta0: Matrix;
  /** Parameters of the denominator `[N, D]`; with a `marginal` one those that an event of it was drawn at. */
  readonly theta1: Matrix;
  /** Present when the denominator is the marginal p(x) = E[p(x given theta)] over the prior, and no point. */
  readonly marginal?: Marginal;
  /** Observations `[N, L]`. */
  readonly x: Matrix;
  /** y, 0 or 1 `[N]`. */
  readonly label: Float64Array;
  /** Simulations that gave no event. */
  readonly failures: Failures;
}

/** A denominator averaged over the prior. */
export interface Marginal {
  /** K, the number of thetas whose mean density stands for p(x, z) in the joint ratio of an event. */
  readonly draws: number;
}

/** Events drawn from two hypotheses, with what the simulator knew of each. */
export interface MinedSample<Ranges extends ParameterRanges = ParameterRanges> extends LabelledSample<Ranges> {
  /** log r(x, z) = log p(x, z given theta0) - log p(x, z given theta1) `[N]`. */
  readonly jointLogRatio: Float64Array;
  /** t(x, z), the gradient at theta0 of log p(x, z given theta0) `[N, D]`; absent when mined without. */
  readonly jointScore?: Matrix;
  /** The gradient at theta1 of log p(x, z given theta1) `[N, D]` of the events drawn from theta1, 0 for the others; only where theta1 varies. */
  readonly denominatorScore?: Matrix;
}

/** A mined sample with the joint score. */
export type MinedSampleWithScore<Ranges extends ParameterRanges = ParameterRanges> = MinedSample<Ranges> & {
  readonly jointScore: Matrix;
};

/**
 * The events drawn from theta0, as simulations at that theta: what density and posterior estimators use.
 *
 * @param sample - A labelled or mined sample.
 * @returns About half of the events, in their order.
 */
export function numeratorEvents<Ranges extends ParameterRanges>(sample: LabelledSample<Ranges>): Simulations<Ranges> {
  return eventsFrom(sample, 0);
}

/**
 * The events drawn from theta1.
 *
 * @param sample - A labelled or mined sample.
 * @returns About half of the events, in their order, with theta1 as their theta.
 */
export function denominatorEvents<Ranges extends ParameterRanges>(sample: LabelledSample<Ranges>): Simulations<Ranges> {
  return eventsFrom(sample, 1);
}

function eventsFrom<Ranges extends ParameterRanges>(sample: LabelledSample<Ranges>, label: 0 | 1): Simulations<Ranges> {
  const { simulator, parameters, observables, seed, failures } = sample;
  const events = Uint32Array.from(sample.label.keys()).filter((i) => sample.label[i] === label);
  const theta = takeRows(label === 0 ? sample.theta0 : sample.theta1, events);
  return { simulator, parameters, observables, seed, theta, x: takeRows(sample.x, events), failures };
}

/** The rows of these numbers, copied. */
export function takeRows(matrix: Matrix, indices: ArrayLike<number>): Matrix {
  const taken = zeros(indices.length, matrix.columns);
  for (let i = 0; i < indices.length; i++) rowOf(taken, i).set(rowOf(matrix, indices[i]!));
  return taken;
}
