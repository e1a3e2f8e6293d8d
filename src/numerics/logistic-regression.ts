import type { MatrixSource } from "./cholesky.js";
import { type Matrix, rowOf, zeros } from "./matrix.js";
import { type Curvature, newtonMinimum } from "./newton.js";

/**
 * Coefficients w of the logistic model by maximum likelihood.
 *
 * maximise sum_i [ t_i log p_i + (1 - t_i) log (1 - p_i) ],   p_i = 1 / (1 + exp(-f_i . w))
 *
 * With all targets strictly between 0 and 1 the maximum is finite; with targets 0 and 1 that a plane separates it is not.
 *
 * @param source - Function and argument for messages.
 * @param features - f `[N, M]`; a column of ones gives an intercept.
 * @param targets - t `[N]`, in [0, 1].
 * @returns w `[M]`.
 * @throws {DomainError} When the features are linearly dependent.
 * @throws {NotConvergedError} When there is no finite maximum.
 * @source McCullagh, Nelder 1989, "Generalized linear models", section 4.4
 * @example
 * const ones = { rows: 4, columns: 1, values: Float64Array.of(1, 1, 1, 1) };
 * logisticRegression({ where: "f", argument: "x" }, ones, [1, 1, 1, 0]); // 1.098612...
 */
export function logisticRegression(source: MatrixSource, features: Matrix, targets: ArrayLike<number>): Float64Array {
  const at = (w: Float64Array): Curvature => {
    const here = { value: 0, gradient: new Float64Array(w.length), hessian: zeros(w.length, w.length) };
    for (let i = 0; i < features.rows; i++) {
      const row = rowOf(features, i);
      const logit = innerProduct(row, w);
      const p = 1 / (1 + Math.exp(-logit));
      // -log p = log(1 + exp(-logit)), -log(1 - p) = that + logit
      here.value += Math.log1p(Math.exp(-Math.abs(logit))) + Math.max(-logit, 0) + (1 - targets[i]!) * logit;
      addSecondOrder(here, row, { slope: p - targets[i]!, curvature: p * (1 - p) });
    }
    return here;
  };
  return newtonMinimum(source, at, new Float64Array(features.columns));
}

/** f . w */
export function innerProduct(row: Float64Array, w: Float64Array): number {
  let total = 0;
  for (let k = 0; k < w.length; k++) total += row[k]! * w[k]!;
  return total;
}

/** Adds slope f to the gradient and curvature f f^T to the lower triangle of the second derivatives. */
export function addSecondOrder(
  { gradient, hessian }: Pick<Curvature, "gradient" | "hessian">,
  row: Float64Array,
  { slope, curvature }: { readonly slope: number; readonly curvature: number },
): void {
  const size = row.length;
  for (let k = 0; k < size; k++) {
    gradient[k]! += slope * row[k]!;
    const factor = curvature * row[k]!;
    for (let l = 0; l <= k; l++) hessian.values[k * size + l]! += factor * row[l]!;
  }
}
