/** Coefficients B_2k / (2k (2k - 1)) of Stirling's series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Logarithm of the gamma function, log Gamma(x), for x > 0; log n! is `logGamma(n + 1)`.
 *
 * @param x - Positive.
 * @returns The logarithm, with an absolute error of a few 1e-15 times max(1, its size); Infinity at 0, NaN below.
 * @source Abramowitz, Stegun 1964, 6.1.15 (recurrence) and 6.1.41 (series)
 * @example
 * logGamma(5); // log 24
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return x === 0 ? Infinity : Number.NaN;
  // Below 10 the series' 8 terms would not reach full precision: Gamma(x) = Gamma(x + n) / (x (x + 1) ... (x + n - 1)).
  let product = 1;
  let shifted = x;
  for (; shifted < 10; shifted++) product *= shifted;
  return stirling(shifted) - Math.log(product);
}

function stirling(x: number): number {
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingError(x);
}

/** log Gamma(x) minus Stirling's leading terms (x - 1/2) log x - x + log(2 pi) / 2, for x at least 10. */
function stirlingError(x: number): number {
  const inverseSquare = 1 / (x * x);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * inverseSquare + STIRLING[k]!;
  return sum / x;
}
