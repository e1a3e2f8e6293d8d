/**
 * Pairs (x, theta) for the ratio to evidence, p(x given theta) / p(x): joint pairs as they were simulated, and contrasts, in which x meets the theta
 * of another event of the batch, which is a draw from p(x) p(theta).
 *
 * @module
 */
import { concatenate, reshape, sliceAxis, type Tensor } from "../../compute/index.js";
import type { Pass } from "../../nn/index.js";
import type { RatioNetwork } from "../ratio/ratio-network.js";

/** Log ratios of a batch. */
export interface ContrastBatch {
  /** Of the joint pairs `[B]`. */
  readonly joint: Tensor;
  /** Of K contrasts of each x `[K, B]`. */
  readonly contrasts: Tensor;
}

/** Evaluates the network once, on the joint pairs and K contrasts: x_i with the theta of event i + 1, ..., i + K of the batch. */
export function contrastBatch(
  network: RatioNetwork,
  { x, theta0 }: Readonly<Record<string, Tensor>>,
  { contrasts, pass }: { readonly contrasts: number; readonly pass: Pass },
): ContrastBatch {
  const B = x!.shape[0]!;
  const shifts = Array.from({ length: contrasts + 1 }, (_, k) => k % B);
  const logRatio = network.logRatio(
    {
      x: concatenate(
        shifts.map(() => x!),
        0,
      ),
      theta0: concatenate(
        shifts.map((shift) => rolled(theta0!, shift)),
        0,
      ),
    },
    pass,
  );
  const rows = reshape(logRatio, [contrasts + 1, B]);
  return { joint: reshape(sliceAxis(rows, 0, { start: 0, end: 1 }), [B]), contrasts: sliceAxis(rows, 0, { start: 1, end: contrasts + 1 }) };
}

/** Row i is row i + shift, around the end. */
function rolled(a: Tensor, shift: number): Tensor {
  if (shift === 0) return a;
  const B = a.shape[0]!;
  return concatenate([sliceAxis(a, 0, { start: shift, end: B }), sliceAxis(a, 0, { start: 0, end: shift })], 0);
}
