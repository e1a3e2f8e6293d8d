import {
  add,
  batchMoments,
  batchNorm,
  type Moments,
  mul,
  sizeOf,
  stopGradient,
  type Tensor,
  type Variable,
  variable,
} from "../../compute/index.js";
import { DomainError } from "../../errors.js";
import { assertPositive, assertWhole } from "../checks.js";
import { inference, type Pass } from "../pass.js";
import type { Layer } from "./layer.js";

/** What a batch normalisation is. */
export interface BatchNormLayerOptions {
  /** Length of the last axis, C. */
  readonly channels: number;
  /** Part of the running moments that each training step replaces, in (0, 1]; default 0.1. Larger follows faster and is noisier. */
  readonly momentum?: number;
  /** Added to the variance, in its unit; default 1e-5. */
  readonly epsilon?: number;
  /** Names its variables; default "batchNorm". */
  readonly name?: string;
}

/**
 * Batch normalisation: y = (x - mean) / sqrt(variance + epsilon) scale + shift for each channel, over all axes but the
 * last. In training with the batch's moments, in use with running ones, which each training step moves by
 * `momentum` towards those of the batch (the variance with n / (n - 1) for n values, as an estimate of the population's).
 * A channel with a single value in the batch becomes its shift, and the running moments stay.
 *
 * @param options - See `BatchNormLayerOptions`.
 * @returns A layer that keeps the shape [..., C]; scale starts at 1, shift at 0, running mean at 0 and variance at 1.
 * @throws {DomainError} When channels is no whole number of at least 1, momentum not in (0, 1], or epsilon not above 0.
 * @source Ioffe, Szegedy 2015, arXiv:1502.03167, algorithms 1 and 2
 */
export function batchNormLayer({ channels, momentum = 0.1, epsilon = 1e-5, name = "batchNorm" }: BatchNormLayerOptions): Layer {
  assertWhole("batchNormLayer", "channels", channels);
  assertPositive("batchNormLayer", "epsilon", epsilon);
  if (!(momentum > 0 && momentum <= 1)) throw new DomainError("batchNormLayer", "momentum", momentum, "a number above 0 and up to 1");
  const ones = new Float32Array(channels).fill(1);
  const scale = variable(`${name}.scale`, [channels], ones);
  const shift = variable(`${name}.shift`, [channels]);
  const running = { mean: variable(`${name}.mean`, [channels]), variance: variable(`${name}.variance`, [channels], ones) };
  const affine = { scale: scale.tensor, shift: shift.tensor, epsilon };
  return {
    variables: [scale, shift],
    state: [running.mean, running.variance],
    apply(x, pass = inference) {
      if (!pass.training) return batchNorm(x, { mean: pass.current(running.mean), variance: pass.current(running.variance) }, affine);
      const moments = batchMoments(x);
      follow(running, moments, { pass, momentum, count: sizeOf(x.shape) / channels });
      return batchNorm(x, moments, affine);
    },
  };
}

interface Following {
  readonly pass: Pass;
  readonly momentum: number;
  /** Values of each channel in the batch, n. */
  readonly count: number;
}

function follow(running: { mean: Variable; variance: Variable }, { mean, variance }: Moments, { pass, momentum, count }: Following): void {
  if (count < 2) return;
  const towards = (kept: Variable, seen: Tensor) =>
    pass.update(kept, add(mul(1 - momentum, pass.current(kept)), mul(momentum, stopGradient(seen))));
  towards(running.mean, mean);
  towards(running.variance, mul(count / (count - 1), variance));
}
