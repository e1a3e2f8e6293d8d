import { DomainError, NotConvergedError, ShapeError } from "../errors.js";
import { type Matrix, rowOf, zeros } from "./matrix.js";
import { DormandPrince, type OdeFunction, type OdeTolerances } from "./ode-step.js";

export type { OdeFunction } from "./ode-step.js";

/** An initial value problem and how well to solve it. */
export interface OdeOptions {
  /** The state at the first of `times` `[D]`. */
  readonly initial: ArrayLike<number>;
  /** When the state is wanted, ascending `[T]`; the first is where the integration begins. */
  readonly times: ArrayLike<number>;
  /** Error allowed in a step relative to the state, at least 0; default 1e-6. Smaller takes more steps, as its power -1/5. */
  readonly relativeTolerance?: number;
  /** Error allowed in a step where the state is near zero, positive, in the unit of y; default 1e-9. */
  readonly absoluteTolerance?: number;
  /** Number of steps, accepted and rejected, after which it gives up; default 100 000. */
  readonly maxSteps?: number;
}

/** States at the times asked for. */
export interface OdeSolution {
  /** `[T]`; when the integration gave up, those that were reached. */
  readonly times: Float64Array;
  /** One row for each time `[T, D]`. */
  readonly values: Matrix;
  /** Steps accepted. */
  readonly steps: number;
  /** Steps tried again with a smaller size. */
  readonly rejected: number;
  /** Evaluations of the right-hand side. */
  readonly evaluations: number;
}

/** The next step is this part of the largest that its error would allow. */
const SAFETY = 0.9;
const SMALLEST_FACTOR = 0.2;
const LARGEST_FACTOR = 10;
/** Weight of the last error but one in the PI control. */
const BETA = 0.04;

/**
 * Solves y' = f(t, y) from an initial state, with steps as long as the tolerances allow.
 *
 * Dormand-Prince 5(4) with PI step control; states between the steps come from the pair's own interpolant of fourth order. The tolerances hold
 * for the error of a step: what is summed over a long time may be larger, so halve them and compare. A stiff equation takes very many steps:
 * this is not the method for it.
 *
 * @param f - Right-hand side: `(t, y, slope) => void` reads y `[D]` and writes y' into `slope` `[D]`.
 * @param options - Initial state, times, tolerances.
 * @returns States `[T, D]` and what they took.
 * @throws {ShapeError} When there is no time or no component.
 * @throws {DomainError} When the initial state or a time is not finite, times do not ascend, a tolerance is no such number, or y' is NaN or infinite at the end of every step however short.
 * @throws {NotConvergedError} When `maxSteps` are done, or the steps become too short for t to move; `best` holds the states reached.
 * @source Hairer, Nørsett, Wanner 1993, "Solving ordinary differential equations I", sections II.4 to II.6
 * @example
 * const decay: OdeFunction = (_t, y, slope) => slope.set([-y[0]!]);
 * solveOde(decay, { initial: [1], times: [0, 1] }).values.values; // 1, 0.36788
 */
export function solveOde(f: OdeFunction, options: OdeOptions): OdeSolution {
  const { relativeTolerance = 1e-6, absoluteTolerance = 1e-9, maxSteps = 100_000 } = options;
  assertProblem(options, { relativeTolerance, absoluteTolerance }, maxSteps);
  return new Integration(f, options, { relativeTolerance, absoluteTolerance }).solve(maxSteps);
}

class Integration {
  private readonly times: Float64Array;
  private readonly values: Matrix;
  private readonly pair: DormandPrince;
  private t: number;
  /** Number of states written. */
  private reached = 1;
  private steps = 0;
  private rejected = 0;

  constructor(f: OdeFunction, { initial, times }: OdeOptions, tolerances: OdeTolerances) {
    this.times = Float64Array.from(times);
    this.values = zeros(times.length, initial.length);
    rowOf(this.values, 0).set(Float64Array.from(initial));
    this.pair = new DormandPrince(f, initial, tolerances);
    this.t = this.times[0]!;
  }

