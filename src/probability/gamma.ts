import { DomainError } from "../errors.js";
import { logGamma } from "../numerics/log-gamma.js";
import type { Stream } from "../numerics/random.js";
import { lowerGamma, upperGamma } from "../numerics/special.js";
import { type Distribution, ScalarDistribution } from "./distribution.js";
import { POSITIVE } from "./support.js";

/**
 * Gamma distribution.
 *
 * log p(x) = shape log(rate) - log Gamma(shape) + (shape - 1) log(x) - rate x,   x > 0
 *
 * @param shape - Positive, dimensionless; for whole numbers the waiting time to that many events.
 * @param rate - Events per unit of x, positive; the mean is shape / rate.
 * @returns A distribution with scalar events.
 * @throws {DomainError} When `shape` or `rate` is not a positive finite number.
 * @example
 * gamma(3, 2).mean; // 1.5
 */
export function gamma(shape: number, rate: number): Distribution {
  if (!(shape > 0 && shape < Infinity)) throw new DomainError("gamma", "shape", shape, "a positive finite number");
  if (!(rate > 0 && rate < Infinity)) throw new DomainError("gamma", "rate", rate, "a positive finite number", "pass 1 / scale");
  return new Gamma(shape, rate);
}

class Gamma extends ScalarDistribution {
  constructor(
    readonly shape: number,
    readonly rate: number,
  ) {
    super();
  }

  get support() {
    return POSITIVE;
  }

  get mean(): number {
    return this.shape / this.rate;
  }

  get variance(): number {
    return this.shape / this.rate ** 2;
  }

  logProb(x: number): number {
    if (!(x > 0)) return -Infinity;
    return this.shape * Math.log(this.rate) - logGamma(this.shape) + (this.shape - 1) * Math.log(x) - this.rate * x;
  }

  cdf(x: number): number {
    return x > 0 ? lowerGamma(this.shape, this.rate * x) : 0;
  }

  survival(x: number): number {
    return x > 0 ? upperGamma(this.shape, this.rate * x) : 1;
  }

  draw(source: Stream): number {
    if (this.shape >= 1) return drawStandard(source, this.shape) / this.rate;
    // Gamma(shape) is Gamma(shape + 1) times U^(1 / shape).
    return (drawStandard(source, this.shape + 1) * source.uniform() ** (1 / this.shape)) / this.rate;
  }
}

/** Rate 1, shape at least 1. Marsaglia, Tsang 2000, ACM Transactions on Mathematical Software 26, 363: squeeze-free form. */
function drawStandard(source: Stream, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const u = source.normal();
    const v = (1 + c * u) ** 3;
    if (v > 0 && Math.log(source.uniform()) < 0.5 * u * u + d - d * v + d * Math.log(v)) return d * v;
  }
}
