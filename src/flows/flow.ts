/**
 * Conditional densities as networks, log p(y given c), and what they are made of.
 *
 * @module
 * @source Papamakarios et al. 2021, arXiv:1912.02762, sections 2-3
 */
import { add, mul, square, sub, sum, type Tensor, type Variable } from "../compute/index.js";
import type { Key } from "../numerics/random.js";
import type { FlowSizes, Transform } from "./transform.js";

/** A conditional density of rows on the whole of space. It promises that `draw` of standard normal noise follows exp(logProb). */
export interface FlowNetwork {
  readonly variables: readonly Variable[];
  /** log p(y given c) `[B]` of y `[B, D]`; context `[B, C]`, `[1, C]` for all rows, or none. */
  logProb(y: Tensor, context: Tensor | undefined): Tensor;
  /** Standard normal numbers that a draw is made of. */
  readonly noise: number;
  /** Draws `[B, D]` from noise `[B, noise]`, in steps: each takes what the one before gave, so that each can be a program of its own. */
  readonly draw: readonly DrawStep[];
}

/** A step of a draw: rows to rows. */
export type DrawStep = (rows: Tensor, context: Tensor | undefined) => Tensor;

/** A family of conditional densities: what `npe` and `nle` take as `flow`. */
export interface FlowMethod {
  /** In lower case, e.g. "maf". */
  readonly name: string;
  /** All that makes it, as plain data: what a file keeps. */
  readonly settings: FlowSettings;
  /** A network with first weights by key. */
  make(sizes: FlowSizes, key: Key): FlowNetwork;
}

/** Settings of a family: numbers, texts and lists of numbers by name. */
export type FlowSettings = Readonly<Record<string, number | string | readonly number[]>>;

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** log of the standard normal density of each row `[B, D]`. */
export function standardNormalLogProb(z: Tensor): Tensor {
  return sub(mul(-0.5, sum(square(z), { axis: 1 })), HALF_LOG_TWO_PI * z.shape[1]!);
}

/**
 * log p(y) = log N(f(y); 0, 1) + log |det df/dy|,   f = f_T ... f_1: a standard normal bent by transforms.
 *
 * @param transforms - From data to base.
 * @param dimensions - D.
 */
export function normalFlow(transforms: readonly Transform[], dimensions: number): FlowNetwork {
  return {
    variables: transforms.flatMap(({ variables }) => variables),
    logProb(y, context) {
      let [z, logDet]: [Tensor, Tensor | undefined] = [y, undefined];
      for (const transform of transforms) {
        const moved = transform.forward(z, context);
        z = moved.z;
        logDet = logDet ? add(logDet, moved.logDet) : moved.logDet;
      }
      const base = standardNormalLogProb(z);
      return logDet ? add(base, logDet) : base;
    },
    noise: dimensions,
    draw: transforms.map(({ inverse }) => inverse).reverse(),
  };
}
