/**
 * Random numbers inside the graph: each depends on the key, the stream and its position alone.
 *
 * @module
 * @source Salmon, Moraes, Dror, Shaw 2011, SC11, section 3.3 (Threefry-2x32-20, as numerics/threefry)
 */
import { DomainError } from "../../errors.js";
import type { Key } from "../../numerics/random.js";
import { refuseShape, type Shape } from "../shape.js";
import { makeTensor, type Tensor } from "../tensor.js";
import { div, less, mul } from "./elementwise.js";
import { constant } from "./source.js";

/** Which numbers are drawn. */
export interface RandomOptions {
  readonly shape: Shape;
  /** Different streams of one key are independent; a whole number below 2^31. Give each draw of a program its own. */
  readonly stream: number;
}

/** What to feed the key input of a program with: four numbers of 16 bits, exact in float32. */
export function randomKey({ high, low }: Key): Float32Array {
  return Float32Array.of(high >>> 16, high & 0xffff, low >>> 16, low & 0xffff);
}

/** A key known at trace time: the same numbers at each run. */
export const constantKey = (key: Key): Tensor => constant(randomKey(key));

/**
 * Uniform on the open interval (0, 1), odd multiples of 2^-24: word 0 of the block with counter (stream, position).
 *
 * @param key - [4], see `randomKey`.
 */
export const randomUniform = (key: Tensor, options: RandomOptions): Tensor => random("randomUniform", key, options);

/** Normal with mean 0 and standard deviation 1, by Box and Muller from the block's two words. */
export const randomNormal = (key: Tensor, options: RandomOptions): Tensor => random("randomNormal", key, options);

/**
 * Sets each value to 0 with probability `rate` and divides the others by 1 - rate, so that the mean stays.
 *
 * @param rate - In [0, 1).
 * @source Srivastava et al. 2014, JMLR 15, 1929
 */
export function dropout(a: Tensor, key: Tensor, { rate, stream }: { readonly rate: number; readonly stream: number }): Tensor {
  if (!(rate >= 0 && rate < 1)) throw new DomainError("dropout", "rate", rate, "a number from 0 to below 1");
  if (rate === 0) return a;
  const kept = less(rate, randomUniform(key, { shape: a.shape, stream }));
  return mul(a, div(kept, 1 - rate));
}

function random(where: "randomNormal" | "randomUniform", key: Tensor, { shape, stream }: RandomOptions): Tensor {
  if (key.shape.length !== 1 || key.shape[0] !== 4) throw refuseShape(where, "key", key.shape, "[4]", "make it with randomKey");
  if (!(Number.isInteger(stream) && stream >= 0 && stream < 2 ** 31)) {
    throw new DomainError(where, "stream", stream, "a whole number below 2^31");
  }
  return makeTensor({ name: "random", distribution: where === "randomNormal" ? "normal" : "uniform", stream }, [key], [...shape]);
}
