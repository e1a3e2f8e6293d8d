/**
 * Approximate Bayesian computation by rejection: parameters are drawn from the prior, a data set is simulated at each, and those
 * are kept whose summary statistics lie within the tolerance of the observed ones.
 *
 *   p(theta | x) is approximated by p(theta | d(s(x'), s(x)) <= tolerance),   x' ~ p(x' | theta), theta ~ p(theta)
 *
 * It has two costs: what the summaries leave out of x is lost, however many simulations there are, and the nearer the
 * tolerance comes to zero the fewer simulations are kept, the more so the more summaries there are.
 *
 * @module
 * @source Tavaré, Balding, Griffiths, Donnelly 1997, Genetics 145, 505; Pritchard, Seielstad, Perez-Lezaun, Feldman 1999, Molecular Biology and Evolution 16, 1791
 */
import type { Simulations } from "../../data/simulations.js";
import { DomainError, NotConvergedError } from "../../errors.js";
import { isMatrix, type MatrixLike } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { assertDrawnFrom } from "../density/simulation-checks.js";
import type { Distance } from "../distance.js";
import type { DataSummary } from "../summary.js";
import { type Adjustment, adjust, assertAdjustment } from "./adjustment.js";
import { type AbcSampleOptions, type Candidates, candidatesFrom, simulateCandidates } from "./candidates.js";
import { assertDistance, assertRequest } from "./data-sets.js";
import { type AbcPosterior, abcPosterior, accepted } from "./posterior.js";

/** Options of `rejectionAbc`: a tolerance or a quantile, not both. */
export type RejectionAbcOptions = {
  /** Distance between rows of summaries: `euclidean`, `manhattan`, `scaled(...)` or a function. */
  readonly distance: Distance;
  /** Summary statistics of a data set `[n, L]`: a function, or names of observables for their averages; default the average of each observable. */
  readonly summary?: DataSummary;
  /**
   * Regression adjustment of the accepted parameters: `"linear"` takes away the larger part of the tolerance's bias, so that a larger
   * tolerance will do; `"heteroscedastic"` also where the posterior's width changes with the summaries. Default `"none"`.
   */
  readonly adjustment?: Adjustment;
} & (
  | {
      /** Largest distance that is accepted, in the distance's unit; zero or more. Larger accepts more and is farther from the posterior. */
      readonly tolerance: number;
      readonly quantile?: never;
    }
  | {
      /** Fraction of the data sets that is accepted, the nearest ones, in (0, 1]. Larger accepts more and is farther from the posterior. */
      readonly quantile: number;
      readonly tolerance?: never;
    }
);

/** Simulations that are ready to be compared with observations. */
export interface FittedAbc<Ranges extends ParameterRanges = ParameterRanges> {
  /** The method. */
  readonly name: string;
  readonly parameters: Ranges;
  readonly observables: readonly string[];
  /** The posterior for observed events `[n, L]`; plain numbers are n events of one observable, or one event of several. */
  at(observed: MatrixLike): AbcPosterior<Ranges>;
}

/** Rejection ABC with its options set. */
export interface RejectionAbc {
  /**
   * Takes simulations whose parameters were drawn from the prior.
   *
   * @param simulations - Events; for an observation of n events, n neighbouring rows of equal theta are one data set.
   * @returns A function of the observation `[n, L]`, which throws NotConvergedError when nothing is within the tolerance.
   * @throws {DomainError} When they were drawn from a proposal: nothing would weigh the proposal away.
   */
  fit<Ranges extends ParameterRanges>(simulations: Simulations<Ranges>): FittedAbc<Ranges>;
  /**
   * Draws from the prior and simulates until enough data sets are accepted or the budget is used.
   *
   * @param observed - Observed events `[n, L]`.
   * @param options - Prior, simulator, budget, seed.
   * @returns The accepted parameters.
   * @throws {NotConvergedError} When the budget is used up before `n` are accepted, or none is; `best` holds those accepted, or undefined.
   */
  sample<Ranges extends ParameterRanges>(observed: MatrixLike, options: AbcSampleOptions<Ranges>): Promise<AbcPosterior<Ranges>>;
}

