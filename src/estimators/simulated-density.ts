import type { MatrixLike } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";

/** A density in x for each theta within the nodes' range, as `logLikelihood` takes it. */
export interface SimulatedDensity<Ranges extends ParameterRanges = ParameterRanges> {
  /** Range of each parameter that the simulations span; nothing is known outside. */
  readonly parameters: Ranges;
  /** Names of the observables `[L]`. */
  readonly observables: readonly string[];
  /**
   * Logarithm of the density of the summaries of x.
   *
   * @param x - Events `[N, L]`.
   * @param theta - Point within the range.
   * @returns `[N]`.
   * @throws {DomainError} When theta is outside the range or of unknown name, or x is not finite.
   */
  logProb(x: MatrixLike, theta: Theta<Ranges>): Float64Array;
}
