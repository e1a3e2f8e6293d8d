/** The most and the fewest of the largest weights that the tail is fitted to. */
const FEWEST_TAIL = 5;
/** Weight of the prior on the shape, in draws, and where it stands: it steadies short tails. */
const PRIOR_DRAWS = 10;
const PRIOR_SHAPE = 0.5;

/**
 * Shape k of the tail of importance weights, by a generalised Pareto distribution fitted to the largest.
 *
 * Below 0.5 the weights have a variance; up to 0.7 averages over them still come right; above, the proposal misses part of the posterior.
 *
 * @param logWeights - `[N]`, up to a constant; -Infinity for none.
 * @returns k, or undefined where fewer than 5 weights make a tail, or they are all the same.
 * @source Vehtari, Simpson, Gelman, Yao, Gabry 2024 (arXiv 1507.02646), section 3; Zhang, Stephens 2009
 * @example
 * paretoShape(uniforms(key(1), 4000).map((u) => -0.3 * Math.log(u))); // about 0.3: w = u^-0.3
 */
export function paretoShape(logWeights: Float64Array): number | undefined {
  const sorted = logWeights.filter((value) => value > -Infinity).sort();
  const n = sorted.length;
  const tail = Math.min(Math.floor(0.2 * n), Math.ceil(3 * Math.sqrt(n)));
  if (tail < FEWEST_TAIL) return undefined;
  const top = sorted[n - 1]!;
  const cut = Math.exp(sorted[n - tail - 1]! - top);
  const excess = Float64Array.from(sorted.subarray(n - tail), (value) => Math.exp(value - top) - cut);
  return excess[tail - 1]! > 0 ? generalisedParetoShape(excess) : undefined;
}

/** Zhang and Stephens' average over the likelihood profiled in the scale, with x rising. */
function generalisedParetoShape(x: Float64Array): number {
  const n = x.length;
  const points = 30 + Math.floor(Math.sqrt(n));
  const quartile = Math.max(x[Math.floor(n / 4 + 0.5) - 1]!, Number.MIN_VALUE);
  const inverseScales = Float64Array.from(
    { length: points },
    (_, j) => 1 / x[n - 1]! + (1 - Math.sqrt(points / (j + 0.5))) / (3 * quartile),
  );
  const shapeAt = (b: number) => x.reduce((total, value) => total + Math.log1p(-b * value), 0) / n;
  const profile = inverseScales.map((b) => n * (Math.log(-b / shapeAt(b)) - shapeAt(b) - 1));
  const largest = Math.max(...profile);
  const weights = profile.map((value) => Math.exp(value - largest));
  const total = weights.reduce((sum, value) => sum + value, 0);
  const b = inverseScales.reduce((sum, value, j) => sum + (value * weights[j]!) / total, 0);
  return (n * shapeAt(b) + PRIOR_DRAWS * PRIOR_SHAPE) / (n + PRIOR_DRAWS);
}
