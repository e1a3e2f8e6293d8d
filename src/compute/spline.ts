/**
 * Monotone rational-quadratic splines: the bijection of neural spline flows, fused, with its composed form as definition.
 *
 * @module
 * @source Durkan, Bekasov, Murray, Papamakarios 2019, arXiv:1906.04032, eqs. 4-5 and appendix A
 */
import { DomainError } from "../errors.js";
import { fused } from "./fused.js";
import { vectorJacobian } from "./gradient.js";
import { add, div, greater, less, log, mul, neg, select, softplus, sqrt, square, sub } from "./operations/elementwise.js";
import { gather, searchSorted } from "./operations/indexing.js";
import { concatenate, pad, reshape, sliceAxis } from "./operations/layout.js";
import { cumulativeSum, softmax } from "./operations/reduction.js";
import { constant } from "./operations/source.js";
import { refuseShape, type Shape } from "./shape.js";
import type { FusedKernel, Tensor } from "./tensor.js";

/** What a spline is made of. */
export interface SplineOptions {
  /** Number of bins; default 10. More follow finer structure. */
  readonly bins?: number;
  /** The spline acts on [-bound, bound] and is the identity outside, in the unit of x; default 3. */
  readonly bound?: number;
  /** Least width and height of a bin as a part of the whole, and least slope; default 1e-3. */
  readonly least?: number;
}

/** A spline at x. */
export interface SplineValue {
  /** f(x), of the shape of x. */
  readonly y: Tensor;
  /** log df/dx, of the shape of x. */
  readonly logSlope: Tensor;
}

interface Settings {
  readonly bins: number;
  readonly bound: number;
  readonly least: number;
}

/**
 * A monotone piecewise rational-quadratic function of each number.
 *
 * @param x - [...].
 * @param parameters - [..., 3 bins - 1]: unnormalised widths, heights (through a softmax of 1/sqrt(50) of them), inner slopes
 *   (through softplus); slopes at the ends are 1.
 * @returns f(x) and log f'(x), each [...].
 * @throws {ShapeError} When the parameters do not fit x.
 * @throws {DomainError} When an option is out of range.
 */
export function rationalQuadraticSpline(x: Tensor, parameters: Tensor, options: SplineOptions = {}): SplineValue {
  const settings = settingsOf("rationalQuadraticSpline", options);
  assertParameters("rationalQuadraticSpline", x, parameters, settings);
  const both = fused(splineKernel(settings), [x, parameters]);
  const part = (i: number) => reshape(sliceAxis(both, 0, { start: i, end: i + 1 }), x.shape);
  return { y: part(0), logSlope: part(1) };
}

/**
 * The inverse: x from y = f(x).
 *
 * @param y - [...].
 * @param parameters - As of `rationalQuadraticSpline`.
 * @returns x, of the shape of y.
 * @throws {ShapeError} When the parameters do not fit y.
 * @throws {DomainError} When an option is out of range.
 * @source Durkan et al. 2019, arXiv:1906.04032, eqs. 6-8
 */
export function inverseRationalQuadraticSpline(y: Tensor, parameters: Tensor, options: SplineOptions = {}): Tensor {
  const settings = settingsOf("inverseRationalQuadraticSpline", options);
  assertParameters("inverseRationalQuadraticSpline", y, parameters, settings);
  return fused(inverseKernel(settings), [y, parameters]);
}

function settingsOf(where: string, { bins = 10, bound = 3, least = 1e-3 }: SplineOptions): Settings {
  if (!(Number.isInteger(bins) && bins >= 2 && bins <= 64)) throw new DomainError(where, "bins", bins, "a whole number from 2 to 64");
  if (!(bound > 0 && bound < Infinity)) throw new DomainError(where, "bound", bound, "a positive number");
  if (!(least > 0 && least * bins < 1)) throw new DomainError(where, "least", least, "a positive number below 1 / bins");
  return { bins, bound, least };
}

function assertParameters(where: string, x: Tensor, parameters: Tensor, { bins }: Settings): void {
  const wanted = [...x.shape, 3 * bins - 1];
  if (parameters.shape.join() !== wanted.join()) throw refuseShape(where, "parameters", parameters.shape, `[${wanted.join(", ")}]`);
}

function splineKernel(settings: Settings): FusedKernel {
  const attributes = [settings.bins, settings.bound, settings.least];
  const compose = ([x, parameters]: readonly Tensor[]) => compute(x!, parameters!, settings);
  const gradient: FusedKernel = {
    name: "splineGradient",
    attributes,
    compose: ([x, parameters, cotangent]) => {
      const gradients = vectorJacobian(compute(x!, parameters!, settings), cotangent!, [x!, parameters!]);
      return concatenate(gradients.map((g) => reshape(g, [-1])));
    },
  };
  return { name: "spline", attributes, compose, gradient };
}

