import type { ParameterRanges, Theta } from "../numerics/parameters.js";

/** A log-likelihood as inference needs it: a function of theta that knows its parameters. */
export interface LogLikelihoodFunction<Ranges extends ParameterRanges = ParameterRanges> {
  (theta: Theta<Ranges>): number;
  readonly parameters: Ranges;
}
