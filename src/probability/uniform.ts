import { DomainError } from "../errors.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Stream } from "../numerics/random.js";
import { type Distribution, ScalarDistribution } from "./distribution.js";
import { type IndependentPrior, independent } from "./independent.js";
import type { Support } from "./support.js";

/**
 * Uniform distribution on an interval, or on a box of named parameters.
 *
 * log p(x) = -log(high - low),   low <= x <= high
 *
 * @param low - Lower end; unit of x.
 * @param high - Upper end, above `low`.
 * @returns A distribution with scalar events.
 * @throws {DomainError} When an end is not finite or `high` is not above `low`.
 * @example
 * uniform(-1, 3).logProb(0); // -1.3862943611198906
 */
export function uniform(low: number, high: number): Distribution;
/**
 * Uniform prior on a box of named parameters.
 *
 * @param ranges - Range of each parameter by name, e.g. a simulator's `parameters`.
 * @returns A prior over records of those names; the parameters are independent.
 * @throws {DomainError} When a range is not finite or empty.
 * @example
 * uniform({ slope: [-1, 0], width: [0, 2] }).logProb({ slope: -0.5, width: 1 }); // -0.6931471805599453
 */
export function uniform<const Ranges extends ParameterRanges>(ranges: Ranges): IndependentPrior<keyof Ranges & string>;
export function uniform(lowOrRanges: number | ParameterRanges, high?: number): Distribution | IndependentPrior {
  if (typeof lowOrRanges === "number") return interval(lowOrRanges, high as number, { low: "low", high: "high" });
  const marginals = Object.entries(lowOrRanges).map(([name, [from, to]]) => {
    return [name, interval(from, to, { low: `ranges.${name}[0]`, high: `ranges.${name}[1]` })] as const;
  });
  return independent(Object.fromEntries(marginals));
}

function interval(low: number, high: number, names: { readonly low: string; readonly high: string }): Distribution {
  if (!Number.isFinite(low)) throw new DomainError("uniform", names.low, low, "a finite number");
  if (!(high > low && high < Infinity)) throw new DomainError("uniform", names.high, high, `a finite number above ${low}`);
  return new Uniform(low, high);
}

class Uniform extends ScalarDistribution {
  constructor(
    readonly low: number,
    readonly high: number,
  ) {
    super();
  }

  get support(): Support {
    return { discrete: false, low: this.low, high: this.high };
  }

  get mean(): number {
    return (this.low + this.high) / 2;
  }

  get variance(): number {
    return (this.high - this.low) ** 2 / 12;
  }

  logProb(x: number): number {
    return x >= this.low && x <= this.high ? -Math.log(this.high - this.low) : -Infinity;
  }

  cdf(x: number): number {
    return Math.min(1, Math.max(0, (x - this.low) / (this.high - this.low)));
  }

  survival(x: number): number {
    return Math.min(1, Math.max(0, (this.high - x) / (this.high - this.low)));
  }

  draw(source: Stream): number {
    return this.low + (this.high - this.low) * source.uniform();
  }
}
