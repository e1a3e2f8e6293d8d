/**
 * Special functions of statistics: the regularised integrals of the gamma function, and what follows from them.
 *
 * @module
 * @source Abramowitz and Stegun 1964, equations 6.5.29 (series) and 6.5.31 (continued fraction)
 */
import { NotConvergedError } from "../errors.js";
import { logGamma } from "./log-gamma.js";
import { findRoot } from "./roots.js";

const MAX_TERMS = 100_000;

/** P(a, x) = (1 / Gamma(a)) int_0^x t^(a-1) e^-t dt for a > 0, x >= 0: the lower tail of a gamma variable. */
export function lowerGamma(a: number, x: number): number {
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** Q(a, x) = 1 - P(a, x), without cancellation in the upper tail. */
export function upperGamma(a: number, x: number): number {
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

/** The error function, (2 / sqrt(pi)) int_0^x e^(-t^2) dt. */
export function erf(x: number): number {
  return Number.isNaN(x) ? x : Math.sign(x) * lowerGamma(0.5, x * x);
}

/** 1 - erf(x), without cancellation for large x. */
export function erfc(x: number): number {
  return x < 0 ? 1 + lowerGamma(0.5, x * x) : upperGamma(0.5, x * x);
}

/** Probability that a standard normal variable lies below x. */
export function standardNormalCdf(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/** Probability that a chi-square variable with that many degrees of freedom lies below q. */
export function chiSquareCdf(q: number, degreesOfFreedom: number): number {
  return q <= 0 ? 0 : lowerGamma(degreesOfFreedom / 2, q / 2);
}

/**
 * The q below which a chi-square variable falls with probability p.
 *
 * @param p - Probability in [0, 1].
 * @param degreesOfFreedom - Positive number.
 * @returns q to about 14 digits; 0 at p = 0, Infinity at 1, NaN outside.
 * @example
 * chiSquareQuantile(0.6827, 2); // 2.2958
 */
export function chiSquareQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? 0 : p === 1 ? Infinity : Number.NaN;
  const a = degreesOfFreedom / 2;
  // The upper tail is compared for p > 1/2, where 1 - p is exact, so that q keeps its digits up to p = 1 - 1e-16.
  const excess = (logX: number) => (p > 0.5 ? 1 - p - upperGamma(a, Math.exp(logX)) : lowerGamma(a, Math.exp(logX)) - p);
  // P(a, x) <= x^a / Gamma(a + 1), so the root lies at or above the x where that bound equals p.
  const low = (Math.log(p) + logGamma(a + 1)) / a;
  let high = Math.max(low, Math.log(a)) + 1;
  while (excess(high) < 0) high++;
  return 2 * Math.exp(findRoot(excess, [low - 1e-9, high], { tolerance: 1e-15 }));
}

/** x^a e^-x / Gamma(a), through logarithms against overflow. */
function gammaFactor(a: number, x: number): number {
  return Math.exp(a * Math.log(x) - x - logGamma(a));
}

function lowerSeries(a: number, x: number): number {
  if (x <= 0) return 0;
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_TERMS; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * Number.EPSILON) return sum * gammaFactor(a, x);
  }
  throw new NotConvergedError("lowerGamma", `the series did not converge at a = ${a}, x = ${x}`, sum * gammaFactor(a, x));
}

/** Lentz's evaluation of the continued fraction 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)); every denominator is positive for x >= a + 1. */
function upperFraction(a: number, x: number): number {
  if (x === Infinity) return 0;
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < MAX_TERMS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 2 * Number.EPSILON) return value * gammaFactor(a, x);
  }
  throw new NotConvergedError("upperGamma", `the continued fraction did not converge at a = ${a}, x = ${x}`, value * gammaFactor(a, x));
}
