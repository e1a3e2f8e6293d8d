import type { Stream } from "../../numerics/random.js";
import { logSumExp } from "../../numerics/sums.js";

/** Weights `[N]` that add up to one, from their logarithms up to a constant. */
export function normalisedWeights(logWeights: Float64Array): Float64Array {
  const total = logSumExp(logWeights);
  return logWeights.map((value) => Math.exp(value - total));
}

/** Kish's effective number of weighted points, ( sum w )^2 / sum w^2; 0 where no weight is above zero. */
export function weightSize(logWeights: Float64Array): number {
  const total = logSumExp(logWeights);
  if (total === -Infinity) return 0;
  return 1 / logWeights.reduce((sum, value) => sum + Math.exp(value - total) ** 2, 0);
}

/**
 * Rows drawn by weight with one random number: row i comes floor or ceil of n w_i times. In a random order.
 *
 * @source Kitagawa 1996, "Monte Carlo filter and smoother", appendix
 */
export function resampled(weights: Float64Array, n: number, source: Stream): Uint32Array {
  const rows = new Uint32Array(n);
  const offset = source.uniform();
  let below = weights[0]!;
  for (let k = 0, i = 0; k < n; k++) {
    while ((k + offset) / n > below && i < weights.length - 1) below += weights[++i]!;
    rows[k] = i;
  }
  for (let i = n - 1; i > 0; i--) {
    const j = source.integer(i + 1);
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  }
  return rows;
}