  solve(maxSteps: number): OdeSolution {
    const { times, pair } = this;
    const end = times[times.length - 1]!;
    if (this.reached === times.length) return this.solution();
    pair.begin(this.t);
    this.assertSlope(pair.k1);
    let h = pair.firstStep(this.t, end - this.t);
    let lastError = 1e-4;
    let afterRejection = false;
    while (this.reached < times.length) {
      if (this.steps + this.rejected >= maxSteps) throw this.gaveUp(`${maxSteps} steps`, "allow more steps or a larger tolerance");
      // A step that ends within rounding of the end is the last one.
      const last = this.t + 1.000001 * h >= end;
      if (last) h = end - this.t;
      const error = pair.attempt(this.t, h);
      if (!(error <= 1)) {
        this.rejected++;
        h *= Number.isFinite(error) ? Math.max(SMALLEST_FACTOR, SAFETY * error ** -0.2) : SMALLEST_FACTOR;
        afterRejection = true;
        this.assertMoves(h, error);
        continue;
      }
      this.advance(h, last ? end : this.t + h);
      const growth = SAFETY * Math.max(error, 1e-10) ** -(0.2 - 0.75 * BETA) * lastError ** BETA;
      h *= Math.min(afterRejection ? 1 : LARGEST_FACTOR, Math.max(SMALLEST_FACTOR, growth));
      lastError = Math.max(error, 1e-4);
      afterRejection = false;
    }
    return this.solution();
  }

  /** Writes the states that lie within the step, and goes to its end. */
  private advance(h: number, to: number): void {
    const { times, values, pair, t } = this;
    for (; this.reached < times.length && times[this.reached]! <= to; this.reached++) {
      const time = times[this.reached]!;
      if (time === to) values.values.set(pair.next, this.reached * values.columns);
      else pair.interpolate((time - t) / h, h, values.values, this.reached * values.columns);
    }
    pair.accept();
    this.t = to;
    this.steps++;
  }

  private assertSlope(slope: Float64Array): void {
    const bad = slope.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return;
    const state = `y = [${this.pair.y.join(", ")}]`;
    throw new DomainError("solveOde", `f at t = ${this.t}, ${state}: slope[${bad}]`, slope[bad], "a finite number", "look at f there");
  }

  private assertMoves(h: number, error: number): void {
    if (h > Math.max(4 * Number.EPSILON * Math.abs(this.t), 1e-300)) return;
    if (Number.isFinite(error)) throw this.gaveUp("steps too short for t to move", "the solution may have a pole there, or f a jump");
    const place = `f beyond t = ${this.t}, y = [${this.pair.y.join(", ")}]`;
    throw new DomainError(
      "solveOde",
      place,
      this.pair.k7.find((value) => !Number.isFinite(value)) ?? error,
      "finite slopes",
      "look at f there",
    );
  }

  private gaveUp(what: string, advice: string): NotConvergedError<OdeSolution> {
    const { t, pair } = this;
    return new NotConvergedError("solveOde", `gave up after ${what}, at t = ${t}, y = [${pair.y.join(", ")}]`, this.solution(), advice);
  }

  private solution(): OdeSolution {
    const { times, values, reached, steps, rejected, pair } = this;
    const { columns } = values;
    const rows = { rows: reached, columns, values: values.values.subarray(0, reached * columns) };
    return { times: times.subarray(0, reached), values: rows, steps, rejected, evaluations: pair.evaluations };
  }
}

function assertProblem({ initial, times }: OdeOptions, tolerances: OdeTolerances, maxSteps: number): void {
  if (initial.length === 0) throw new ShapeError("solveOde", "initial", "[0]", "[D] with D at least 1");
  if (times.length === 0) throw new ShapeError("solveOde", "times", "[0]", "[T] with T at least 1");
  assertFinite("initial", initial);
  assertFinite("times", times);
  for (let i = 1; i < times.length; i++) {
    if (times[i]! > times[i - 1]!) continue;
    throw new DomainError("solveOde", `times[${i}]`, times[i], `a number above times[${i - 1}], ${times[i - 1]}`);
  }
  assertOptions(tolerances, maxSteps);
}

function assertOptions({ relativeTolerance, absoluteTolerance }: OdeTolerances, maxSteps: number): void {
  if (!(relativeTolerance >= 0 && relativeTolerance < 1)) {
    throw new DomainError("solveOde", "relativeTolerance", relativeTolerance, "a number in [0, 1)");
  }
  if (!(absoluteTolerance > 0 && absoluteTolerance < Infinity)) {
    throw new DomainError("solveOde", "absoluteTolerance", absoluteTolerance, "a positive finite number");
  }
  if (!(Number.isSafeInteger(maxSteps) && maxSteps >= 1)) throw new DomainError("solveOde", "maxSteps", maxSteps, "a positive integer");
}

function assertFinite(argument: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new DomainError("solveOde", `${argument}[${i}]`, values[i], "a finite number");
  }
}
