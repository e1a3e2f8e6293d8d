import type { Matrix } from "./matrix.js";

/** Shift and scale of each column: what a network is given has mean 0 and standard deviation 1. */
export interface Standardiser {
  readonly mean: Float64Array;
  /** Above 0. */
  readonly scale: Float64Array;
}

/**
 * Mean and standard deviation of each column; 1 in place of a standard deviation of 0, so that a constant column becomes 0.
 *
 * @param rows - `[N, K]`.
 */
export function standardiserOf({ rows, columns, values }: Matrix): Standardiser {
  const mean = new Float64Array(columns);
  const scale = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) mean[j]! += values[i * columns + j]! / rows;
    for (let i = 0; i < rows; i++) scale[j]! += (values[i * columns + j]! - mean[j]!) ** 2 / rows;
    // Rounding leaves about 1e-16 of the mean where all values are the same.
    const std = Math.sqrt(scale[j]!);
    scale[j] = std > 1e-12 * Math.abs(mean[j]!) ? std : 1;
  }
  return { mean, scale };
}

/** (value - mean) / scale of each element, in float64: what is lost to float32 afterwards is small beside the column's spread. */
export function standardise({ mean, scale }: Standardiser, { rows, columns, values }: Matrix): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[i * columns + j] = (values[i * columns + j]! - mean[j]!) / scale[j]!;
  }
  return result;
}
