import { add, constant, div, max, min, mul, sqrt, square, sum, type Tensor } from "../../compute/index.js";
import { assertPositive } from "../checks.js";

/** Changes gradients before an optimiser sees them; `norm` is their global norm, where it is known. */
export type GradientMap = (gradients: readonly Tensor[], norm?: Tensor) => Tensor[];

/** Root of the sum of the squares of all numbers, shape []. */
export function globalNorm(gradients: readonly Tensor[]): Tensor {
  return sqrt(gradients.map((gradient) => sum(square(gradient))).reduce((total, part) => add(total, part), constant(0)));
}

/**
 * Shortens all gradients together to a global norm of at most `limit`; their direction stays.
 *
 * @param limit - Largest norm, in the gradient's unit, above 0.
 * @throws {DomainError} When it is not.
 * @source Pascanu, Mikolov, Bengio 2013, arXiv:1211.5063, algorithm 1
 * @example
 * train(backend, task, { clip: clipByGlobalNorm(5), key: key(1) });
 */
export function clipByGlobalNorm(limit: number): GradientMap {
  assertPositive("clipByGlobalNorm", "limit", limit);
  return (gradients, norm = globalNorm(gradients)) => {
    // The denominator is at least limit > 0, and the factor 1 for all that is short enough.
    const factor = div(limit, max(norm, limit));
    return gradients.map((gradient) => mul(gradient, factor));
  };
}

/**
 * Moves each number of each gradient into [-limit, limit].
 *
 * @param limit - Largest size, in the gradient's unit, above 0.
 * @throws {DomainError} When it is not.
 */
export function clipByValue(limit: number): GradientMap {
  assertPositive("clipByValue", "limit", limit);
  return (gradients) => gradients.map((gradient) => max(min(gradient, limit), -limit));
}
