import { DomainError, ShapeError } from "../errors.js";
import { isMatrix, type Matrix, type MatrixLike, rowOf, toMatrix, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow, toTheta } from "../numerics/parameters.js";
import { weightedSum } from "../numerics/sums.js";
import { type Grid, makeGrid } from "./grid.js";
import type { LogLikelihoodFunction, ValuesAndGradients } from "./log-likelihood-function.js";

interface OverParameters<Ranges extends ParameterRanges> {
  /** Range of each parameter by name. */
  readonly parameters: Ranges;
  /** Names of the observables `[L]`, when known. */
  readonly observables?: readonly string[];
}

/** Anything that knows log p(x | theta): an exact density, a histogram, a flow. */
export interface Density<Ranges extends ParameterRanges = ParameterRanges> extends OverParameters<Ranges> {
  /** Logarithm of the density of each event `[N]` of x `[N, L]`; -Infinity where it is zero. */
  logProb(x: Matrix, theta: Theta<Ranges>): Float64Array;
  /** log p of each event at each row of thetas `[M, D]`, `[M, N]`: quicker than one theta at a time, where it is there. */
  logProbs?(x: Matrix, thetas: Matrix): Matrix;
  /** The gradient in theta of sum_i w_i log p(x_i given theta), and its value, at each row of thetas, where it is there. */
  gradients?(x: Matrix, thetas: Matrix, weights: Float64Array): ValuesAndGradients;
}

/** Anything that knows log r(x | theta), the density up to a factor that depends on x alone: differences in theta are those of log p. */
export interface Ratio<Ranges extends ParameterRanges = ParameterRanges> extends OverParameters<Ranges> {
  /** Logarithm of the ratio of each event `[N]` of x `[N, L]`. */
  logRatio(x: Matrix, theta: Theta<Ranges>): Float64Array;
  /** log r of each event at each row of thetas `[M, D]`, `[M, N]`, where it is there. */
  logRatios?(x: Matrix, thetas: Matrix): Matrix;
  /** As of a density. */
  gradients?(x: Matrix, thetas: Matrix, weights: Float64Array): ValuesAndGradients;
}

/** The log-likelihood of observed events; what `logLikelihood` returns. */
export interface LogLikelihood<Ranges extends ParameterRanges = ParameterRanges> extends LogLikelihoodFunction<Ranges> {
  /** Number of events. */
  readonly events: number;
  /** Values `[M]` at the rows of theta `[M, D]`. */
  batch(thetas: MatrixLike): Float64Array;
  /** Values at the nodes of a regular grid over the whole range, `points` along each parameter. */
  grid(points: number): Grid;
}

/**
 * Log-likelihood of independent, identically distributed events.
 *
 * log L(theta) = sum_i log p(x_i | theta)
 *
 * With a ratio in place of a density it is the log-likelihood up to a constant. Equal events are evaluated once and counted; the sum is
 * compensated, so its rounding error does not grow with the number of events.
 *
 * @param density - Density or ratio with its parameters' ranges.
 * @param events - Observed events `[N, L]`; plain numbers for one observable.
 * @returns A function of theta with batch and grid forms; it throws DomainError for a theta outside the range or of unknown name, and when the density gives NaN.
 * @throws {ShapeError} When there are no events, or they have the wrong number of observables.
 * @throws {DomainError} When an observable is NaN or infinite, or `density` is neither a density nor a ratio.
 * @example
 * const coin = { parameters: { p: [0, 1] }, logProb: (x: Matrix, { p }: Theta) => x.values.map((heads) => Math.log(heads ? p! : 1 - p!)) } as const;
 * logLikelihood(coin, [1, 1, 0])({ p: 0.5 }); // 3 log 0.5
 */
