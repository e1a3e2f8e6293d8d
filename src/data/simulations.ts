import type { Matrix } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Failures } from "./failures.js";

/** The prior; the prior within a region that holds the posterior at one observation; anything else. */
export type ProposalKind = "prior" | "truncated" | "other";

/** What the parameters of some simulations were drawn from. */
export interface DrawnFrom {
  /** In words, e.g. "prior" or "posterior after round 1 of apt". */
  readonly name: string;
  readonly kind: ProposalKind;
  /** Logarithm of its normalised density at the rows that were drawn from it, where it is known. */
  readonly logProb?: Float64Array;
}

/** The rows of one round, and what their parameters were drawn from. */
export interface RoundDraws extends DrawnFrom {
  /** Number of the round, from 1. */
  readonly round: number;
  /** Its first row of theta and x. */
  readonly first: number;
  /** Number of its rows. */
  readonly rows: number;
  /** Simulations that were run for it, failed ones among them. */
  readonly simulated: number;
}

/** Simulated events: parameters and observations, row by row. */
export interface Simulations<Ranges extends ParameterRanges = ParameterRanges> {
  /** Name of the simulator. */
  readonly simulator: string;
  /** Range of each parameter; the order of the names is the order of theta's columns. */
  readonly parameters: Ranges;
  /** Names of x's columns. */
  readonly observables: readonly string[];
  /** Seed that gives the same events again; undefined for events from elsewhere. */
  readonly seed: number | undefined;
  /** Parameters of each event `[N, D]`. */
  readonly theta: Matrix;
  /** Observations `[N, L]`. */
  readonly x: Matrix;
  /** Simulations that gave no event. */
  readonly failures: Failures;
  /** What theta was drawn from, round by round; absent when it was the prior, or one theta alone. */
  readonly proposals?: readonly RoundDraws[];
}
