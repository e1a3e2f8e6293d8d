import { constant, div, sub, type Tensor } from "../compute/index.js";
import type { Standardiser } from "../numerics/standardiser.js";

/** Standardises inside a computation; where the numbers are at hand, `standardise` does it in float64. */
export function standardisedIn({ mean, scale }: Standardiser, a: Tensor): Tensor {
  return div(sub(a, constant(mean)), constant(scale));
}
