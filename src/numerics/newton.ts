import { NotConvergedError } from "../errors.js";
import { cholesky, choleskySolve, type MatrixSource } from "./cholesky.js";
import type { Matrix } from "./matrix.js";

/** A convex function at a point: its value, gradient `[D]` and second derivatives `[D, D]`, of which the lower triangle is read. */
export interface Curvature {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly hessian: Matrix;
}

const MAX_STEPS = 100;
const MAX_HALVINGS = 40;
/** Twice the fall of the value that a step promises, for a value in units of log-likelihood: 1e-7 standard errors, and far less after that step. */
const CONVERGED = 1e-14;

/**
 * The minimum of a smooth, strictly convex function by Newton's method; a step that does not bring the value down is halved.
 *
 * @param source - Function and argument for messages; `advice` for a matrix of second derivatives that is singular.
 * @param at - Value, gradient and second derivatives at w `[D]`.
 * @param start - Where to begin `[D]`.
 * @returns w `[D]`.
 * @throws {DomainError} When the second derivatives are not positive definite: the minimum is not unique.
 * @throws {NotConvergedError} When 100 steps or 40 halvings do not suffice; `best` is the last w.
 * @source Boyd, Vandenberghe 2004, "Convex optimization", algorithm 9.5
 * @example
 * const at = ([x]: Float64Array) => ({
 *   value: Math.exp(x!) - 2 * x!,
 *   gradient: Float64Array.of(Math.exp(x!) - 2),
 *   hessian: { rows: 1, columns: 1, values: Float64Array.of(Math.exp(x!)) },
 * });
 * newtonMinimum({ where: "f", argument: "x" }, at, Float64Array.of(0)); // 0.693147...
 */
export function newtonMinimum(source: MatrixSource, at: (w: Float64Array) => Curvature, start: Float64Array): Float64Array {
  let w = start;
  let here = at(w);
  for (let count = 0; count < MAX_STEPS; count++) {
    const step = choleskySolve(cholesky(source, here.hessian), here.gradient);
    const decrement = step.reduce((total, value, i) => total + value * here.gradient[i]!, 0);
    if (decrement < CONVERGED) return moved(w, step, 1);
    [w, here] = descend(source, at, { w, here, step });
  }
  throw new NotConvergedError(source.where, `${MAX_STEPS} Newton steps did not reach the minimum`, w);
}

interface Attempt {
  readonly w: Float64Array;
  readonly here: Curvature;
  readonly step: Float64Array;
}

function descend({ where }: MatrixSource, at: (w: Float64Array) => Curvature, { w, here, step }: Attempt): [Float64Array, Curvature] {
  for (let halvings = 0; halvings < MAX_HALVINGS; halvings++) {
    const next = moved(w, step, 2 ** -halvings);
    const there = at(next);
    // Near the minimum values differ by less than their rounding.
    if (there.value <= here.value + 1e-13 * Math.abs(here.value)) return [next, there];
  }
  throw new NotConvergedError(where, "Newton's method finds no descent", w, "look for values that are extreme");
}

function moved(w: Float64Array, step: Float64Array, part: number): Float64Array {
  return w.map((value, i) => value - part * step[i]!);
}
