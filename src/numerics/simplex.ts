import { DomainError, NotConvergedError } from "../errors.js";
import { countCalls } from "./minimise.js";

/** Where a minimum is `[D]`, and what it cost. */
export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

/** Options of `minimiseInBox`. */
export interface SimplexOptions {
  /** Length of the first steps as a part of the box `[D]` widths; default 0.1. */
  readonly step?: number;
  /** Spread of the function's values at which a descent stops, in the function's unit; default 1e-11. Rounding errors of the values are added. */
  readonly tolerance?: number;
  /** Most calls of the function; default 1000 D. */
  readonly maxEvaluations?: number;
}

interface Vertex {
  readonly x: Float64Array;
  readonly value: number;
}

/**
 * A local minimum of a function of several variables in a box, without derivatives: simplex descents, each from the
 * best point of the one before, until a descent brings no progress. Points outside are moved onto the box's
 * surface, so a minimum on it is found. +Infinity is allowed, but not at the start.
 *
 * @param f - Function of x `[D]`.
 * @param start - Where to begin `[D]`.
 * @param options - `box` with one `[low, high]` per variable; step, tolerance and budget.
 * @returns x, f(x) and the number of evaluations.
 * @throws {DomainError} When a value is NaN or f(start) is infinite.
 * @throws {NotConvergedError} When the budget is used up; `best` is the minimum so far.
 * @source Nelder, Mead 1965, Computer Journal 7, 308; with the coefficients of Gao, Han 2012, doi:10.1007/s10589-010-9329-3
 * @example
 * minimiseInBox(([x, y]) => (x! - 1) ** 2 + (y! + 2) ** 2, [0, 0], { box: [[-5, 5], [-5, 5]] }).x; // 1.0000, -2.0000
 */
export function minimiseInBox(
  f: (x: Float64Array) => number,
  start: ArrayLike<number>,
  options: SimplexOptions & { readonly box: readonly (readonly [number, number])[] },
): Minimum {
  const { box, step = 0.1, tolerance = 1e-11, maxEvaluations = 1000 * box.length } = options;
  const counted = countCalls("minimiseInBox", f);
  const at = (x: Float64Array): Vertex => ({ x: intoBox(x, box), value: counted.call(intoBox(x, box)) });
  let best = at(Float64Array.from(start));
  if (!Number.isFinite(best.value)) throw new DomainError("minimiseInBox", "f(start)", best.value, "a finite number", "start elsewhere");
  const within = () => counted.calls() < maxEvaluations;
  for (let size = step; within(); size = Math.max(size / 10, 1e-5)) {
    const next = descend(at, firstSimplex(at, best, { box, size }), { tolerance, within });
    const gain = best.value - next.value;
    best = next;
    if (within() && gain <= noise(best.value, tolerance)) return { ...best, evaluations: counted.calls() };
  }
  const result = { ...best, evaluations: counted.calls() };
  throw new NotConvergedError("minimiseInBox", `no minimum to tolerance ${tolerance} after ${result.evaluations} evaluations`, result);
}

function descend(
  at: (x: Float64Array) => Vertex,
  simplex: Vertex[],
  { tolerance, within }: { tolerance: number; within(): boolean },
): Vertex {
  const d = simplex.length - 1;
  simplex.sort(byValue);
  while (within() && !(simplex[d]!.value - simplex[0]!.value <= noise(simplex[0]!.value, tolerance))) {
    const worst = simplex[d]!;
    const moved = replacement(at, simplex);
    if (moved.value < worst.value) simplex[d] = moved;
    else for (let i = 1; i <= d; i++) simplex[i] = at(between(simplex[0]!.x, simplex[i]!.x, shrink(d)));
    simplex.sort(byValue);
  }
  return simplex[0]!;
}

/** The reflected, expanded or contracted point that shall replace the worst one. */
function replacement(at: (x: Float64Array) => Vertex, simplex: readonly Vertex[]): Vertex {
  const d = simplex.length - 1;
  const worst = simplex[d]!;
  const centre = worst.x.map((_, j) => simplex.slice(0, d).reduce((sum, { x }) => sum + x[j]! / d, 0));
  const reflected = at(between(centre, worst.x, -1));
  if (reflected.value < simplex[0]!.value) {
    const expanded = at(between(centre, worst.x, -(1 + 2 / Math.max(d, 2))));
    return expanded.value < reflected.value ? expanded : reflected;
  }
  if (reflected.value < simplex[d - 1]!.value) return reflected;
  const contraction = 0.75 - 1 / (2 * Math.max(d, 2));
  const contracted = at(between(centre, worst.x, reflected.value < worst.value ? -contraction : contraction));
  return contracted.value < reflected.value ? contracted : reflected;
}

function shrink(d: number): number {
  return 1 - 1 / Math.max(d, 2);
}

/** A simplex whose edges point into the box from the vertex. */
function firstSimplex(
  at: (x: Float64Array) => Vertex,
  origin: Vertex,
  { box, size }: { box: readonly (readonly [number, number])[]; size: number },
): Vertex[] {
  const others = box.map(([low, high], j) => {
    const x = origin.x.slice();
    const edge = size * (high - low);
    x[j] = x[j]! + edge <= high ? x[j]! + edge : x[j]! - edge;
    return at(x);
  });
  return [origin, ...others];
}

function between(origin: Float64Array, x: Float64Array, part: number): Float64Array {
  return origin.map((value, j) => value + part * (x[j]! - value));
}

function intoBox(x: Float64Array, box: readonly (readonly [number, number])[]): Float64Array {
  return x.map((value, j) => Math.min(box[j]![1], Math.max(box[j]![0], value)));
}

function byValue(a: Vertex, b: Vertex): number {
  return a.value === b.value ? 0 : a.value - b.value;
}

function noise(value: number, tolerance: number): number {
  return tolerance + 4 * Number.EPSILON * Math.abs(value);
}
