import { DomainError } from "../errors.js";
import type { Stream } from "../numerics/random.js";
import { type Distribution, ScalarDistribution } from "./distribution.js";
import { BINARY } from "./support.js";

/**
 * Bernoulli distribution: 1 with probability p, else 0.
 *
 * log p(1) = log(p),   log p(0) = log(1 - p)
 *
 * @param probability - Of drawing 1, in [0, 1].
 * @returns A distribution over 0 and 1.
 * @throws {DomainError} When `probability` is outside [0, 1].
 * @example
 * bernoulli(0.25).logProb(1); // -1.3862943611198906
 */
export function bernoulli(probability: number): Distribution {
  if (!(probability >= 0 && probability <= 1)) throw new DomainError("bernoulli", "probability", probability, "a number in [0, 1]");
  return new Bernoulli(probability);
}

class Bernoulli extends ScalarDistribution {
  constructor(readonly probability: number) {
    super();
  }

  get support() {
    return BINARY;
  }

  get mean(): number {
    return this.probability;
  }

  get variance(): number {
    return this.probability * (1 - this.probability);
  }

  logProb(x: number): number {
    if (x === 1) return Math.log(this.probability);
    return x === 0 ? Math.log1p(-this.probability) : -Infinity;
  }

  draw(source: Stream): number {
    return source.uniform() < this.probability ? 1 : 0;
  }
}
