import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add, div, mul, sqrt, sub } from "./elementwise.js";
import { mean, variance } from "./reduction.js";

/** What a batch normalisation learns. */
export interface BatchNormOptions {
  /** Scale [C] of the last axis. */
  readonly scale: Tensor;
  /** Shift [C]. */
  readonly shift: Tensor;
  /** Added to the variance, in its unit; default 1e-5. Larger damps channels that hardly vary. */
  readonly epsilon?: number;
}

/** Mean and variance of each channel. */
export interface Moments {
  /** [C]. */
  readonly mean: Tensor;
  /** [C], divided by the number of values. */
  readonly variance: Tensor;
}

/** Mean and variance of each channel of the batch: over all axes but the last. */
export function batchMoments(a: Tensor): Moments {
  const axis = leading(a.shape);
  return { mean: mean(a, { axis }), variance: variance(a, { axis }) };
}

/**
 * (a - mean) / sqrt(variance + epsilon) scale + shift, channel by channel: with the batch's moments in training, with
 * running ones for inference.
 *
 * @source Ioffe, Szegedy 2015, arXiv:1502.03167, algorithm 1
 */
export function batchNorm(a: Tensor, moments: Moments, { scale, shift, epsilon = 1e-5 }: BatchNormOptions): Tensor {
  const factor = div(scale, sqrt(add(moments.variance, epsilon)));
  return add(mul(sub(a, moments.mean), factor), shift);
}

const leading = (shape: Shape): number[] => shape.slice(0, -1).map((_, axis) => axis);
