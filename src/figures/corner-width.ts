/**
 * Widths of the kernel that smooths samples into a density, from the samples alone: no assumption that they look normal, so that thin and
 * separate modes stay thin and separate.
 *
 * @module
 * @source Botev, Grotowski, Kroese 2010, Annals of Statistics 38, 2916: the fixed point of section 5 (one dimension) and of appendix E (two)
 */
import { findRoot } from "../numerics/roots.js";
import { multiplicity } from "./corner-cosines.js";

const PI2 = Math.PI ** 2;
/** Widths below this part of the distance between nodes cannot be drawn. */
const NARROWEST = 0.9;

/**
 * Variance of the kernel in one dimension.
 *
 * @param means - Means of cos(pi k x) `[n + 1]`.
 * @param size - Effective number of samples.
 * @returns Variance in units of the range squared.
 */
export function kernelVariance(means: Float64Array, size: number): number {
  const excess = (t: number) => t - nextVariance(means, size, t);
  const least = (NARROWEST / (means.length - 1)) ** 2;
  return Math.max(least, smallestRoot(excess, 0.1 * least) ?? 1.12 * spreadOf(means) * size ** -0.4);
}

/** One step of the fixed point: roughness of order 7 tells the width for order 6, and so on down to the density's own. */
function nextVariance(means: Float64Array, size: number, t: number): number {
  let roughness = roughnessOf(means, 7, t);
  for (let order = 6; order >= 2; order--) {
    const constant = ((1 + 0.5 ** (order + 0.5)) / 3) * oddFactorial(order);
    roughness = roughnessOf(means, order, ((2 * constant) / (Math.sqrt(2 * Math.PI) * size * roughness)) ** (2 / (3 + 2 * order)));
  }
  return (2 * size * Math.sqrt(Math.PI) * roughness) ** -0.4;
}

/** Mean square of the derivative of this order. */
function roughnessOf(means: Float64Array, order: number, t: number): number {
  let sum = 0;
  for (let k = 1; k < means.length; k++) sum += (PI2 * k * k) ** order * means[k]! ** 2 * Math.exp(-k * k * PI2 * t);
  return 2 * sum;
}

/**
 * Variances of the kernel in two dimensions.
 *
 * @param means - Means of cos(pi j x) cos(pi k y) `[(n + 1) * (n + 1)]`.
 * @param size - Effective number of samples.
 * @returns Variances along x and y in units of their ranges squared.
 */
export function kernelVariances(means: Float64Array, size: number): [number, number] {
  const n = Math.round(Math.sqrt(means.length)) - 1;
  const powers = means.map((mean, at) => multiplicity(Math.floor(at / (n + 1))) * multiplicity(at % (n + 1)) * mean * mean);
  const excess = (t: number) => {
    const [yy, xy, xx] = curvatures(powers, { n, size }, t);
    return t - (2 * Math.PI * size * (xx + yy + 2 * xy)) ** (-1 / 3);
  };
  const least = (NARROWEST / n) ** 2;
  const t = smallestRoot(excess, 0.1 * least);
  if (t === undefined)
    return [0, 1].map((axis) => Math.max(least, spreadOf(marginal(means, n, axis)) * size ** (-1 / 3))) as [number, number];
  const [yy, xy, xx] = curvatures(powers, { n, size }, t);
  const common = 4 * Math.PI * size * (xy + Math.sqrt(xx * yy));
  return [Math.max(least, ((yy / xx) ** 0.75 / common) ** (1 / 3)), Math.max(least, ((xx / yy) ** 0.75 / common) ** (1 / 3))];
}

/** Functionals psi(i, 2 - i), i derivatives along x, from those of order 5 down. */
function curvatures(powers: Float64Array, { n, size }: { n: number; size: number }, t: number): [number, number, number] {
  let psi = Array.from({ length: 6 }, (_, i) => functional(powers, n, [i, 5 - i], t));
  for (let order = 4; order >= 2; order--) {
    const above = psi;
    psi = Array.from({ length: order + 1 }, (_, i) => {
      const constant = ((1 + 0.5 ** (order + 1)) / 3) * (oddFactorial(i) * oddFactorial(order - i)) * (1 / (2 * Math.PI));
      const width = (-2 * (-1) ** order * constant) / (size * (above[i]! + above[i + 1]!));
      return functional(powers, n, [i, order - i], width ** (1 / (2 + order)));
    });
  }
  return psi as [number, number, number];
}

function functional(powers: Float64Array, n: number, [i, j]: readonly [number, number], t: number): number {
  const reach = Math.min(n, Math.floor(Math.sqrt(46 / (PI2 * t)))) + 1; // beyond it the damping is below 1e-20
  const across = new Float64Array(reach);
  const along = new Float64Array(reach);
  for (let k = 0; k < reach; k++) {
    const square = PI2 * k * k;
    const damping = Math.exp(-square * t);
    across[k] = damping * square ** i;
    along[k] = damping * square ** j;
  }
  let sum = 0;
  for (let a = 0; a < reach; a++) {
    let row = 0;
    const offset = a * (n + 1);
    for (let b = 0; b < reach; b++) row += powers[offset + b]! * along[b]!;
    sum += row * across[a]!;
  }
  return (-1) ** (i + j) * sum;
}

/** (2 s - 1)!! */
function oddFactorial(s: number): number {
  let product = 1;
  for (let odd = 3; odd < 2 * s; odd += 2) product *= odd;
  return product;
}

/** Where the function first rises through zero; `start` where it has done so before. */
function smallestRoot(excess: (t: number) => number, start: number): number | undefined {
  let before = start;
  if (excess(before) >= 0) return before;
  for (let t = 3 * before; t < 0.3; t *= 3) {
    if (excess(t) >= 0) return findRoot(excess, [before, t], { tolerance: 1e-2 * before });
    before = t;
  }
  return undefined;
}

/** Means of one of the two coordinates alone. */
function marginal(means: Float64Array, n: number, axis: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, k) => means[axis === 0 ? k * (n + 1) : k]!);
}

/** Variance on [0, 1] from the means of cosines: x = 1/2 - (4 / pi^2) sum over odd k of cos(pi k x) / k^2, and likewise x^2. */
function spreadOf(means: Float64Array): number {
  let [mean, square] = [0.5, 1 / 3];
  for (let k = 1; k < means.length; k++) {
    if (k % 2 === 1) mean -= (4 * means[k]!) / (PI2 * k * k);
    square += ((-1) ** k * 4 * means[k]!) / (PI2 * k * k);
  }
  return Math.max(0, square - mean * mean);
}
