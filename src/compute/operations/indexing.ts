import { DomainError } from "../../errors.js";
import { refuseShape, type Shape, sameShape, showShape, sizeOf } from "../shape.js";
import { makeTensor, type Tensor } from "../tensor.js";
import { equal, lessEqual } from "./elementwise.js";
import { reshape } from "./layout.js";
import { sum } from "./reduction.js";
import { constant } from "./source.js";

/**
 * Picks along the last axis: result[..., j] = values[..., index[..., j]].
 *
 * @param values - [..., N].
 * @param index - [..., M], whole numbers in [0, N); others are clamped to it. No gradient flows to it.
 * @returns [..., M].
 */
export function gather(values: Tensor, index: Tensor): Tensor {
  assertSameLead("gather", index, values.shape);
  if (values.shape.at(-1) === 0 && sizeOf(index.shape) > 0)
    throw refuseShape("gather", "values", values.shape, "[..., N] with N of at least 1");
  return makeTensor({ name: "gather" }, [values, index], index.shape);
}

/**
 * Adds up along the last axis: result[..., i] is the sum of values[..., j] over all j with index[..., j] = i.
 *
 * @param values - [..., M].
 * @param index - [..., M], whole numbers in [0, length); others are clamped to it.
 * @param length - N of the result [..., N].
 */
export function scatter(values: Tensor, index: Tensor, length: number): Tensor {
  if (!sameShape(values.shape, index.shape)) throw refuseShape("scatter", "index", index.shape, `${showShape(values.shape)}, as values`);
  if (values.shape.length === 0) throw refuseShape("scatter", "values", values.shape, "[..., M]");
  if (!(Number.isInteger(length) && length >= (sizeOf(values.shape) > 0 ? 1 : 0))) {
    throw new DomainError("scatter", "length", length, "a whole number, at least 1 where there are values");
  }
  return makeTensor({ name: "scatter" }, [values, index], [...values.shape.slice(0, -1), length]);
}

/** Rows of an identity matrix: index [...] gives [..., length], 1 where the position is the index. */
export function oneHot(index: Tensor, length: number): Tensor {
  return equal(reshape(index, [...index.shape, 1]), constant(Array.from({ length }, (_, i) => i)));
}

/**
 * How many of the sorted edges lie at or below each value.
 *
 * @param edges - [..., N], ascending along the last axis.
 * @param values - [..., M], with the same axes in front.
 * @returns [..., M], whole numbers in [0, N]; no gradient flows through them.
 */
export function searchSorted(edges: Tensor, values: Tensor): Tensor {
  assertSameLead("searchSorted", values, edges.shape);
  const lead = edges.shape.slice(0, -1);
  const [n, m] = [edges.shape.at(-1)!, values.shape.at(-1)!];
  return sum(lessEqual(reshape(edges, [...lead, 1, n]), reshape(values, [...lead, m, 1])), { axis: -1 });
}

function assertSameLead(where: string, second: Tensor, first: Shape): void {
  if (first.length > 0 && second.shape.length === first.length && sameShape(first.slice(0, -1), second.shape.slice(0, -1))) return;
  throw refuseShape(where, where === "gather" ? "index" : "values", second.shape, `the axes of ${showShape(first)} but for the last`);
}
