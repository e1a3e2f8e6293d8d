import type { Matrix } from "../../numerics/matrix.js";
import type { Key } from "../../numerics/random.js";
import type { Target } from "../posterior/target.js";

/** A way to draw from a posterior, as `slice()`, `nuts()` and the others make it. */
export interface Sampler {
  /** Its name, for progress and diagnosis. */
  readonly name: string;
  /** A run that can be left at any time with what it has. @internal */
  start(target: Target, settings: SamplerSettings): SamplerRun;
}

/** What a run is to do. */
export interface SamplerSettings {
  /** Number of draws wanted. */
  readonly n: number;
  readonly key: Key;
  /** Tells how far it is, from 0 to 1. */
  readonly progress: (part: number) => void;
}

/** A run of a sampler. */
export interface SamplerRun {
  /** Goes on to the end; leaves by `Stopped` when the budget is used up. */
  run(): Promise<void>;
  /** What there is by now; may be asked after `run` was left. */
  outcome(): Outcome;
}

/** Draws of a sampler, with what is known of their quality. */
export interface Outcome {
  /** Draws in theta `[M, D]`. */
  readonly theta: Matrix;
  /** log L + log p `[M]`. */
  readonly logProb: Float64Array;
  readonly chains: number;
  /** Of each parameter `[D]`; undefined where draws are independent or too few to tell. */
  readonly rHat?: Float64Array | undefined;
  /** Of each parameter `[D]`. */
  readonly ess: Float64Array;
  readonly essTail?: Float64Array | undefined;
  readonly logEvidence?: number | undefined;
  readonly logEvidenceError?: number | undefined;
  /** What is not well. */
  readonly notes: readonly string[];
}
