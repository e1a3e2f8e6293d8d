import type { TfjsKernel } from "./kernel.js";

export const reduce: TfjsKernel<"reduce"> = ({ tf, operation: { fn, axes }, inputs: [a] }) =>
  fn === "sum" ? tf.sum(a!, [...axes]) : tf.max(a!, [...axes]);

export const cumulativeSum: TfjsKernel<"cumulativeSum"> = ({ tf, operation: { reverse }, inputs: [a] }) =>
  tf.cumsum(a!, a!.rank - 1, false, reverse);

export const matmul: TfjsKernel<"matmul"> = ({ tf, operation: { transposeA, transposeB }, inputs: [a, b] }) =>
  tf.matMul(a!, b!, transposeA, transposeB);
