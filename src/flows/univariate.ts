import {
  add,
  div,
  inverseRationalQuadraticSpline,
  log,
  mul,
  rationalQuadraticSpline,
  reshape,
  type SplineOptions,
  type SplineValue,
  sliceAxis,
  softplus,
  sub,
  type Tensor,
} from "../compute/index.js";

/** A monotone function of one number, by parameters that a network gives. */
export interface Univariate {
  /** P, parameters of each number. */
  readonly parameters: number;
  /** f(x) and log f'(x), of the shape of x `[...]`; parameters `[..., P]`, near 0 for something near the identity. */
  forward(x: Tensor, parameters: Tensor): SplineValue;
  /** x from f(x). */
  inverse(y: Tensor, parameters: Tensor): Tensor;
}

/** softplus(u + SHIFT) is 1 at u = 0. */
const SHIFT = Math.log(Math.E - 1);
/** Least slope: one over it is how much wider than standardised data a condition can make y. */
const LEAST = 1e-3;

/** f(x) = scale x + shift. */
export const affine: Univariate = {
  parameters: 2,
  forward(x, parameters) {
    const [shift, scale] = shiftAndScale(x, parameters);
    return { y: add(mul(x, scale), shift), logSlope: log(scale) };
  },
  inverse(y, parameters) {
    const [shift, scale] = shiftAndScale(y, parameters);
    return div(sub(y, shift), scale);
  },
};

/** A scale that is linear in its parameter for large ones: its exponential would let one bad batch undo a training. */
function shiftAndScale(x: Tensor, parameters: Tensor): readonly [shift: Tensor, scale: Tensor] {
  const part = (i: number) => reshape(sliceAxis(parameters, -1, { start: i, end: i + 1 }), x.shape);
  return [part(0), add(softplus(add(part(1), SHIFT)), LEAST)];
}

/**
 * f(x) = spline(scale x + shift): a spline has most of its bins where most of its argument is, so what is narrow or far off under a
 * condition is moved there first.
 */
export function spline(options: SplineOptions): Univariate {
  const { bins = 10 } = options;
  const ends = { start: affine.parameters, end: affine.parameters + 3 * bins - 1 };
  return {
    parameters: ends.end,
    forward(x, parameters) {
      const moved = affine.forward(x, parameters);
      const bent = rationalQuadraticSpline(moved.y, sliceAxis(parameters, -1, ends), options);
      return { y: bent.y, logSlope: add(moved.logSlope, bent.logSlope) };
    },
    inverse: (y, parameters) => affine.inverse(inverseRationalQuadraticSpline(y, sliceAxis(parameters, -1, ends), options), parameters),
  };
}
