import { type Key, type Stream, stream } from "../numerics/random.js";
import type { Support } from "./support.js";

/**
 * A probability distribution of one number. It promises that
 * 1. exp(logProb) integrates (discrete: sums) to one over the support and logProb is -Infinity outside;
 * 2. `draw` and `sample` follow logProb, and `sample(key, n)` is n times `draw(stream(key))`;
 * 3. the support says where logProb may be finite, whatever the parameters that do not move it;
 * 4. `cdf`, where there is one, is the integral of exp(logProb).
 */
export interface Distribution {
  readonly support: Support;
  /** Expectation, in the unit of x. */
  readonly mean: number;
  /** Variance, in the unit of x squared. */
  readonly variance: number;
  /** Logarithm of the density (discrete: of the probability) at x. */
  logProb(x: number): number;
  /** Probability of a value up to x, where there is a closed form. */
  cdf?(x: number): number;
  /** 1 - cdf(x), without cancellation where it is small; goes with `cdf`. */
  survival?(x: number): number;
  /** n independent draws `[n]`; the same key gives the same draws. */
  sample(key: Key, n: number): Float64Array;
  /** One draw from a stream, for code that draws in turn from many distributions. */
  draw(source: Stream): number;
}

/** What the distributions share. Classes, since `sample` in a simulator makes one for each draw: a closure for each method costs ten times as much. */
export abstract class ScalarDistribution implements Distribution {
  abstract readonly support: Support;
  abstract readonly mean: number;
  abstract readonly variance: number;
  abstract logProb(x: number): number;
  abstract draw(source: Stream): number;

  sample(key: Key, n: number): Float64Array {
    const source = stream(key);
    return new Float64Array(n).map(() => this.draw(source));
  }
}
