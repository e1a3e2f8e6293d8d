/** Numerical references for tests, written for clarity and not for speed. */

interface Law {
  logProb(x: number): number;
}

/** Integral of f from low to high by the tanh-sinh rule, which copes with a singularity at either end. */
export function integrate(f: (x: number) => number, low: number, high: number, steps = 4000): number {
  const width = high - low;
  // Each half is measured from its own end, so that points beside a singular end keep their digits.
  const place = (s: number) => (s < 0 ? low + width / (1 + Math.exp(-2 * s)) : high - width / (1 + Math.exp(2 * s)));
  let sum = 0;
  for (let i = -steps; i <= steps; i++) {
    const t = (4 * i) / steps;
    const s = (Math.PI / 2) * Math.sinh(t);
    const weight = ((Math.PI / 2) * Math.cosh(t)) / Math.cosh(s) ** 2;
    if (weight > 0) sum += weight * f(place(s));
  }
  return (sum * (width / 2) * 4) / steps;
}

/** Largest distance of the draws' distribution function from the law's, which is integrated from `low` between neighbouring draws. */
export function kolmogorovSmirnov(draws: Float64Array, law: Law, low: number): number {
  const sorted = Float64Array.from(draws).sort();
  let below = integrate((x) => Math.exp(law.logProb(x)), low, sorted[0]!);
  let distance = below;
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0) below += simpson(law, sorted[i - 1]!, sorted[i]!);
    distance = Math.max(distance, (i + 1) / sorted.length - below, below - i / sorted.length);
  }
  return distance;
}

function simpson(law: Law, from: number, to: number): number {
  const p = (x: number) => Math.exp(law.logProb(x));
  return ((p(from) + 4 * p((from + to) / 2) + p(to)) * (to - from)) / 6;
}

/** Mean and its standard error. */
export function meanAndError(values: ArrayLike<number>): { readonly mean: number; readonly se: number } {
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const variance = list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (list.length - 1);
  return { mean, se: Math.sqrt(variance / list.length) };
}

/** Largest distance of two empirical distribution functions. */
export function twoSampleDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [left, right] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  let [i, j, distance] = [0, 0, 0];
  while (i < left.length && j < right.length) {
    const value = Math.min(left[i]!, right[j]!);
    while (left[i]! <= value) i++;
    while (right[j]! <= value) j++;
    distance = Math.max(distance, Math.abs(i / left.length - j / right.length));
  }
  return distance;
}
