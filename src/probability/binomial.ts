import { DomainError } from "../errors.js";
import { logGamma } from "../numerics/log-gamma.js";
import type { Stream } from "../numerics/random.js";
import { type Distribution, ScalarDistribution } from "./distribution.js";
import type { Support } from "./support.js";

/**
 * Binomial distribution: how many of n independent trials succeed, each with probability p.
 *
 * log p(k) = log n! - log k! - log (n - k)! + k log p + (n - k) log(1 - p),   k = 0, ..., n
 *
 * @param trials - Number of trials n, a whole number.
 * @param probability - Of success in a trial, p in [0, 1].
 * @returns A distribution over 0, ..., n; a draw takes a time that does not grow with n.
 * @throws {DomainError} When `trials` is not a whole number or `probability` is outside [0, 1].
 * @example
 * binomial(4, 0.5).logProb(2); // -0.98082925301
 */
export function binomial(trials: number, probability: number): Distribution {
  if (!(Number.isSafeInteger(trials) && trials >= 0)) throw new DomainError("binomial", "trials", trials, "a whole number");
  if (!(probability >= 0 && probability <= 1)) throw new DomainError("binomial", "probability", probability, "a number in [0, 1]");
  return new Binomial(trials, probability);
}

class Binomial extends ScalarDistribution {
  constructor(
    readonly trials: number,
    readonly probability: number,
  ) {
    super();
  }

  get support(): Support {
    return { discrete: true, low: 0, high: this.trials };
  }

  get mean(): number {
    return this.trials * this.probability;
  }

  get variance(): number {
    return this.trials * this.probability * (1 - this.probability);
  }

  logProb(x: number): number {
    const { trials, probability } = this;
    if (!(x >= 0 && x <= trials && Number.isInteger(x))) return -Infinity;
    // 0 log 0 = 0: what never happens does not happen with certainty.
    const successes = x === 0 ? 0 : x * Math.log(probability);
    const failures = x === trials ? 0 : (trials - x) * Math.log1p(-probability);
    return logChoose(trials, x) + successes + failures;
  }

  draw(source: Stream): number {
    const { trials, probability } = this;
    if (probability > 0.5) return trials - new Binomial(trials, 1 - probability).drawRare(source);
    return this.drawRare(source);
  }

  /** For p of at most 1/2. */
  private drawRare(source: Stream): number {
    return this.mean < 10 ? drawByInversion(source, this) : drawByRejection(source, this);
  }
}

/** log of n! / (k! (n - k)!). */
function logChoose(n: number, k: number): number {
  // logGamma(1) is zero but for rounding, and a certain value has probability one exactly.
  return k === 0 || k === n ? 0 : logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/** For a mean below 10 and p of at most 1/2, where (1 - p)^n is at least 2^-20. */
function drawByInversion(source: Stream, { trials, probability }: Binomial): number {
  let left = source.uniform();
  const odds = probability / (1 - probability);
  let term = Math.exp(trials * Math.log1p(-probability));
  for (let k = 0; k < trials; k++) {
    left -= term;
    // Past the mean a term below 1e-17 can no longer be told from rounding of the sum.
    if (left < 0 || (k > 10 && term < 1e-17)) return k;
    term *= (odds * (trials - k)) / (k + 1);
  }
  return trials;
}

/** Transformed rejection BTRS of Hörmann 1993, J. Statist. Comput. Simul. 46, 101, without its squeeze; for a mean of at least 10 and p of at most 1/2. */
function drawByRejection(source: Stream, law: Binomial): number {
  const { trials, probability, mean } = law;
  const std = Math.sqrt(law.variance);
  const b = 1.15 + 2.53 * std;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const alpha = (2.83 + 5.1 / b) * std;
  const atMode = law.logProb(Math.floor((trials + 1) * probability));
  for (;;) {
    const u = source.uniform() - 0.5;
    const v = source.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.5);
    if (k < 0 || k > trials) continue;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= law.logProb(k) - atMode) return k;
  }
}
