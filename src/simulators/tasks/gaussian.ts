/**
 * What the two Gaussian tasks share: ten numbers, each seen with normal noise.
 *
 * @module
 */

import type { Distribution } from "../../probability/distribution.js";
import { normal } from "../../probability/normal.js";
import { numbered } from "./task.js";

/** The parameters of the Gaussian tasks, `theta1` to `theta10`. */
export type TenRanges = { readonly [Name in `theta${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}`]: readonly [low: number, high: number] };

/** Of the noise, and of the prior of gaussian_linear. The benchmark gives the number as a variance. */
export const VARIANCE = 0.1;
export const STD = Math.sqrt(VARIANCE);

/** `x1` to `x10`. */
export const OBSERVABLES = numbered("x", 10);

/** x_j is normal about theta_j. */
export const noisy = (theta: ArrayLike<number>): Distribution[] => Array.from(theta, (mean) => normal(mean, STD));

/** d log p / d theta_j = (x_j - theta_j) / 0.1. */
export const noisyScore = (theta: Float64Array, x: Float64Array): Float64Array => x.map((value, j) => (value - theta[j]!) / VARIANCE);

/** The same value for each of the ten parameters. */
export function forEachOfTen<Value>(value: Value): { readonly [Name in keyof TenRanges]: Value } {
  return Object.fromEntries(numbered("theta", 10).map((name) => [name, value])) as { readonly [Name in keyof TenRanges]: Value };
}
