import type { Simulations } from "../data/simulations.js";
import type { FitOptions } from "../estimators/fit-options.js";
import type { Prior } from "../probability/independent.js";
import type { RoundPosterior, RoundProposal } from "./method.js";

/** What the rounds are about and what they may cost. */
export interface RoundsOptions<Estimator = unknown> {
  /** Over the simulator's parameters, in their order. */
  readonly prior: Prior;
  /** The observation `[L]`. */
  readonly x: ArrayLike<number>;
  /** Simulations of each round. */
  readonly n: number;
  /** Number of rounds; default 5. */
  readonly rounds?: number;
  /** All randomness; an integer in [0, 2^53). The same seed gives the same bits, unless time cut a round short. */
  readonly seed: number;
  /** Budget of time over all rounds; default none. The training that it cuts short keeps its best epoch, and the round is the last. */
  readonly seconds?: number;
  /** Ends the rounds with an InterruptedError that carries what there is; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
  /** How each round trains: epochs, patience, batch size and so on, as of the estimators. No verdict unless asked for: the held-out events are no draws of the prior. */
  readonly fit?: Omit<FitOptions, "resume" | "seed" | "signal">;
  /** What becomes of a simulation that throws or gives a number that is not finite: `"stop"` (the default) or `"drop"`. */
  readonly failures?: "drop" | "stop";
  /** Goes on from a round, or from `partial` of the InterruptedError, with the same bits as without a break. `rounds` counts from the first one. */
  readonly resume?: RoundsSoFar<Estimator>;
}

/** What there is when rounds are interrupted; `resume` takes it, or a whole round. */
export interface RoundsSoFar<Estimator = unknown> {
  /** Number of the last round that is done; 0 for none. */
  readonly round: number;
  /** All that was simulated, that of the round under way among it. */
  readonly simulations: Simulations | undefined;
  /** Of the last round that is done. */
  readonly estimator: Estimator | undefined;
  readonly posterior: RoundPosterior | undefined;
  /** What the next round draws from. */
  readonly proposal: RoundProposal;
}

/** One round, done. */
export interface Round<Estimator = unknown> extends RoundsSoFar<Estimator> {
  /** Number of the round, from 1. */
  readonly round: number;
  /** Of all rounds so far; `proposals` says which rows are of which, and what they were drawn from. */
  readonly simulations: Simulations & Required<Pick<Simulations, "proposals">>;
  /** Trained on them. */
  readonly estimator: Estimator;
  /** The posterior at the observation. */
  readonly posterior: RoundPosterior;
  /** What the round took, in seconds. */
  readonly seconds: { readonly proposal: number; readonly simulation: number; readonly training: number };
  /** Sentences on what is not well; empty when all is. */
  readonly diagnosis: readonly string[];
}
