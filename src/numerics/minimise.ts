import { DomainError, NotConvergedError } from "../errors.js";

/** Where a minimum is, and what it cost. */
export interface ScalarMinimum {
  readonly x: number;
  readonly value: number;
  readonly evaluations: number;
}

/** Options of `minimiseScalar`. */
export interface ScalarOptions {
  /** Accuracy of x as a part of the interval's width; default 1e-8, the square root of the rounding error, below which values do not differ. */
  readonly tolerance?: number;
  /** Most calls of the function; default 200. */
  readonly maxEvaluations?: number;
}

const GOLDEN = (3 - Math.sqrt(5)) / 2;

/**
 * The minimum of a function on an interval, by parabolas where they help and golden sections elsewhere. With several
 * minima it finds one of them. A minimum at an end of the interval is returned as that end. +Infinity is allowed.
 *
 * @param f - Function of x.
 * @param interval - `[low, high]`.
 * @param options - Tolerance and budget.
 * @returns x, f(x) and the number of evaluations.
 * @throws {DomainError} When the interval is not finite and ordered, or a value is NaN.
 * @throws {NotConvergedError} When the budget is used up; `best` is the minimum so far.
 * @source Brent 1973, "Algorithms for minimization without derivatives", chapter 5
 * @example
 * minimiseScalar((x) => (x - 1) ** 2, [0, 5]).x; // 1
 */
export function minimiseScalar(f: (x: number) => number, interval: readonly [number, number], options: ScalarOptions = {}): ScalarMinimum {
  const { tolerance = 1e-8, maxEvaluations = 200 } = options;
  const [low, high] = interval;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new DomainError("minimiseScalar", "interval", interval, "finite [low, high] with low at most high");
  }
  const counted = countCalls("minimiseScalar", f);
  const ends = [low, high].map((x) => ({ x, value: counted.call(x) }));
  const inside = descend(counted.call, [low, high], { step: tolerance * (high - low), maxEvaluations });
  const best = [inside, ...ends].reduce((least, point) => (point.value < least.value ? point : least));
  const result = { ...best, evaluations: counted.calls() };
  if (!inside.converged)
    throw new NotConvergedError("minimiseScalar", `no minimum to tolerance ${tolerance} after ${maxEvaluations} evaluations`, result);
  return { x: result.x, value: result.value, evaluations: result.evaluations };
}

/** Counts the calls of f and refuses NaN. */
export function countCalls<X>(where: string, f: (x: X) => number): { call(x: X): number; calls(): number } {
  let calls = 0;
  return {
    call: (x) => {
      calls++;
      const value = f(x);
      if (Number.isNaN(value))
        throw new DomainError(where, `f(${x})`, value, "a number", "return Infinity where the function is not defined");
      return value;
    },
    calls: () => calls,
  };
}

interface Point {
  readonly x: number;
  readonly value: number;
}

function descend(
  f: (x: number) => number,
  [low, high]: readonly [number, number],
  { step, maxEvaluations }: { step: number; maxEvaluations: number },
): Point & { converged: boolean } {
  let [a, b] = [low, high];
  let best = evaluate(f, a + GOLDEN * (b - a));
  let second = best;
  let third = best;
  let [move, lastMove] = [0, 0];
  for (let calls = 3; calls < maxEvaluations; calls++) {
    const middle = (a + b) / 2;
    const smallest = step + 2 * Number.EPSILON * Math.abs(best.x);
    if (Math.abs(best.x - middle) <= 2 * smallest - (b - a) / 2) return { ...best, converged: true };
    const parabola = Math.abs(lastMove) > smallest ? parabolaStep(best, second, third) : Number.NaN;
    // A parabola is trusted when it stays inside and moves less than half of the move before last: that ensures convergence.
    const trusted = Math.abs(parabola) < Math.abs(lastMove) / 2 && best.x + parabola > a && best.x + parabola < b;
    lastMove = trusted ? move : best.x < middle ? b - best.x : a - best.x;
    move = trusted ? parabola : GOLDEN * lastMove;
    const next = evaluate(f, best.x + (Math.abs(move) >= smallest ? move : Math.sign(move || 1) * smallest));
    if (next.value <= best.value) {
      if (next.x < best.x) b = best.x;
      else a = best.x;
      [third, second, best] = [second, best, next];
    } else {
      if (next.x < best.x) a = next.x;
      else b = next.x;
      if (next.value <= second.value || second === best) [third, second] = [second, next];
      else if (next.value <= third.value || third === best || third === second) third = next;
    }
  }
  return { ...best, converged: false };
}

/** Step from the best point to the vertex of the parabola through three points; NaN or infinite when they lie on a line. */
function parabolaStep(best: Point, second: Point, third: Point): number {
  const r = (best.x - second.x) * (best.value - third.value);
  const q = (best.x - third.x) * (best.value - second.value);
  return ((best.x - second.x) * r - (best.x - third.x) * q) / (2 * (q - r));
}

function evaluate(f: (x: number) => number, x: number): Point {
  return { x, value: f(x) };
}
