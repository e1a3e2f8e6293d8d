import type { LabelledSample, Marginal } from "../../data/mined-sample.js";
import { type Matrix, rowOf } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import type { Architecture } from "../network-options.js";
import { isConstant, type Parameterisation, type RatioScales } from "./columns.js";
import type { Head } from "./head.js";
import { plainHead } from "./head.js";
import { type Morphing, morphingHead } from "./morphing.js";

/** All about an estimator but its weights. */
export interface RatioModel<Ranges extends ParameterRanges = ParameterRanges> {
  /** The method. */
  readonly name: string;
  readonly architecture: Architecture;
  readonly members: number;
  readonly morphing: Morphing | undefined;
  /** Weight of the score's term; undefined for a method without. */
  readonly alpha: number | undefined;
  readonly parameterisation: Parameterisation;
  readonly scales: RatioScales;
  readonly data: TrainingData<Ranges>;
  /** Seed of the fit. */
  readonly seed: number;
}

/** What an estimator was trained on. */
export interface TrainingData<Ranges extends ParameterRanges = ParameterRanges> {
  readonly simulator: string;
  /** Range of each parameter as the simulator declares it. */
  readonly parameters: Ranges;
  readonly observables: readonly string[];
  /** Seed of the simulations. */
  readonly seed: number | undefined;
  /** Number of events, held-out ones among them. */
  readonly events: number;
  /** Number of simulations that gave no event. */
  readonly failures: number;
  readonly marginal: Marginal | undefined;
  readonly theta0: Span;
  readonly theta1: Span;
}

/** Least and largest value of each parameter `[D]`. */
export interface Span {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export function describe<Ranges extends ParameterRanges>(sample: LabelledSample<Ranges>): TrainingData<Ranges> {
  const { simulator, parameters, observables, seed, x, marginal, failures, theta0, theta1 } = sample;
  const counts = { events: x.rows, failures: failures.count };
  return { simulator, parameters, observables, seed, ...counts, marginal, theta0: spanOf(theta0), theta1: spanOf(theta1) };
}

/** Least and largest value of each column. */
export function spanOf(theta: Matrix): Span {
  const low = rowOf(theta, 0).slice();
  const high = low.slice();
  for (let i = 1; i < theta.rows; i++) {
    rowOf(theta, i).forEach((value, j) => {
      low[j] = Math.min(low[j]!, value);
      high[j] = Math.max(high[j]!, value);
    });
  }
  return { low: [...low], high: [...high] };
}

/** What the network has to be told of theta. A score, or a dependence on theta that is known, needs theta even at a single point. */
export function parameterisationOf({ theta0, theta1, marginal }: LabelledSample, needsTheta: boolean): Parameterisation {
  if (!marginal && !isConstant(theta1)) return "double";
  return isConstant(theta0) && !needsTheta && !marginal ? "none" : "single";
}

export function headOf({ name, morphing, data, scales }: RatioModel): Head {
  return morphing ? morphingHead(name, morphing, { parameters: data.parameters, theta0: scales.theta0 }) : plainHead;
}

/** Numbers of columns of the network. */
export function sizesOf({ parameterisation, data }: RatioModel, head: Head): { inputs: number; outputs: number } {
  const [L, D] = [data.observables.length, Object.keys(data.parameters).length];
  const thetas = { none: 0, single: 1, double: 2 }[parameterisation];
  return { inputs: L + (head.seesTheta ? thetas * D : 0), outputs: head.outputs };
}
