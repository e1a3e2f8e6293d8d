import { DomainError } from "../../errors.js";
import { standardNormalQuantile } from "../../numerics/normal-quantile.js";
import type { Stream } from "../../numerics/random.js";
import { standardNormalCdf } from "../../numerics/special.js";

/** A normal distribution on an interval: of a parameter with a uniform prior that is seen with normal noise. */
export interface BoxedNormal {
  /** Logarithm of the normal's probability of the interval. */
  readonly logMass: number;
  /** One draw from the normal within the interval, by inversion. */
  draw(source: Stream): number;
}

/**
 * The normal of that mean and std on [low, high].
 *
 * @throws {DomainError} When the interval is so far from the mean (37 std) that its probability is not a number that can be divided by.
 */
export function boxedNormal(mean: number, std: number, { low, high }: { readonly low: number; readonly high: number }): BoxedNormal {
  // The side on which the interval has the larger part is turned to the left, where the normal's distribution function keeps its digits.
  const sign = mean > (low + high) / 2 ? 1 : -1;
  const [from, to] = [low, high].map((end) => (sign * (end - mean)) / std).sort((a, b) => a - b) as [number, number];
  const below = standardNormalCdf(from);
  const mass = standardNormalCdf(to) - below;
  if (!(mass > 1e-300)) {
    const expected = `within 37 standard deviations, ${std} each, of the prior's range [${low}, ${high}]`;
    throw new DomainError("exactPosterior", "an element of x", mean, expected, "the prior cannot have given it: check the observation");
  }
  const draw = (source: Stream) => {
    const z = standardNormalQuantile(below + source.uniform() * mass);
    return Math.min(high, Math.max(low, mean + sign * std * z));
  };
  return { logMass: Math.log(mass), draw };
}
