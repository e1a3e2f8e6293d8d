import { type Shape, sizeOf, toAxis } from "../shape.js";
import { makeTensor, type ReduceName, type Tensor } from "../tensor.js";
import { add, div, equal, exp, log, mul, select, stopGradient, sub } from "./elementwise.js";
import { reshape } from "./layout.js";

/** Which axes a reduction runs over. */
export interface ReduceOptions {
  /** One axis or several, from the end when negative; default: all. */
  readonly axis?: number | readonly number[];
  /** Leaves each reduced axis with length 1; default false. */
  readonly keepAxes?: boolean;
}

/** Sum over axes; zero over none. */
export const sum = (a: Tensor, options: ReduceOptions = {}): Tensor => reduce("sum", a, options);

/** Largest value along axes; NaN when one is, -Infinity over none. Its gradient is shared among equals. */
export const maximum = (a: Tensor, options: ReduceOptions = {}): Tensor => reduce("max", a, options);

/** Mean over axes. */
export function mean(a: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = axesOf("mean", a.shape, options);
  return div(sum(a, options), sizeOf(axes.map((axis) => a.shape[axis]!)));
}

/** Variance over axes, divided by the number of values (not by one less). */
export function variance(a: Tensor, options: ReduceOptions = {}): Tensor {
  axesOf("variance", a.shape, options);
  const centred = sub(a, mean(a, { ...options, keepAxes: true }));
  return mean(mul(centred, centred), options);
}

/** log sum exp(a) over axes, without overflow. */
export function logSumExp(a: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = axesOf("logSumExp", a.shape, options);
  const top = finiteMaximum(a, options);
  const total = sum(exp(sub(a, top)), { ...options, keepAxes: true });
  const result = add(log(total), top);
  return options.keepAxes ? result : reshape(result, without(a.shape, axes));
}

/** exp(a) / sum exp(a) along one axis. */
export function softmax(a: Tensor, axis = -1): Tensor {
  toAxis("softmax", axis, a.shape.length);
  const raised = exp(sub(a, finiteMaximum(a, { axis })));
  return div(raised, sum(raised, { axis, keepAxes: true }));
}

/** log softmax(a) along one axis. */
export function logSoftmax(a: Tensor, axis = -1): Tensor {
  toAxis("logSoftmax", axis, a.shape.length);
  return sub(a, logSumExp(a, { axis, keepAxes: true }));
}

/** What to take off before exp; 0 where all are -Infinity, for -Infinity - -Infinity is NaN. */
function finiteMaximum(a: Tensor, options: ReduceOptions): Tensor {
  const top = stopGradient(maximum(a, { ...options, keepAxes: true }));
  return select(equal(top, -Infinity), 0, top);
}

/** Sums up to and including each element, along the last axis. */
export function cumulativeSum(a: Tensor, { reverse = false }: { readonly reverse?: boolean } = {}): Tensor {
  return a.shape.length === 0 ? a : makeTensor({ name: "cumulativeSum", reverse }, [a], a.shape);
}

export function axesOf(where: string, shape: Shape, { axis }: ReduceOptions): number[] {
  if (axis === undefined) return shape.map((_, i) => i);
  const axes = typeof axis === "number" ? [axis] : axis;
  return [...new Set(axes.map((one) => toAxis(where, one, shape.length)))].sort((a, b) => a - b);
}

const without = (shape: Shape, axes: readonly number[]): Shape => shape.filter((_, axis) => !axes.includes(axis));

function reduce(fn: ReduceName, a: Tensor, options: ReduceOptions): Tensor {
  const axes = axesOf(fn === "max" ? "maximum" : fn, a.shape, options);
  const reduced = axes.length === 0 ? a : makeTensor({ name: "reduce", fn, axes }, [a], without(a.shape, axes));
  return options.keepAxes
    ? reshape(
        reduced,
        a.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
      )
    : reduced;
}
