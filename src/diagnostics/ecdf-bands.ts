import { DomainError } from "../errors.js";
import { logGamma } from "../numerics/log-gamma.js";
import { cumulativeSum } from "../numerics/sums.js";
import { insideProbability } from "./ecdf-bands-crossing.js";

/** An empirical distribution function against the uniform one, plain numbers to draw. */
export interface EcdfBand {
  /** Points in (0, 1), rising `[K]`. */
  readonly z: Float64Array;
  /** Part of the values at or below z, less z `[K]`. */
  readonly difference: Float64Array;
  /** The band's lower end, as a difference `[K]`. */
  readonly low: Float64Array;
  /** The band's upper end, as a difference `[K]`. */
  readonly high: Float64Array;
}

/** The band of a number of values. */
export interface Band {
  /** Fewest values at or below each point within the band `[K]`. */
  readonly fewest: Float64Array;
  /** Most of them `[K]`. */
  readonly most: Float64Array;
  /** The level at each point alone, adjusted so that all points together have the one that was asked for. */
  readonly pointwise: number;
}

/** Halvings of the adjusted level's logarithm; more would not change which counts are inside. */
const HALVINGS = 30;
/** Equal tails stay equal when they come from different sums. */
const ROUNDING = 1e-9;

/**
 * Simultaneous band of an empirical distribution function: of n independent uniform values, the numbers at or below all the points lie within it
 * together with probability 1 - alpha at least, and only just.
 *
 * At each point the count is binomial, and the band holds those whose smaller tail, doubled, is above a level that is the same everywhere; that
 * level is found from the exact probability that all counts are inside. Take the points as coarse as the picture needs: the time grows with their
 * number and with n.
 *
 * @param n - How many values.
 * @param z - Points, rising within (0, 1) `[K]`.
 * @param options - `alpha`: probability of leaving the band anywhere.
 * @returns Counts inside, and the level at each point alone.
 * @throws {DomainError} When n is no whole number from 1, the points do not rise within (0, 1), or alpha is not in (0, 1).
 * @source Sailynoja, Burkner, Vehtari 2022, arXiv:2103.10522, section 2.2
 * @example
 * ecdfBand(100, [0.5], { alpha: 0.05 }).fewest; // 40
 */
export function ecdfBand(n: number, z: ArrayLike<number>, { alpha }: { readonly alpha: number }): Band {
  assertPoints(n, z);
  if (!(alpha > 0 && alpha < 1)) throw new DomainError("ecdfBand", "alpha", alpha, "a number between 0 and 1", "take 0.01");
  const tails = tailsOf(n, z);
  let [low, high] = [Math.log(alpha / (2 * z.length)) - 1, Math.log(alpha)];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (insideProbability(n, z, limitsAt(tails, Math.exp(middle))) >= 1 - alpha) low = middle;
    else high = middle;
  }
  const { low: fewest, high: most } = limitsAt(tails, Math.exp(low));
  return { fewest, most, pointwise: Math.exp(low) };
}

/**
 * Probability that uniform values leave the band that just holds these counts: the exact p-value of the furthest of all points together.
 *
 * @param n - How many values.
 * @param z - Points, rising within (0, 1) `[K]`.
 * @param counts - Number of values at or below each point `[K]`.
 * @returns In (0, 1].
 * @throws {DomainError} When n is no whole number from 1, or the points do not rise within (0, 1), or a count is none in 0, ..., n.
 * @example
 * ecdfPValue(100, [0.5], [39]); // 0.0352
 */
export function ecdfPValue(n: number, z: ArrayLike<number>, counts: ArrayLike<number>): number {
  assertPoints(n, z);
  const tails = tailsOf(n, z);
  const tailAt = (tail: Float64Array, i: number) => {
    const value = tail[counts[i]!];
    if (value === undefined) throw new DomainError("ecdfPValue", `counts[${i}]`, counts[i], `a whole number from 0 to ${n}`);
    return value;
  };
  const least = tails.reduce((smallest, tail, i) => Math.min(smallest, tailAt(tail, i)), 1);
  return Math.max(Number.MIN_VALUE, 1 - insideProbability(n, z, limitsAt(tails, least * (1 + ROUNDING))));
}

/** The smaller of P(count <= k) and P(count >= k), doubled, for k = 0, ..., n at each point. */
function tailsOf(n: number, z: ArrayLike<number>): Float64Array[] {
  const choose = Float64Array.from({ length: n + 1 }, (_, k) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1));
  return Array.from(z, (point) => {
    const [logP, logQ] = [Math.log(point), Math.log1p(-point)];
    const probability = choose.map((log, k) => Math.exp(log + k * logP + (n - k) * logQ));
    const [below, above] = [cumulativeSum(probability), cumulativeSum(probability.toReversed()).reverse()];
    return below.map((lower, k) => Math.min(1, 2 * Math.min(lower, above[k]!)));
  });
}

/** The counts whose doubled tail is above a level. */
function limitsAt(tails: readonly Float64Array[], level: number): { readonly low: Float64Array; readonly high: Float64Array } {
  return {
    low: Float64Array.from(tails, (tail) => tail.findIndex((value) => value > level)),
    high: Float64Array.from(tails, (tail) => tail.findLastIndex((value) => value > level)),
  };
}

function assertPoints(n: number, z: ArrayLike<number>): void {
  if (!(Number.isSafeInteger(n) && n >= 1)) throw new DomainError("ecdfBand", "n", n, "a whole number from 1");
  for (let i = 0; i < z.length; i++) {
    if (z[i]! > (z[i - 1] ?? 0) && z[i]! < 1) continue;
    throw new DomainError("ecdfBand", `z[${i}]`, z[i], "a number above the one before, within (0, 1)");
  }
}
