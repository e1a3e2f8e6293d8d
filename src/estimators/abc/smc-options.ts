import { DomainError } from "../../errors.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import type { Distance } from "../distance.js";
import type { DataSummary } from "../summary.js";
import { type Adjustment, assertAdjustment } from "./adjustment.js";
import { assertCount, assertDistance, assertRequest, type SimulatorRequest } from "./data-sets.js";
import type { SmcPrior } from "./population.js";
import type { AbcPosterior } from "./posterior.js";
import type { SmcStop } from "./smc-limits.js";

/** Options of `abcSmc`. */
export interface AbcSmcOptions {
  /** Distance between rows of summaries: `euclidean`, `manhattan`, `scaled(...)` or a function. The scales of `scaled` follow the last population's data sets, so the unit of its tolerances changes. */
  readonly distance: Distance;
  /** Summary statistics of a data set `[n, L]`: a function, or names of observables for their averages; default the average of each observable. */
  readonly summary?: DataSummary;
  /** Regression adjustment of the last population, as in `rejectionAbc`; default `"none"`. */
  readonly adjustment?: Adjustment;
  /** Each tolerance is this quantile of the distances before, in (0, 1); default 0.5. Smaller takes larger steps: fewer populations, and fewer of the proposals accepted. */
  readonly quantile?: number;
  /** Ends with the population that reaches this distance, zero or more; default 0: until another rule ends it. */
  readonly tolerance?: number;
  /** Ends when fewer of a population's proposals than this part are accepted, in (0, 1); default 0.01. Larger ends earlier, farther from the posterior. */
  readonly minAcceptance?: number;
}

/** What `abcSmc` needs to run. */
export interface AbcSmcRequest<Ranges extends ParameterRanges = ParameterRanges> extends SimulatorRequest<Ranges> {
  /** Prior over the parameters, with a density. */
  readonly prior: SmcPrior<Ranges>;
  /** Size of each population; default 1000. Larger has smaller errors at proportionally more simulations. */
  readonly n?: number;
  /** Most data sets to simulate, n or more; what a population that it cuts off had is dropped. */
  readonly budget: number;
  /** Ends after this many seconds with the last whole population; default never. What came out then depends on the machine. */
  readonly seconds?: number;
  /** Seed, a whole number. */
  readonly seed: number;
  /** Ends when it aborts, with the last whole population; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** One population on the way. */
export interface AbcRound {
  /** Data sets up to this distance were accepted; the first population takes all. */
  readonly tolerance: number;
  /** Data sets simulated for this population. */
  readonly simulated: number;
  /** n / simulated. */
  readonly acceptanceRate: number;
  /** Effective sample size of its weights. */
  readonly ess: number;
}

/** The last whole population, and the way there. */
export interface AbcSmcPosterior<Ranges extends ParameterRanges = ParameterRanges> extends AbcPosterior<Ranges> {
  /** The whole populations in turn. */
  readonly rounds: readonly AbcRound[];
  /**
   * Why it ended: the tolerance was reached, too few proposals were accepted, the budget or the seconds were used up, it was interrupted, no
   * distance is smaller (`stalled`: e.g. discrete data), or the population has no volume to move in (`collapsed`: raise n or the quantile).
   */
  readonly stopped: SmcStop;
}

/** Options with their defaults. */
export function smcSettings(options: AbcSmcOptions) {
  assertDistance("abcSmc", options);
  const { adjustment = "none", quantile = 0.5, tolerance = 0, minAcceptance = 0.01 } = options;
  assertAdjustment("abcSmc", adjustment);
  for (const [name, value] of Object.entries({ quantile, minAcceptance })) {
    if (!(value > 0 && value < 1)) throw new DomainError("abcSmc", name, value, "a fraction in (0, 1)", "write 1 % as 0.01");
  }
  if (!(tolerance >= 0)) throw new DomainError("abcSmc", "tolerance", tolerance, "a distance, zero or more");
  return { ...options, adjustment, quantile, tolerance, minAcceptance };
}

/** Refuses a request that cannot give one population. */
export function smcRequest<Ranges extends ParameterRanges>(request: AbcSmcRequest<Ranges>) {
  assertRequest("abcSmc", request);
  const { n = 1000, budget, seconds = Infinity, prior } = request;
  const fewest = Object.keys(prior.parameters).length + 2;
  assertCount("abcSmc", "n", n, fewest);
  assertCount("abcSmc", "budget", budget, n);
  if (!(typeof seconds === "number" && seconds > 0)) throw new DomainError("abcSmc", "seconds", seconds, "a number above 0");
  if (typeof prior.logProb !== "function") {
    throw new DomainError("abcSmc", "prior.logProb", prior.logProb, "a density", "give the prior a logProb, or use rejectionAbc");
  }
  return { ...request, n, seconds };
}
