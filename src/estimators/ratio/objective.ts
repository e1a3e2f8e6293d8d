/**
 * The terms of the ratio family's objectives. Each is a mean over the events of a batch, of both classes; scores also over the components.
 *
 * @module
 * @source Brehmer, Cranmer, Louppe, Pavez 2018, arXiv:1805.00020, section IV.B; Stoye et al. 2018, arXiv:1808.00973, equations 9 to 11
 */
import { add, exp, max, mean, min, mul, neg, reshape, softplus, square, sub, type Tensor } from "../../compute/index.js";

/** What an objective is made of, for the events of a batch. */
export interface RatioBatch {
  /** y `[B]`. */
  readonly label: Tensor;
  /** The network's log r `[B]`. */
  readonly logRatio: Tensor;
  /** log r(x, z) `[B]`; there when the method needs it. */
  readonly jointLogRatio: Tensor;
  /** The network's score at theta0 and the simulator's, `[B, D]` each; there when the method needs it. */
  score(): ScorePair;
  /** The same at theta1, where theta1 varies and the network sees it. */
  denominatorScore(): ScorePair | undefined;
}

/** The network's score and the simulator's, `[B, D]`. */
export interface ScorePair {
  readonly estimated: Tensor;
  readonly joint: Tensor;
}

/** Largest |log r| of the squared error of the ratio; MadMiner's value. */
const CLIP = 10;

/**
 * - mean [ s log s_hat + (1 - s) log(1 - s_hat) ]   with   s_hat = 1 / (1 + r_hat)
 *
 * @param logRatio - log r_hat `[B]`; -log r_hat is the logit of s_hat.
 * @param s - What s_hat is to be: the label, or 1 / (1 + r(x, z)) `[B]`.
 */
export function crossEntropy(logRatio: Tensor, s: Tensor): Tensor {
  // softplus(-log r) + s log r: both logarithms of the sigmoid without its overflow.
  return mean(add(softplus(neg(logRatio)), mul(s, logRatio)));
}

/** mean [ y |r(x, z) - r_hat|^2 + (1 - y) |1 / r(x, z) - 1 / r_hat|^2 ] with both log r clipped to [-10, 10]. */
export function ratioError({ label, logRatio, jointLogRatio }: RatioBatch): Tensor {
  // For y = 1 the exponents are log r, for y = 0 they are -log r.
  const sign = sub(mul(2, label), 1);
  const [estimated, joint] = [logRatio, jointLogRatio].map((value) => exp(mul(sign, clip(value))));
  return mean(square(sub(estimated!, joint!)));
}

/** mean (1 - y) |t(x, z) - t_hat|^2, and y |t1(x, z) - t1_hat|^2 where theta1 varies: only there x, z are drawn at the score's own theta. */
export function scoreError(batch: RatioBatch): Tensor {
  const numerator = maskedError(batch.score(), sub(1, batch.label));
  const other = batch.denominatorScore();
  return other ? add(numerator, maskedError(other, batch.label)) : numerator;
}

function maskedError({ estimated, joint }: ScorePair, mask: Tensor): Tensor {
  return mean(mul(reshape(mask, [mask.shape[0]!, 1]), square(sub(joint, estimated))));
}

function clip(logRatio: Tensor): Tensor {
  return max(min(logRatio, CLIP), -CLIP);
}
