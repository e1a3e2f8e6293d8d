import { logGamma } from "../../numerics/log-gamma.js";
import type { Matrix } from "../../numerics/matrix.js";
import type { Stream } from "../../numerics/random.js";
import { unwhitened, type Whitening, whitened } from "./whitening.js";

/** A mixture of normal distributions that resembles a set of points: the proposal of jumps between modes. */
export interface Mixture {
  /** log q `[M]` at points `[M, D]`. */
  logProb(points: Matrix): Float64Array;
  /** One point `[D]`. */
  draw(source: Stream): Float64Array;
  /** A direction `[D]`: a component, chosen at random, gives a point relative to its centre. */
  direction(source: Stream): Float64Array;
}

/** One normal of a mixture. */
export interface Component {
  readonly logWeight: number;
  readonly shape: Whitening;
  /** log of the normalisation, without the weight. */
  readonly logNorm: number;
}

const TAIL_PART = 0.2;
/** Degrees of freedom of the tails. */
const FREEDOM = 4;

/** log of weight times density `[N]`. */
export function componentLogProb(component: Component, points: Matrix): Float64Array {
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
export function totalsOf(logs: readonly Float64Array[]): Float64Array {
  return logs[0]!.map((_, i) => {
    let largest = -Infinity;
    for (const log of logs) largest = Math.max(largest, log[i]!);
    let total = 0;
    for (const log of logs) total += Math.exp(log[i]! - largest);
    return largest + Math.log(total);
  });
}

/** The components, each with a part in wide tails: jumps must reach, and leave, what the points hardly know. */
export function mixtureOf(components: readonly Component[]): Mixture {
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
      const { shape } = chosenOf(components, source);
      return unwhitened(shape, normalRow(shape, source, source.uniform() < TAIL_PART ? studentStretch(source) : 1)).values;
    },
    direction(source) {
      const { shape } = components[source.integer(components.length)]!;
      return unwhitened({ ...shape, mean: new Float64Array(shape.mean.length) }, normalRow(shape, source, 1)).values;
    },
  };
}

function chosenOf(components: readonly Component[], source: Stream): Component {
  let rest = source.uniform() * components.reduce((total, { logWeight }) => total + Math.exp(logWeight), 0);
  const chosen = components.find(({ logWeight }) => {
    rest -= Math.exp(logWeight);
    return rest <= 0;
  });
  return chosen ?? components.at(-1)!;
}

function normalRow({ mean }: Whitening, source: Stream, scale: number): Matrix {
  return { rows: 1, columns: mean.length, values: mean.map(() => scale * source.normal()) };
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
