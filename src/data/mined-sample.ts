import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Simulations } from "./simulations.js";

/**
 * Events drawn from two hypotheses, with what the simulator knew of each.
 *
 * The label, here and everywhere, is y = 0 for an event drawn from theta0 and y = 1 for one drawn from theta1, so that a classifier
 * learns s(x) = p1 / (p0 + p1) = 1 / (1 + r) with r = p0 / p1.
 */
export interface MinedSample<Ranges extends ParameterRanges = ParameterRanges> {
  /** Name of the simulator. */
  readonly simulator: string;
  /** Range of each parameter; the order of the names is the order of theta's columns. */
  readonly parameters: Ranges;
  /** Names of x's columns. */
  readonly observables: readonly string[];
  /** Seed that gives the same events again. */
  readonly seed: number;
  /** Parameters of the numerator `[N, D]`, for every event, whichever hypothesis it was drawn from. */
  readonly theta0: Matrix;
  /** Parameters of the denominator `[N, D]`. */
  readonly theta1: Matrix;
  /** Observations `[N, L]`. */
  readonly x: Matrix;
  /** y, 0 or 1 `[N]`. */
  readonly label: Float64Array;
  /** log r(x, z) = log p(x, z given theta0) - log p(x, z given theta1) `[N]`. */
  readonly jointLogRatio: Float64Array;
  /** t(x, z), the gradient at theta0 of log p(x, z given theta0) `[N, D]`; absent when mined without. */
  readonly jointScore?: Matrix;
}

/**
 * The events drawn from theta0, as simulations at that theta: what density and posterior estimators use.
 *
 * @param mined - A mined sample.
 * @returns About half of the events, in their order.
 */
export function numeratorEvents<Ranges extends ParameterRanges>(mined: MinedSample<Ranges>): Simulations<Ranges> {
  return eventsFrom(mined, 0);
}

/**
 * The events drawn from theta1.
 *
 * @param mined - A mined sample.
 * @returns About half of the events, in their order, with theta1 as their theta.
 */
export function denominatorEvents<Ranges extends ParameterRanges>(mined: MinedSample<Ranges>): Simulations<Ranges> {
  return eventsFrom(mined, 1);
}

function eventsFrom<Ranges extends ParameterRanges>(mined: MinedSample<Ranges>, label: 0 | 1): Simulations<Ranges> {
  const { simulator, parameters, observables, seed } = mined;
  const events = Array.from(mined.label.keys()).filter((i) => mined.label[i] === label);
  const theta = takeRows(label === 0 ? mined.theta0 : mined.theta1, events);
  return { simulator, parameters, observables, seed, theta, x: takeRows(mined.x, events) };
}

function takeRows(matrix: Matrix, indices: readonly number[]): Matrix {
  const taken = zeros(indices.length, matrix.columns);
  indices.forEach((index, i) => {
    rowOf(taken, i).set(rowOf(matrix, index));
  });
  return taken;
}
