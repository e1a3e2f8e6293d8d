import { logGamma } from "../../numerics/log-gamma.js";
import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import type { Stream } from "../../numerics/random.js";
import { unwhitened, type Whitening, whitened, whiteningOf } from "./whitening.js";

/** A mixture of normal distributions that resembles a set of points: the proposal of jumps between modes. */
export interface Mixture {
  /** log q `[M]` at points `[M, D]`. */
  logProb(points: Matrix): Float64Array;
  /** One point `[D]`. */
  draw(source: Stream): Float64Array;
}

interface Component {
  readonly logWeight: number;
  readonly shape: Whitening;
  /** log of the normalisation, without the weight. */
  readonly logNorm: number;
}

const MOST_COMPONENTS = 8;
const ITERATIONS = 25;
const TAIL_PART = 0.2;
/** Degrees of freedom of the tails. */
const FREEDOM = 4;
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

function componentLogProb(component: Component, points: Matrix): Float64Array {
  const { logWeight, logNorm } = component;
  return squaresOf(component, points).map((square) => logWeight + logNorm - 0.5 * square);
}

/** Squared distances (x - m)^T S^-1 (x - m) `[N]`. */
function squaresOf({ shape }: Component, points: Matrix): Float64Array {
  const v = whitened(shape, points);
  return Float64Array.from({ length: points.rows }, (_, i) => {
    let square = 0;
    for (let place = i * v.columns; place < (i + 1) * v.columns; place++) square += v.values[place]! ** 2;
    return square;
  });
}

/** log sum_k exp of each point, without an array for each. */
function totalsOf(logs: readonly Float64Array[]): Float64Array {
  return logs[0]!.map((_, i) => {
    let largest = -Infinity;
    for (const log of logs) largest = Math.max(largest, log[i]!);
    let total = 0;
    for (const log of logs) total += Math.exp(log[i]! - largest);
    return largest + Math.log(total);
  });
}

/** The components, each with a part in wide tails: jumps must reach, and leave, what the points hardly know. */
function mixtureOf(components: readonly Component[]): Mixture {
  const [logBody, logTail] = [Math.log(1 - TAIL_PART), Math.log(TAIL_PART)];
  return {
    logProb(points) {
      const logs = components.flatMap((component) => {
        const squares = squaresOf(component, points);
        return [
          squares.map((square) => logBody + component.logWeight + component.logNorm - 0.5 * square),
          squares.map((square) => logTail + component.logWeight + logStudent(square, component, points.columns)),
        ];
      });
      return totalsOf(logs);
    },
    draw(source) {
      let rest = source.uniform() * components.reduce((total, { logWeight }) => total + Math.exp(logWeight), 0);
      const chosen = components.find(({ logWeight }) => {
        rest -= Math.exp(logWeight);
        return rest <= 0;
      });
      const v = zeros(1, components[0]!.shape.mean.length);
      const stretch = source.uniform() < TAIL_PART ? studentStretch(source) : 1;
      for (let d = 0; d < v.columns; d++) v.values[d] = stretch * source.normal();
      return unwhitened((chosen ?? components.at(-1)!).shape, v).values;
    },
  };
}

/** log density of Student's t with four degrees of freedom at a squared distance, with the component's scale matrix. */
function logStudent(square: number, { logNorm }: Component, D: number): number {
  const half = (FREEDOM + D) / 2;
  const ratio = logGamma(half) - logGamma(FREEDOM / 2) + (D / 2) * Math.log(2 / FREEDOM);
  return logNorm + ratio - half * Math.log1p(square / FREEDOM);
}

/** sqrt(nu / chi^2): what makes a normal a t; of four degrees of freedom chi^2 is -2 log(u1 u2). */
function studentStretch(source: Stream): number {
  return Math.sqrt(FREEDOM / (-2 * Math.log(source.uniform() * source.uniform())));
}
