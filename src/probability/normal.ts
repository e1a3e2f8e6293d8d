import { DomainError } from "../errors.js";
import type { Stream } from "../numerics/random.js";
import { standardNormalCdf } from "../numerics/special.js";
import { type Distribution, ScalarDistribution } from "./distribution.js";
import { REAL_LINE } from "./support.js";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Normal distribution on the real line.
 *
 * log p(x) = -((x - mean) / std)^2 / 2 - log(std) - log(2 pi) / 2
 *
 * @param mean - Location; unit of x.
 * @param std - Standard deviation, positive; unit of x. Larger spreads the draws.
 * @returns A distribution with scalar events.
 * @throws {DomainError} When `mean` is not finite or `std` is not a positive finite number.
 * @example
 * normal(0, 2).logProb(1); // -1.7370857137646...
 */
export function normal(mean: number, std: number): Distribution {
  if (!Number.isFinite(mean)) throw new DomainError("normal", "mean", mean, "a finite number");
  if (!(std > 0 && std < Infinity)) {
    throw new DomainError(
      "normal",
      "std",
      std,
      "a positive finite number",
      "pass the standard deviation, not the variance or its logarithm",
    );
  }
  return new Normal(mean, std);
}

class Normal extends ScalarDistribution {
  constructor(
    readonly mean: number,
    readonly std: number,
  ) {
    super();
  }

  get support() {
    return REAL_LINE;
  }

  get variance(): number {
    return this.std ** 2;
  }

  logProb(x: number): number {
    const u = (x - this.mean) / this.std;
    return -0.5 * u * u - Math.log(this.std) - HALF_LOG_TWO_PI;
  }

  cdf(x: number): number {
    return standardNormalCdf((x - this.mean) / this.std);
  }

  survival(x: number): number {
    return standardNormalCdf((this.mean - x) / this.std);
  }

  draw(source: Stream): number {
    return this.mean + this.std * source.normal();
  }
}
