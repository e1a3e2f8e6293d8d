import { DomainError, ShapeError } from "../errors.js";
import type { Stream } from "../numerics/random.js";
import { type Distribution, ScalarDistribution } from "./distribution.js";
import type { Support } from "./support.js";

/**
 * Categorical distribution over 0, ..., K - 1.
 *
 * log p(k) = log(probabilities[k])
 *
 * @param probabilities - One for each category `[K]`, none negative, summing to one within 1e-9.
 * @returns A distribution over the numbers of the categories.
 * @throws {ShapeError} When there is no category.
 * @throws {DomainError} When a probability is negative or NaN, or the sum is not one.
 * @example
 * categorical([0.2, 0.3, 0.5]).logProb(2); // -0.6931471805599453
 */
export function categorical(probabilities: readonly number[]): Distribution {
  if (probabilities.length === 0) throw new ShapeError("categorical", "probabilities", "[0]", "[K] with K at least 1");
  const bad = probabilities.findIndex((probability) => !(probability >= 0));
  if (bad >= 0) throw new DomainError("categorical", `probabilities[${bad}]`, probabilities[bad], "a number in [0, 1]");
  const total = probabilities.reduce((sum, probability) => sum + probability, 0);
  if (!(Math.abs(total - 1) <= 1e-9)) {
    throw new DomainError("categorical", "the sum of probabilities", total, "1 within 1e-9", "divide each by the sum");
  }
  return new Categorical(probabilities, { discrete: true, low: 0, high: probabilities.length - 1 });
}

class Categorical extends ScalarDistribution {
  constructor(
    readonly probabilities: readonly number[],
    readonly support: Support,
  ) {
    super();
  }

  get mean(): number {
    return this.probabilities.reduce((sum, probability, k) => sum + k * probability, 0);
  }

  get variance(): number {
    const { mean } = this;
    return this.probabilities.reduce((sum, probability, k) => sum + (k - mean) ** 2 * probability, 0);
  }

  logProb(x: number): number {
    return Math.log(this.probabilities[x] ?? 0);
  }

  draw(source: Stream): number {
    let left = source.uniform();
    for (let k = 0; k < this.probabilities.length; k++) {
      left -= this.probabilities[k]!;
      if (left < 0) return k;
    }
    // The sum may fall short of one by rounding: the remainder goes to the last category that can occur.
    return this.probabilities.findLastIndex((probability) => probability > 0);
  }
}
