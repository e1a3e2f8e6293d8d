/** Sum of `[N]` with Neumaier's compensation: the rounding error does not grow with N. -Infinity stays -Infinity. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  // With an infinite term the compensation is NaN.
  return Number.isFinite(total) ? total + lost : total;
}

/** Inner product of `[N]` and `[N]`, compensated; a weight of zero hides an infinite value. */
export function weightedSum(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  return sum(Float64Array.from(values, (value, i) => (weights[i] === 0 ? 0 : value * weights[i]!)));
}

/** log sum exp(values) of `[N]` without overflow; -Infinity for no values or only -Infinity. */
export function logSumExp(values: ArrayLike<number>): number {
  const largest = maximum(values);
  return Number.isFinite(largest) ? largest + Math.log(sum(Float64Array.from(values, (value) => Math.exp(value - largest)))) : largest;
}

/** Largest of `[N]`; -Infinity for none. */
export function maximum(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  return largest;
}

/** Running sums `[N]`: element i is the sum of the first i + 1 values. */
export function cumulativeSum(values: ArrayLike<number>): Float64Array {
  let total = 0;
  return Float64Array.from(values, (value) => {
    total += value;
    return total;
  });
}
