import type { Shape, Tensor } from "../../../src/compute/index.js";
import type { Draw, Given } from "../draw.js";

/** One use of an operation, with numbers. */
export interface Sample {
  readonly inputs: readonly Given[];
  build(...inputs: Tensor[]): Tensor;
}

/** One use of an operation, for shapes and numbers yet to be drawn. */
export interface Case {
  readonly name: string;
  /** With shapes of the variant that is drawn. */
  sample(draw: Draw): Sample;
  /** False where the gradient is on purpose not the derivative. */
  readonly exactGradient?: boolean;
}

/** A case of one input of a given rank. */
export function ofOne(
  name: string,
  { rank = 2, of = (draw, shape) => draw.normal(shape) }: { readonly rank?: number; readonly of?: (draw: Draw, shape: Shape) => Given },
  build: (a: Tensor) => Tensor,
): Case {
  return { name, sample: (draw) => ({ inputs: [of(draw, draw.lengths(rank))], build: (a) => build(a!) }) };
}

export const positive = (draw: Draw, shape: Shape): Given => draw.within(shape, 0.5, 2.5);
export const distinct = (draw: Draw, shape: Shape): Given => draw.distinct(shape);
