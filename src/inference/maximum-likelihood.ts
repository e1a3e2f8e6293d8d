import { DomainError, NotConvergedError } from "../errors.js";
import { type ParameterRanges, type Theta, toRow, toTheta } from "../numerics/parameters.js";
import { boxOf, rowFunction } from "./grid.js";
import type { LogLikelihoodFunction } from "./log-likelihood-function.js";
import { maximise, type Peak } from "./maximise.js";

/** Options of `maximumLikelihood`. */
export interface MaximumLikelihoodOptions<Ranges extends ParameterRanges = ParameterRanges> {
  /** A point to try besides those spread over the range; default none. */
  readonly start?: Theta<Ranges>;
}

/** The best fit. */
export interface BestFit<Ranges extends ParameterRanges = ParameterRanges> {
  /** Where the log-likelihood is largest. */
  readonly theta: Theta<Ranges>;
  /** The log-likelihood there. */
  readonly logLikelihood: number;
  /** Names of the parameters that are at an end of their range: there the maximum may lie outside. */
  readonly atRange: readonly (keyof Ranges & string)[];
  /** Number of evaluations of the log-likelihood. */
  readonly evaluations: number;
}

/**
 * The theta at which the log-likelihood is largest within the parameters' range.
 *
 * thetaHat = argmax_theta log L(theta)
 *
 * It tries points spread over the range (65 in one parameter, 17^2 in two, 256 D in more) and then searches from the best ones: by
 * Brent's method in one parameter, by simplex descents in more. A peak far narrower than the spacing of those points beside a
 * broader one can be missed; give `start` then. For more than about six parameters use a method with gradients.
 *
 * @param logL - Log-likelihood with its parameters' ranges.
 * @param options - A point to try.
 * @returns Best fit, its log-likelihood, the parameters at the end of their range.
 * @throws {DomainError} When the log-likelihood is -Infinity everywhere tried, NaN or +Infinity, or a range is not finite.
 * @throws {NotConvergedError} When the log-likelihood has one value at all points tried, or a search used up its budget; `best` is the best fit so far.
 * @example
 * maximumLikelihood(logL).theta.slope;
 */
export function maximumLikelihood<Ranges extends ParameterRanges>(
  logL: LogLikelihoodFunction<Ranges>,
  options: MaximumLikelihoodOptions<Ranges> = {},
): BestFit<Ranges> {
  const where = "maximumLikelihood";
  const starts = options.start ? [toRow(where, "start", options.start, logL.parameters)] : [];
  return bestFit(where, logL, maximise(rowFunction(where, logL), boxOf(where, logL.parameters), starts));
}

/** The peak as a best fit; refuses where there is none. */
function bestFit<Ranges extends ParameterRanges>(where: string, logL: LogLikelihoodFunction<Ranges>, peak: Peak): BestFit<Ranges> {
  if (peak.value === -Infinity) {
    throw new DomainError(
      where,
      "logL",
      peak.value,
      "a finite value somewhere in the range",
      "an observation is impossible at every theta that was tried",
    );
  }
  const names = Object.keys(logL.parameters) as (keyof Ranges & string)[];
  const best = {
    theta: toTheta(peak.row, logL.parameters) as Theta<Ranges>,
    logLikelihood: peak.value,
    atRange: names.filter((name, d) => logL.parameters[name]!.includes(peak.row[d]!)),
    evaluations: peak.evaluations,
  };
  const constrained = names.some((name) => logL.parameters[name]![0] < logL.parameters[name]![1]);
  if (constrained && peak.lowest === peak.value) {
    throw new NotConvergedError(
      where,
      `the log-likelihood is ${peak.value} at every theta that was tried, so no theta fits best`,
      best,
      "check that the observables depend on the parameters",
    );
  }
  return best;
}
