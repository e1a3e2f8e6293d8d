import { DomainError } from "../errors.js";
import type { Stream } from "../numerics/random.js";
import { standardNormalCdf } from "../numerics/special.js";
import { type Distribution, ScalarDistribution } from "./distribution.js";
import { POSITIVE } from "./support.js";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Log-normal distribution: log x is normal.
 *
 * log p(x) = -((log x - logMean) / logStd)^2 / 2 - log(logStd) - log(2 pi) / 2 - log x,   x > 0
 *
 * @param logMean - Mean of log x, dimensionless; exp(logMean) is the median of x.
 * @param logStd - Standard deviation of log x, positive, dimensionless. Larger skews more.
 * @returns A distribution with scalar events.
 * @throws {DomainError} When `logMean` is not finite or `logStd` is not a positive finite number.
 * @example
 * logNormal(0, 1).mean; // 1.6487212707001282
 */
export function logNormal(logMean: number, logStd: number): Distribution {
  if (!Number.isFinite(logMean)) throw new DomainError("logNormal", "logMean", logMean, "a finite number");
  if (!(logStd > 0 && logStd < Infinity)) {
    throw new DomainError("logNormal", "logStd", logStd, "a positive finite number", "pass the standard deviation of the logarithm");
  }
  return new LogNormal(logMean, logStd);
}

class LogNormal extends ScalarDistribution {
  constructor(
    readonly logMean: number,
    readonly logStd: number,
  ) {
    super();
  }

  get support() {
    return POSITIVE;
  }

  get mean(): number {
    return Math.exp(this.logMean + this.logStd ** 2 / 2);
  }

  get variance(): number {
    return Math.expm1(this.logStd ** 2) * this.mean ** 2;
  }

  logProb(x: number): number {
    if (!(x > 0)) return -Infinity;
    const logX = Math.log(x);
    const u = (logX - this.logMean) / this.logStd;
    return -0.5 * u * u - Math.log(this.logStd) - HALF_LOG_TWO_PI - logX;
  }

  cdf(x: number): number {
    return x > 0 ? standardNormalCdf((Math.log(x) - this.logMean) / this.logStd) : 0;
  }

  survival(x: number): number {
    return x > 0 ? standardNormalCdf((this.logMean - Math.log(x)) / this.logStd) : 1;
  }

  draw(source: Stream): number {
    return Math.exp(this.logMean + this.logStd * source.normal());
  }
}
