import type { ProposalKind, Simulations } from "../data/simulations.js";
import type { FitOptions } from "../estimators/fit-options.js";
import type { Matrix, MatrixLike } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Key } from "../numerics/random.js";
import type { Prior } from "../probability/independent.js";

/** What draws may cost. */
export interface DrawLimits {
  /** Default no limit. */
  readonly seconds?: number;
  /** Ends the work; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** The posterior at the one observation, as it is after a round. */
export interface RoundPosterior {
  readonly names: readonly string[];
  /** Support of each parameter. */
  readonly parameters: ParameterRanges;
  /** The observation `[L]`. */
  readonly x: Float64Array;
  /**
   * Part of the network's draws that lie where the prior is zero, which are drawn again. The network's own support is the box of the prior's ranges, so
   * that of a prior that fills its box nothing leaks: 0 by construction.
   */
  readonly leakage: number;
  /** n draws `[n, D]`, none where the prior is zero; the same key gives the same draws. */
  sample(key: Key, n: number, limits?: DrawLimits): Promise<Matrix>;
  /** Logarithm of the density `[N]` at `[N, D]`; of a likelihood, and where something leaks, up to a constant. */
  logProb(theta: MatrixLike): Float64Array;
}

/** Draws of a proposal `[n, D]`. */
export interface ProposalDraws extends Matrix {
  /** Logarithm of the proposal's normalised density at each `[n]`, where it is known. */
  readonly logProb?: Float64Array;
  /** What is to be known of how they came about; empty when all is well. */
  readonly notes: readonly string[];
}

/** What a round draws its parameters from. */
export interface RoundProposal {
  /** In words. */
  readonly name: string;
  readonly kind: ProposalKind;
  /** n draws, or fewer with a note that says why; the same key gives the same draws. */
  sample(key: Key, n: number, limits?: DrawLimits): Promise<ProposalDraws>;
}

/** What the rounds are about. */
export interface RoundGiven {
  readonly prior: Prior;
  /** The observation `[L]`. */
  readonly x: Float64Array;
  /** Number of the round that is done, from 1. */
  readonly round: number;
  /** Random numbers for what the method needs beside draws. */
  readonly key: Key;
}

/** How a round's estimator is trained. */
export interface RoundFitOptions extends FitOptions {
  readonly prior: Prior;
}

/**
 * A method of `rounds`: how to learn from all simulations so far, what the posterior then is, and what the next round draws from. `snl`, `apt`, `tsnpe` and
 * `activeLearning` make one; so may you.
 */
export interface RoundMethod<Estimator = unknown> {
  readonly name: string;
  /** Trains on the simulations of all rounds; their `proposals` say what each was drawn from. */
  fit<Ranges extends ParameterRanges>(simulations: Simulations<Ranges>, options: RoundFitOptions): Promise<Estimator>;
  /** The posterior at the observation. */
  posterior(estimator: Estimator, given: RoundGiven): RoundPosterior;
  /** What the next round draws from; no work before its first `sample`. */
  propose(estimator: Estimator, given: RoundGiven): RoundProposal;
}

/** A method whose estimators are ensembles. */
export interface EnsembleMethod<Estimator = unknown> extends RoundMethod<Estimator> {
  /** Logarithm of each member's posterior density `[members][M]`, up to one constant for all, at theta `[M, D]`. */
  members(estimator: Estimator, given: RoundGiven, theta: Matrix): Float64Array[];
}
