import type { Tensor, Variable } from "../compute/index.js";

/** y moved towards the base, and log |det dz/dy| of each row. */
export interface Forward {
  /** `[B, D]`. */
  readonly z: Tensor;
  /** `[B]`. */
  readonly logDet: Tensor;
}

/**
 * An invertible map of rows that depends on a context. It promises that
 * 1. `inverse(forward(y).z) = y` for the same context;
 * 2. `logDet` is log |det dz/dy|.
 */
export interface Transform {
  readonly variables: readonly Variable[];
  /** From data to base. y `[B, D]`; context `[B, C]`, `[1, C]`, or none. */
  forward(y: Tensor, context: Tensor | undefined): Forward;
  /** From base to data, `[B, D]`. */
  inverse(z: Tensor, context: Tensor | undefined): Tensor;
}

/** Numbers of columns. */
export interface FlowSizes {
  /** D, columns of y. */
  readonly dimensions: number;
  /** C, columns of the context; 0 without. */
  readonly context: number;
}
