import type { ParameterRanges } from "../numerics/parameters.js";
import type { Denominator } from "./denominator.js";
import type { Hypothesis } from "./hypothesis.js";
import type { RunOptions } from "./run-events.js";

/** What to mine: `n` events in all, half from each hypothesis. */
export interface MineOptions<Ranges extends ParameterRanges = ParameterRanges, Score extends boolean = boolean> extends RunOptions {
  /** theta0: a point, points in turn, a prior or a sampler from which each event draws its own. */
  readonly numerator: Hypothesis<Ranges>;
  /** theta1: the same, or `marginalOver(prior)`. */
  readonly denominator: Denominator<Ranges>;
  /** Whether to find the joint score too; default true. It takes six replays of each event for each parameter. */
  readonly score?: Score;
}
