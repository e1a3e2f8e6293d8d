import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import type { Stream } from "../../numerics/random.js";
import { type Component, componentLogProb, type Mixture, mixtureOf, totalsOf } from "./mixture.js";
import { whiteningOf } from "./whitening.js";

const MOST_COMPONENTS = 8;
const ITERATIONS = 25;
const CONVERGED = 1e-3;

/** How thoroughly to fit. */
export interface FitOptions {
  /** Fits from different centres, of which the best counts: one may end with two centres in one mode. */
  readonly tries: number;
  /** Of more points than this, so many evenly chosen ones are used. */
  readonly most: number;
}

/**
 * Mixture of normals by expectation maximisation, with the number of components, 1, 2, 4 or 8, of the least Bayesian information criterion.
 *
 * @param given - Points `[N, D]`.
 * @param source - Random numbers for the first centres.
 * @param options - How thoroughly.
 * @returns The mixture.
 * @source Dempster, Laird, Rubin 1977; Schwarz 1978
 */
export function fitMixture(given: Matrix, source: Stream, { tries, most }: FitOptions): Mixture {
  const points = thinned(given, most);
  let best = emFit(points, 1, source);
  let failures = 0;
  for (let k = 2; failures < 2 && k <= MOST_COMPONENTS && points.rows >= 4 * k * (points.columns + 1); k *= 2) {
    const fits = Array.from({ length: tries }, () => emFit(points, k, source));
    const next = fits.reduce((a, b) => (b.criterion < a.criterion ? b : a));
    failures = next.criterion < best.criterion ? 0 : failures + 1;
    if (failures === 0) best = next;
  }
  return mixtureOf(best.components);
}

function thinned(points: Matrix, most: number): Matrix {
  if (points.rows <= most) return points;
  const rows = zeros(most, points.columns);
  for (let i = 0; i < most; i++) rowOf(rows, i).set(rowOf(points, Math.floor((i * points.rows) / most)));
  return rows;
}

interface Fit {
  readonly components: readonly Component[];
  /** -2 log likelihood + (number of free parameters) log N. */
  readonly criterion: number;
}

function emFit(points: Matrix, k: number, source: Stream): Fit {
  const D = points.columns;
  let weights = k === 1 ? [new Float64Array(points.rows).fill(1)] : hardAssignment(points, centresOf(points, k, source));
  let components = maximised(points, weights);
  let logLikelihood = -Infinity;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const logs = components.map((component) => componentLogProb(component, points));
    const totals = totalsOf(logs);
    const next = totals.reduce((total, value) => total + value, 0);
    if (k === 1 || next - logLikelihood < CONVERGED * points.rows) {
      logLikelihood = next;
      break;
    }
    logLikelihood = next;
    weights = logs.map((log) => log.map((value, i) => Math.exp(value - totals[i]!)));
    components = maximised(points, weights);
  }
  const free = components.length * (1 + D + (D * (D + 1)) / 2) - 1;
  return { components, criterion: -2 * logLikelihood + free * Math.log(points.rows) };
}

/** Centres far from each other: each next point with probability in its squared distance to the nearest (k-means++). */
function centresOf(points: Matrix, k: number, source: Stream): Float64Array[] {
  const centres = [rowOf(points, source.integer(points.rows))];
  while (centres.length < k) {
    const distances = Float64Array.from({ length: points.rows }, (_, i) => nearest(rowOf(points, i), centres).distance);
    let rest = source.uniform() * distances.reduce((total, value) => total + value, 0);
    let chosen = points.rows - 1;
    for (let i = 0; i < points.rows; i++) {
      rest -= distances[i]!;
      if (rest <= 0) {
        chosen = i;
        break;
      }
    }
    centres.push(rowOf(points, chosen));
  }
  return centres;
}

function nearest(row: Float64Array, centres: readonly Float64Array[]): { index: number; distance: number } {
  let best = { index: 0, distance: Infinity };
  centres.forEach((centre, index) => {
    const distance = row.reduce((total, value, d) => total + (value - centre[d]!) ** 2, 0);
    if (distance < best.distance) best = { index, distance };
  });
  return best;
}

function hardAssignment(points: Matrix, centres: readonly Float64Array[]): Float64Array[] {
  const weights = centres.map(() => new Float64Array(points.rows));
  for (let i = 0; i < points.rows; i++) weights[nearest(rowOf(points, i), centres).index]![i] = 1;
  return weights;
}

/** The components that fit the weighted points best; those that no points belong to are left out. */
function maximised(points: Matrix, weights: readonly Float64Array[]): Component[] {
  const masses = weights.map((each) => each.reduce((total, value) => total + value, 0));
  return weights.flatMap((each, k) => {
    if (masses[k]! < points.columns + 1) return [];
    const shape = whiteningOf(points, each);
    const logDet = shape.mean.reduce((total, _, d) => total + Math.log(shape.lower.values[d * (points.columns + 1)]!), 0);
    return [{ logWeight: Math.log(masses[k]! / points.rows), shape, logNorm: -0.5 * points.columns * Math.log(2 * Math.PI) - logDet }];
  });
}