export function logLikelihood<const Ranges extends ParameterRanges>(
  density: Density<Ranges> | Ratio<Ranges>,
  events: MatrixLike,
): LogLikelihood<Ranges> {
  const evaluate = evaluator(density);
  const observed = toMatrix("logLikelihood", "events", events, density.observables?.length ?? columnsOf(events));
  const { rows, counts } = countEqualRows(observed);
  const many = manyThetas(density);
  const { parameters } = density;
  const at = (theta: Theta<Ranges>): number => {
    toRow("logLikelihood", "theta", theta, parameters);
    return weightedSum(checkValues(evaluate(rows, theta), { rows, theta }), counts);
  };
  return Object.assign(at, {
    parameters,
    events: observed.rows,
    batch: (thetas: MatrixLike) => {
      const points = toMatrix("logLikelihood", "thetas", thetas, Object.keys(parameters).length);
      if (many) return sumOver(many(rows, points), counts, { rows, points, parameters });
      return Float64Array.from({ length: points.rows }, (_, i) => at(toTheta(rowOf(points, i), parameters) as Theta<Ranges>));
    },
    ...(density.gradients && { gradient: (thetas: Matrix) => density.gradients!(rows, thetas, counts) }),
    grid: (points: number) => makeGrid("logLikelihood", Object.assign(at, { parameters }), points),
  });
}

function evaluator<Ranges extends ParameterRanges>(
  density: Density<Ranges> | Ratio<Ranges>,
): (x: Matrix, theta: Theta<Ranges>) => Float64Array {
  if ("logProb" in density) return (x, theta) => density.logProb(x, theta);
  if ("logRatio" in density) return (x, theta) => density.logRatio(x, theta);
  throw new DomainError("logLikelihood", "density", density, "an object with logProb(x, theta) or logRatio(x, theta)");
}

function columnsOf(events: MatrixLike): number {
  if (isMatrix(events)) return events.columns;
  const first = events[0];
  return typeof first === "object" ? first.length : 1;
}

function countEqualRows(observed: Matrix): { rows: Matrix; counts: Float64Array } {
  const places = new Map<string, { first: number; count: number }>();
  for (let i = 0; i < observed.rows; i++) {
    const name = rowOf(observed, i).join();
    const place = places.get(name);
    if (place) place.count++;
    else places.set(name, { first: i, count: 1 });
  }
  const rows = zeros(places.size, observed.columns);
  [...places.values()].forEach(({ first }, i) => {
    rowOf(rows, i).set(rowOf(observed, first));
  });
  return { rows, counts: Float64Array.from([...places.values()], ({ count }) => count) };
}

/** The form for many thetas at once, where there is one. */
function manyThetas<Ranges extends ParameterRanges>(density: Density<Ranges> | Ratio<Ranges>) {
  const form = "logProb" in density ? density.logProbs : density.logRatios;
  return form && ((x: Matrix, thetas: Matrix) => form.call(density, x, thetas));
}

/** sum_i w_i log p(x_i given theta) of each row. */
function sumOver(
  values: Matrix,
  counts: Float64Array,
  { rows, points, parameters }: { readonly rows: Matrix; readonly points: Matrix; readonly parameters: ParameterRanges },
): Float64Array {
  return Float64Array.from({ length: points.rows }, (_, m) => {
    return weightedSum(checkValues(rowOf(values, m), { rows, theta: toTheta(rowOf(points, m), parameters) }), counts);
  });
}

function checkValues(values: Float64Array, { rows, theta }: { rows: Matrix; theta: Theta }): Float64Array {
  if (values.length !== rows.rows) throw new ShapeError("logLikelihood", "density's values", `[${values.length}]`, `[${rows.rows}]`);
  const bad = values.findIndex((value) => !(value < Infinity));
  if (bad >= 0) {
    const place = `density at x = [${rowOf(rows, bad).join(", ")}], theta = ${JSON.stringify(theta)}`;
    throw new DomainError("logLikelihood", place, values[bad], "a finite number or -Infinity");
  }
  return values;
}
