import type { Value } from "./storage.js";

/** Numbers of the instructions, as in kernels/program.h. */
export const KIND = {
  map: 1,
  reduce: 2,
  matmul: 3,
  copy: 4,
  fill: 5,
  cumulativeSum: 6,
  gather: 7,
  scatter: 8,
  convolution: 9,
  convolutionImage: 10,
  convolutionFilter: 11,
  maxPoolPick: 12,
  maxPoolSpread: 13,
  averagePool: 14,
  averagePoolSpread: 15,
  random: 16,
  segment: 17,
  spline: 18,
  splineGradient: 19,
  accumulateProduct: 20,
  accumulateSum: 21,
  splineInverse: 22,
} as const;

export type Kind = keyof typeof KIND;

/** One kernel call: words as in kernels/program.h, with values in place of their numbers in the program's table of arrays. */
export interface Step {
  readonly kind: Exclude<Kind, "segment">;
  readonly words: readonly (number | Value)[];
  /** Units of work that can be shared among threads. */
  readonly units: number;
  /** Smallest number of units that is worth a thread. */
  readonly grain: number;
  readonly reads: readonly Read[];
  readonly writes: readonly Value[];
  /** False when unit u writes elsewhere than into the u-th of `units` equal parts of what is written. */
  readonly ownWrites?: boolean;
  /** Floating-point operations, for benchmarks. */
  readonly flops: number;
  /** Of a sum over rows: how a segment that goes through the same rows can add them up as it goes. */
  readonly overRows?: SumOverRows;
}

/** A step that sums over rows, taken apart. */
export interface SumOverRows {
  readonly rows: number;
  /** Adds up the rows of each of so many blocks, and then the blocks. */
  split(blocks: number): { readonly inside: Step; readonly after: Step };
}

export interface Read {
  readonly value: Value;
  /** True when unit u reads nothing but the u-th of `units` equal parts of the value. */
  readonly own: boolean;
}

const bits = new DataView(new ArrayBuffer(4));

/** The word that holds a number in float32. */
export function floatWord(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}
