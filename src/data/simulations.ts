import type { Matrix } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Failures } from "./failures.js";

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
}