function inverseKernel(settings: Settings): FusedKernel {
  const attributes = [settings.bins, settings.bound, settings.least];
  return { name: "splineInverse", attributes, compose: ([y, parameters]) => computeInverse(y!, parameters!, settings) };
}

function computeInverse(y: Tensor, parameters: Tensor, settings: Settings): Tensor {
  const { inside, value, x0, x1, y0, y1, d0, d1 } = binOf(y, parameters, { settings, by: "y" });
  const s = div(sub(y1, y0), sub(x1, x0));
  const [height, above] = [sub(y1, y0), sub(value, y0)];
  const bend = mul(above, sub(add(d1, d0), mul(2, s)));
  const a = add(mul(height, sub(s, d0)), bend);
  const b = sub(mul(height, d0), bend);
  const c = neg(mul(s, above));
  // The root with b + sqrt(b^2 - 4 a c) below keeps its digits where a is near zero; b > 0 wherever the slope at x0 is.
  const root = sqrt(select(less(sub(square(b), mul(4, mul(a, c))), 0), 0, sub(square(b), mul(4, mul(a, c)))));
  const t = div(mul(-2, c), add(b, root));
  return select(inside, reshape(add(x0, mul(t, sub(x1, x0))), y.shape), y);
}

/** [2, ...]: f(x) and log f'(x). */
function compute(x: Tensor, parameters: Tensor, settings: Settings): Tensor {
  const { inside, value, x0, x1, y0, y1, d0, d1 } = binOf(x, parameters, { settings, by: "x" });
  const s = div(sub(y1, y0), sub(x1, x0));
  const t = div(sub(value, x0), sub(x1, x0));
  const q = mul(t, sub(1, t));
  const below = add(s, mul(sub(add(d1, d0), mul(2, s)), q));
  const y = add(y0, div(mul(sub(y1, y0), add(mul(s, square(t)), mul(d0, q))), below));
  const rise = add(add(mul(d1, square(t)), mul(mul(2, s), q)), mul(d0, square(sub(1, t))));
  const logSlope = sub(add(mul(2, log(s)), log(rise)), mul(2, log(below)));
  const flat = (a: Tensor) => reshape(a, x.shape);
  const both = [select(inside, flat(y), x), select(inside, flat(logSlope), 0)];
  return concatenate(
    both.map((a) => reshape(a, [1, ...x.shape])),
    0,
  );
}

/** The bin that each value lies in: its ends and the slopes there, each [..., 1]; `value` is 0 where it is outside. */
function binOf(
  values: Tensor,
  parameters: Tensor,
  { settings, by }: { readonly settings: Settings; readonly by: "x" | "y" },
): Readonly<Record<"d0" | "d1" | "inside" | "value" | "x0" | "x1" | "y0" | "y1", Tensor>> {
  const { bins, bound, least } = settings;
  const share = (start: number) => {
    const raw = mul(sliceAxis(parameters, -1, { start, end: start + bins }), 1 / Math.sqrt(50));
    return add(least, mul(1 - least * bins, softmax(raw)));
  };
  const knots = (sizes: Tensor) => sub(mul(padLast(cumulativeSum(sizes), 1, 0), 2 * bound), bound);
  const [knotsX, knotsY] = [knots(share(0)), knots(share(bins))];
  const inner = add(least, softplus(sliceAxis(parameters, -1, { start: 2 * bins, end: 3 * bins - 1 })));
  const ends = constant(1, [...values.shape, 1]);
  const slopes = concatenate([ends, inner, ends]);
  const inside = mul(greater(values, -bound), less(values, bound));
  const value = reshape(select(inside, values, 0), [...values.shape, 1]);
  const bin = searchSorted(sliceAxis(by === "x" ? knotsX : knotsY, -1, { start: 1, end: bins }), value);
  const at = (table: Tensor, offset: number) => gather(table, add(bin, offset));
  const [x0, x1, y0, y1] = [at(knotsX, 0), at(knotsX, 1), at(knotsY, 0), at(knotsY, 1)];
  return { inside, value, x0, x1, y0, y1, d0: at(slopes, 0), d1: at(slopes, 1) };
}

const padLast = (a: Tensor, before: number, after: number): Tensor => {
  const none: Shape = a.shape.map(() => 0);
  return pad(a, none.with(-1, before), none.with(-1, after));
};
