import type { ParameterRanges, Theta } from "../../numerics/parameters.js";
import { toTheta } from "../../numerics/parameters.js";
import type { Distribution } from "../../probability/distribution.js";
import type { Prior } from "../../probability/independent.js";
import type { Simulator, SimulatorOptions } from "../contract.js";
import { simulator } from "../simulator.js";
import type { Trace } from "../trace.js";
import type { TaskKnowledge } from "./task.js";

/** A task whose observables are independent of each other, given theta. */
export interface Factorised<Ranges extends ParameterRanges> extends Pick<SimulatorOptions<Ranges>, "name" | "observables" | "source"> {
  readonly prior: Prior<keyof Ranges & string> & { readonly parameters: Ranges };
  /** The distribution of each observable `[L]` at theta `[D]`. */
  readonly laws: (theta: Float64Array) => readonly Distribution[];
  /** Gradient of log p(x given theta) `[D]`, where a numerical difference is not good enough. */
  readonly score?: (theta: Float64Array, x: Float64Array) => Float64Array;
}

/** Simulator and log-likelihood from the same distributions: log p(x given theta) = sum_l log p_l(x_l given theta). */
export function factorised<Ranges extends ParameterRanges>({
  laws,
  score,
  prior,
  ...options
}: Factorised<Ranges>): {
  readonly simulator: Simulator<Ranges>;
  readonly knowledge: TaskKnowledge<Ranges>;
} {
  const rowOf = (theta: Theta<Ranges>) => Float64Array.from(prior.names, (name) => theta[name]);
  const scored = score && {
    score: (theta: Theta<Ranges>, { x }: Trace) => toTheta(score(rowOf(theta), x), prior.parameters) as Theta<Ranges>,
  };
  const self = simulator<Ranges>({ ...options, parameters: prior.parameters, ...scored } as SimulatorOptions<Ranges>, (theta, sample) =>
    laws(rowOf(theta)).map((law) => sample("x", law)),
  );
  const logProb = (x: Float64Array) => (theta: Float64Array) => laws(theta).reduce((sum, law, l) => sum + law.logProb(x[l]!), 0);
  const slope = score && { score: (x: Float64Array) => (theta: Float64Array) => score(theta, x) };
  return { simulator: self, knowledge: { prior, logProb, ...slope } };
}
