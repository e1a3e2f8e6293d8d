/**
 * A conditional density of plain data, learned by maximum likelihood,
 *
 *   L = - mean log q(y given c)
 *
 * At the minimum q(y given c) = p(y given c): its mean log-density is below the true one by the divergence between them.
 *
 * @module
 * @source Papamakarios et al. 2021, arXiv:1912.02762, section 2.3.1, eq. 13
 */
import { nsf } from "../flows/nsf.js";
import type { MatrixLike } from "../numerics/matrix.js";
import type { DensityEstimator } from "./density/density-estimator.js";
import { type DensityOptions, densitySettings } from "./density/density-options.js";
import { type DensityFitOptions, fitRows } from "./density/fit-rows.js";

/** A method that learns a density of plain data. */
export interface DensityMethod {
  readonly name: string;
  /**
   * Trains a density.
   *
   * @param rows - y `[N, D]`; plain numbers for one column.
   * @param options - What they depend on, where they may lie, seed and training.
   * @throws {ShapeError} When there are fewer than 10 rows, or the context has another number of rows.
   * @throws {DomainError} When a column is the same in all rows, a value is NaN, infinite or outside its range, or an option is out of range.
   * @throws {NotConvergedError} When the training diverges.
   */
  fit(rows: MatrixLike, options: DensityFitOptions): Promise<DensityEstimator>;
}

/**
 * The density of plain data, with or without a context, where there is no simulator and no prior: a background from a control region, a
 * proposal, a table. Of counts and other discrete data a density is as high as it is fine: use a histogram.
 *
 * @param options - Family of densities (default `nsf()`), embedding of the context, members.
 * @returns A method with `fit`.
 * @throws {DomainError} When an option is out of range.
 * @example
 * const { theta, x } = await simulate(galtonBoard(), { prior: uniform({ slope: [-1, 0] }), n: 500, seed: 1 });
 * const slopes = await density({ flow: maf({ transforms: 2 }) }).fit(theta, { context: x, ranges: { slope: [-1, 0] }, epochs: 5, seed: 2 });
 * slopes.at([12]).sample(key(3), 1000).rows; // 1000
 */
export function density(options: DensityOptions = {}): DensityMethod {
  const settings = densitySettings("density", options, { flow: nsf(), members: 1 });
  return { name: "density", fit: (rows, fit) => fitRows({ name: "density", settings }, rows, fit) };
}
