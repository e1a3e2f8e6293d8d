import { DomainError } from "../errors.js";
import type { Stream } from "../numerics/random.js";
import { type Distribution, ScalarDistribution } from "./distribution.js";
import { POSITIVE } from "./support.js";

/**
 * Exponential distribution: the waiting time to an event that comes at a constant rate.
 *
 * log p(x) = log(rate) - rate x,   x >= 0
 *
 * @param rate - Events per unit of x, positive; the mean is 1 / rate.
 * @returns A distribution with scalar events.
 * @throws {DomainError} When `rate` is not a positive finite number.
 * @example
 * exponential(2).mean; // 0.5
 */
export function exponential(rate: number): Distribution {
  if (!(rate > 0 && rate < Infinity)) throw new DomainError("exponential", "rate", rate, "a positive finite number", "pass 1 / mean");
  return new Exponential(rate);
}

class Exponential extends ScalarDistribution {
  constructor(readonly rate: number) {
    super();
  }

  get support() {
    return POSITIVE;
  }

  get mean(): number {
    return 1 / this.rate;
  }

  get variance(): number {
    return this.rate ** -2;
  }

  logProb(x: number): number {
    return x >= 0 ? Math.log(this.rate) - this.rate * x : -Infinity;
  }

  cdf(x: number): number {
    return x > 0 ? -Math.expm1(-this.rate * x) : 0;
  }

  survival(x: number): number {
    return x > 0 ? Math.exp(-this.rate * x) : 1;
  }

  draw(source: Stream): number {
    return -Math.log(source.uniform()) / this.rate;
  }
}
