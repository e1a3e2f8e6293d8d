import { logGamma } from "../numerics/log-gamma.js";

/** Counts between which the number of values at or below each point lies, both ends included `[K]`. */
export interface CountLimits {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/**
 * Probability that, of n independent uniform values, the numbers at or below all of the points lie within limits together; exact.
 *
 * The numbers in the cells between the points are independent Poisson variables given that they add up to n: with Q_i(k) the probability that the
 * first i numbers were within limits and the i-th is k, Q_i(k) = sum_j Q_(i-1)(j) Poisson(k - j; n (z_i - z_(i-1))).
 *
 * @param n - How many values.
 * @param z - Points, rising within (0, 1) `[K]`.
 * @param limits - See `CountLimits`.
 * @source Moscovich, Nadler 2017, Statistics and Probability Letters 123, 177, eqs. 3 and 4 (with their Poisson propagation, without the FFT)
 */
export function insideProbability(n: number, z: ArrayLike<number>, { low, high }: CountLimits): number {
  let state: Reached = { from: 0, weights: Float64Array.of(1) };
  let last = 0;
  const poisson = poissonTable();
  for (let i = 0; i < z.length; i++) {
    if (high[i]! < low[i]!) return 0;
    state = moved(state, { low: low[i]!, high: high[i]! }, poisson(n * (z[i]! - last), high[i]! - state.from + 1));
    last = z[i]!;
  }
  const whole = moved(state, { low: n, high: n }, poisson(n * (1 - last), n - state.from + 1)).weights[0]!;
  return Math.min(1, whole / Math.exp(logPoisson(n, n)));
}

/** Weights of the numbers from `from` on. */
interface Reached {
  readonly from: number;
  readonly weights: Float64Array;
}

function moved({ from, weights }: Reached, { low, high }: { low: number; high: number }, poisson: Float64Array): Reached {
  const result = new Float64Array(high - low + 1);
  for (let j = 0; j < weights.length; j++) {
    const weight = weights[j]!;
    if (weight === 0) continue;
    const at = from + j;
    for (let k = Math.max(low, at); k <= high; k++) result[k - low]! += weight * poisson[k - at]!;
  }
  return { from: low, weights: result };
}

/** Poisson probabilities of 0, ..., count - 1; those of equal means are computed once. */
function poissonTable(): (mean: number, count: number) => Float64Array {
  const known = new Map<string, Float64Array>();
  return (mean, count) => {
    const name = mean.toPrecision(12);
    const found = known.get(name);
    if (found && found.length >= count) return found;
    const made = new Float64Array(count);
    // Upwards from e^-mean, which stands above the smallest number while the mean is below 700; beyond, by logarithms.
    for (let k = 0; k < count; k++) made[k] = k > 0 && mean < 700 ? (made[k - 1]! * mean) / k : Math.exp(logPoisson(k, mean));
    known.set(name, made);
    return made;
  };
}

function logPoisson(k: number, mean: number): number {
  return k * Math.log(mean) - mean - logGamma(k + 1);
}
