import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import type { Key } from "../numerics/random.js";
import type { Distribution } from "../probability/distribution.js";
import type { Trace } from "./trace.js";

/** Draws from a distribution under a name. A name may come again: the address of a draw is its name and occurrence, `"left#3"`. */
export type Sample = (name: string, distribution: Distribution) => number;

/** What a simulator does for one event: parameters in, observables `[L]` out; every random number comes from `sample`. */
export type Run<Ranges extends ParameterRanges> = (theta: Theta<Ranges>, sample: Sample) => ArrayLike<number>;

/** Where worker threads find a simulator: a module's export, or with `args` what the exported function returns for them. */
export interface SimulatorSource {
  /** Address of a module that a worker can import, usually `import.meta.url`. */
  readonly module: string;
  /** Name of the export. */
  readonly name: string;
  /** Arguments that can be sent to a thread; without them the export is the simulator itself. */
  readonly args?: readonly unknown[];
}

/** What a simulator is called, takes and gives. */
export interface SimulatorOptions<Ranges extends ParameterRanges = ParameterRanges> {
  /** Name, for messages and files. */
  readonly name: string;
  /** Range of each parameter, `[low, high]`, infinite where there is no end; their order is the order of theta's columns. */
  readonly parameters: Ranges;
  /** Name of each observable; their order is the order of x's columns. */
  readonly observables: readonly string[];
  /** Where workers find the simulator; without it, it runs in the calling thread alone. */
  readonly source?: SimulatorSource;
  /** The gradient in theta of log p(x, z given theta) on a trace, where the author knows it; default a checked numerical difference. */
  score?(theta: Theta<Ranges>, trace: Trace): Theta<Ranges>;
}

/** One simulated event. */
export interface Draw {
  /** What was observed `[L]`. */
  readonly x: Float64Array;
  /** What was drawn. */
  readonly trace: Trace;
}

/** A simulator: a function that draws through `sample`, with names for what goes in and comes out. */
export interface Simulator<Ranges extends ParameterRanges = ParameterRanges> extends SimulatorOptions<Ranges> {
  /** The function itself. */
  run(theta: Theta<Ranges>, sample: Sample): ArrayLike<number>;
  /**
   * Simulates one event and keeps its trace. Event i of `simulate` and `mine` with a seed is `draw(theta, fold(key(seed), i))`.
   *
   * @param theta - Parameters, within their ranges.
   * @param key - Which event.
   * @returns The observation `[L]` and the trace.
   * @throws {DomainError} When theta is outside its ranges or x is not L finite numbers.
   */
  draw(theta: Theta<Ranges>, key: Key): Draw;
  /**
   * Logarithm of the joint density log p(x, z given theta) of a trace at any parameters.
   *
   * @param theta - Parameters, within their ranges.
   * @param trace - From `draw`.
   * @returns The sum of the draws' log-probabilities.
   * @throws {MissingGoldError} When the simulator does not repeat the trace at theta.
   */
  logProb(theta: Theta<Ranges>, trace: Trace): number;
}
