import { DomainError, NotConvergedError } from "../errors.js";

/** Options of `findRoot`. */
export interface RootOptions {
  /** Width of the last bracket, in the unit of x; default 4 rounding errors of x. Larger stops earlier. */
  readonly tolerance?: number;
  /** Most calls of the function; default 200. */
  readonly maxEvaluations?: number;
}

/**
 * A zero of a continuous function between two points where its signs differ: inverse quadratic interpolation where that
 * is safe, else bisection, so it needs at most about twice the steps of bisection. Infinite values are allowed.
 *
 * @param f - Function of x.
 * @param bracket - `[low, high]` with f of different sign at the two, in either order of sign.
 * @param options - Tolerance and budget.
 * @returns x with |x - zero| below the tolerance.
 * @throws {DomainError} When the signs at the bracket's ends are equal, or a value is NaN.
 * @throws {NotConvergedError} When the budget is used up; `best` is the x so far.
 * @source Chandrupatla 1997, Advances in Engineering Software 28, 145
 * @example
 * findRoot((x) => x * x - 2, [0, 2]); // 1.41421356237309...
 */
export function findRoot(f: (x: number) => number, bracket: readonly [number, number], options: RootOptions = {}): number {
  const { tolerance = 0, maxEvaluations = 200 } = options;
  let [b, a] = bracket;
  let fa = finite(f, a);
  let fb = finite(f, b);
  if (fa === 0) return a;
  if (fb === 0) return b;
  if (fa > 0 === fb > 0)
    throw new DomainError("findRoot", "bracket", bracket, `ends where f has different signs, but f is ${fb} and ${fa}`);
  let t = 0.5;
  for (let evaluations = 2; evaluations < maxEvaluations; evaluations++) {
    const x = a + t * (b - a);
    const fx = finite(f, x);
    const sameSide = fx > 0 === fa > 0;
    const c = sameSide ? a : b;
    const fc = sameSide ? fa : fb;
    if (!sameSide) [b, fb] = [a, fa];
    [a, fa] = [x, fx];
    const nearest = Math.abs(fa) < Math.abs(fb) ? a : b;
    const relative = (tolerance + 4 * Number.EPSILON * Math.abs(nearest) + Number.MIN_VALUE) / Math.abs(b - a);
    if (fx === 0) return x;
    if (relative > 0.5) return nearest;
    t = Math.min(1 - relative, Math.max(relative, nextFraction([a, b, c], [fa, fb, fc])));
  }
  const best = Math.abs(fa) < Math.abs(fb) ? a : b;
  throw new NotConvergedError("findRoot", `no root to tolerance ${tolerance} after ${maxEvaluations} evaluations`, best);
}

/** Where between a (0) and b (1) to look next; c is the point that left the bracket. */
function nextFraction([a, b, c]: readonly [number, number, number], [fa, fb, fc]: readonly [number, number, number]): number {
  const xi = (a - b) / (c - b);
  const phi = (fa - fb) / (fc - fb);
  // The inverse quadratic through the three points is monotone between a and b exactly under this condition.
  if (!(phi * phi < xi && (1 - phi) ** 2 < 1 - xi)) return 0.5;
  const t = (fa / (fb - fa)) * (fc / (fb - fc)) + ((c - a) / (b - a)) * (fa / (fc - fa)) * (fb / (fc - fb));
  return Number.isFinite(t) ? t : 0.5;
}

function finite(f: (x: number) => number, x: number): number {
  const value = f(x);
  if (Number.isNaN(value)) throw new DomainError("findRoot", `f(${x})`, value, "a number");
  return value;
}
