/**
 * First values of weights. A weight has the shape [inputs, outputs], a filter [h, w, C, O]; with the receptive field
 * h w (1 for a matrix), fanIn = h w C is how many numbers each result sums over and fanOut = h w O how many results
 * each number enters.
 *
 * @module
 */
import { type Shape, sizeOf } from "../compute/index.js";
import { DomainError, ShapeError } from "../errors.js";
import { type Key, standardNormals, uniforms } from "../numerics/random.js";

/** Draws the first values of a weight; the same key and shape give the same values. */
export type Initialisation = (key: Key, shape: Shape) => Float32Array;

/** How many numbers a result sums over, and how many results a number enters. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Fans of a weight.
 *
 * @param shape - [inputs, outputs] or [h, w, C, O].
 * @throws {ShapeError} When it has fewer than two axes.
 */
export function fansOf(shape: Shape): Fans {
  if (shape.length < 2) {
    throw new ShapeError("fansOf", "shape", `[${shape.join(", ")}]`, "[inputs, outputs] or [h, w, C, O]", "use zeros for a bias");
  }
  const field = sizeOf(shape.slice(0, -2));
  return { fanIn: field * shape.at(-2)!, fanOut: field * shape.at(-1)! };
}

/** Zeros: for biases, and for last layers that start as nothing. */
export const zeros: Initialisation = (_, shape) => new Float32Array(sizeOf(shape));

/**
 * Uniform on (-bound, bound).
 *
 * @throws {DomainError} When the bound is not finite or below 0.
 */
export function uniformWithin(bound: number): Initialisation {
  if (!(Number.isFinite(bound) && bound >= 0)) throw new DomainError("uniformWithin", "bound", bound, "a finite number of at least 0");
  return (key, shape) => rounded(uniforms(key, sizeOf(shape)), (u) => bound * (2 * u - 1));
}

/**
 * Normal with mean 0.
 *
 * @throws {DomainError} When the standard deviation is not finite or below 0.
 */
export function normalWith(deviation: number): Initialisation {
  if (!(Number.isFinite(deviation) && deviation >= 0)) {
    throw new DomainError("normalWith", "deviation", deviation, "a finite number of at least 0");
  }
  return (key, shape) => rounded(standardNormals(key, sizeOf(shape)), (z) => deviation * z);
}

/**
 * Uniform with variance 2 / (fanIn + fanOut), for tanh and linear layers: bound sqrt(6 / (fanIn + fanOut)).
 *
 * @source Glorot, Bengio 2010, AISTATS, eq. 16
 */
export const glorotUniform: Initialisation = uniformOf(({ fanIn, fanOut }) => 2 / (fanIn + fanOut));

/**
 * Normal with variance 2 / (fanIn + fanOut).
 *
 * @source Glorot, Bengio 2010, AISTATS, eq. 12
 */
export const glorotNormal: Initialisation = normalOf(({ fanIn, fanOut }) => 2 / (fanIn + fanOut));

/**
 * Uniform with variance 2 / fanIn, for relu and its kin, which pass half of the variance on.
 *
 * @source He, Zhang, Ren, Sun 2015, arXiv:1502.01852, eq. 10
 */
export const heUniform: Initialisation = uniformOf(({ fanIn }) => 2 / fanIn);

/**
 * Normal with variance 2 / fanIn.
 *
 * @source He, Zhang, Ren, Sun 2015, arXiv:1502.01852, eq. 10
 */
export const heNormal: Initialisation = normalOf(({ fanIn }) => 2 / fanIn);

/**
 * Uniform with variance 1 / fanIn: sums have the variance of their terms.
 *
 * @source LeCun, Bottou, Orr, Mueller 1998, "Efficient BackProp", section 4.6, eq. 16
 */
export const lecunUniform: Initialisation = uniformOf(({ fanIn }) => 1 / fanIn);

/**
 * Normal with variance 1 / fanIn.
 *
 * @source LeCun, Bottou, Orr, Mueller 1998, "Efficient BackProp", section 4.6, eq. 16
 */
export const lecunNormal: Initialisation = normalOf(({ fanIn }) => 1 / fanIn);

/** A variance of zero fans is never used: such a weight has no elements. */
function uniformOf(variance: (fans: Fans) => number): Initialisation {
  return (key, shape) => (sizeOf(shape) === 0 ? zeros(key, shape) : uniformWithin(Math.sqrt(3 * variance(fansOf(shape))))(key, shape));
}

function normalOf(variance: (fans: Fans) => number): Initialisation {
  return (key, shape) => (sizeOf(shape) === 0 ? zeros(key, shape) : normalWith(Math.sqrt(variance(fansOf(shape))))(key, shape));
}

/** As Float32Array.from with a function, which for the millions of weights of a ResNet would take seconds. */
function rounded(draws: Float64Array, value: (draw: number) => number): Float32Array {
  const weights = new Float32Array(draws.length);
  for (let i = 0; i < draws.length; i++) weights[i] = value(draws[i]!);
  return weights;
}
