/** Quantile of a sample `[N]`: linear between the order statistics, the smallest at p = 0 and the largest at 1 (Hyndman, Fan 1996, type 7). */
export function quantileOf(values: Float64Array, p: number): number {
  return quantileOfSorted(values.slice().sort(), p);
}

/** As `quantileOf`, of a rising sample. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/** Mean and standard deviation (divisor N) of a sample `[N]`. */
export function momentsOf(values: Float64Array): { readonly mean: number; readonly std: number } {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}
