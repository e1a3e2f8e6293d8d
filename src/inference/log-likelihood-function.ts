import type { Matrix, MatrixLike } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";

/** A log-likelihood as inference needs it: a function of theta that knows its parameters. */
export interface LogLikelihoodFunction<Ranges extends ParameterRanges = ParameterRanges> {
  (theta: Theta<Ranges>): number;
  readonly parameters: Ranges;
  /** Values `[M]` at the rows of theta `[M, D]`; samplers use it where it is there. */
  batch?(thetas: MatrixLike): Float64Array;
  /** Values `[M]` at the rows of theta `[M, D]`, and the gradients in theta `[M, D]`; samplers that need gradients use it where it is there. */
  gradient?(thetas: Matrix): ValuesAndGradients;
}

/** A function's values at M points, with its gradients. */
export interface ValuesAndGradients {
  /** `[M]`. */
  readonly values: Float64Array;
  /** `[M, D]`. */
  readonly gradients: Matrix;
}