/**
 * Rejection ABC, with regression adjustment where asked for, from simulations at hand (`fit`, `at`) or simulating as it goes (`sample`).
 *
 * @param options - Distance, tolerance or quantile, summary statistics.
 * @returns The method.
 * @throws {DomainError} When the adjustment has fewer accepted data sets than it has coefficients, or a summary without spread; when the tolerance is negative or the quantile outside (0, 1], both or neither are given, or a summary or distance is NaN.
 * @throws {ShapeError} When the rows do not make whole data sets, or the observed events have another number of observables.
 * @example
 * const abc = rejectionAbc({ distance: euclidean, tolerance: 0.1 });
 * abc.fit(simulations).at([15]).mean.slope;
 */
export function rejectionAbc(options: RejectionAbcOptions): RejectionAbc {
  assertOptions(options);
  return {
    fit(simulations) {
      assertPriorDraws(simulations);
      const { parameters, observables } = simulations;
      const at = (observed: MatrixLike) => select(parameters, candidatesFrom(simulations, observed, options), options);
      return { name: "rejectionAbc", parameters, observables, at };
    },
    async sample(observed, request) {
      assertRequest("rejectionAbc", request);
      if (options.quantile !== undefined && request.n !== undefined) {
        throw new DomainError("rejectionAbc", "n", request.n, "left out beside a quantile", "a quantile needs the whole budget");
      }
      const candidates = await simulateCandidates(observed, { ...request, ...options, tolerance: options.tolerance ?? -1 });
      const posterior = select(request.prior.parameters, candidates, options);
      if (posterior.theta.rows < (request.n ?? 0)) {
        const reason = `${posterior.theta.rows} of ${request.n} accepted in ${request.budget} data sets`;
        throw new NotConvergedError("rejectionAbc", reason, posterior, "raise the budget or the tolerance");
      }
      return posterior;
    },
  };
}

function select<Ranges extends ParameterRanges>(
  parameters: Ranges,
  { all, target }: Candidates,
  { tolerance, quantile, adjustment = "none" }: RejectionAbcOptions,
): AbcPosterior<Ranges> {
  const sorted = [...all].sort((a, b) => a.distance - b.distance);
  const nearest =
    quantile === undefined
      ? sorted.filter(({ distance }) => distance <= tolerance)
      : sorted.slice(0, Math.max(1, Math.floor(quantile * sorted.length)));
  if (nearest.length === 0) throw nothingAccepted(sorted[0]!.distance, tolerance!, sorted.length);
  const reached = tolerance ?? nearest.at(-1)!.distance;
  const points = adjust(accepted(nearest), adjustment, { where: "rejectionAbc", parameters, target, tolerance: reached });
  return abcPosterior(parameters, points, { tolerance: reached, simulated: sorted.length });
}

function assertPriorDraws(simulations: Simulations): void {
  const where = "rejectionAbc.fit";
  if (!isMatrix(simulations?.theta) || !isMatrix(simulations.x) || !simulations.parameters || !simulations.observables)
    throw new DomainError(
      where,
      "simulations",
      simulations,
      "simulations: theta, x, parameters and observables",
      "give what simulate returns",
    );
  assertDrawnFrom(where, simulations, ["prior"]);
}

function assertOptions(options: RejectionAbcOptions): void {
  assertDistance("rejectionAbc", options);
  const { tolerance, quantile, adjustment = "none" } = options;
  assertAdjustment("rejectionAbc", adjustment);
  if ((tolerance === undefined) === (quantile === undefined)) {
    throw new DomainError("rejectionAbc", "tolerance and quantile", [tolerance, quantile], "one of the two");
  }
  if (tolerance !== undefined && !(typeof tolerance === "number" && tolerance >= 0))
    throw new DomainError("rejectionAbc", "tolerance", tolerance, "a distance, zero or more");
  if (quantile !== undefined && !(typeof quantile === "number" && quantile > 0 && quantile <= 1))
    throw new DomainError("rejectionAbc", "quantile", quantile, "a fraction in (0, 1]", "write 1 % as 0.01");
}

function nothingAccepted(nearest: number, tolerance: number, simulated: number): NotConvergedError<undefined> {
  return new NotConvergedError(
    "rejectionAbc",
    `none of ${simulated} data sets is within the tolerance ${tolerance}; the nearest is at ${nearest}`,
    undefined,
    "raise the tolerance or simulate more",
  );
}
