/**
 * Two populations of which one lives on the other: prey and predators, or those who can be infected and the infected.
 *
 * dX/dt = alpha X - beta X Y,   dY/dt = -gamma Y + delta X Y
 *
 * The logarithms u = log X, v = log Y are integrated, u' = alpha - beta e^v, v' = delta e^u - gamma: they cannot change sign, and a tolerance on
 * them is a relative one on X and Y, however few are left.
 *
 * @module
 */
import type { Matrix } from "../../numerics/matrix.js";
import { type OdeFunction, solveOde } from "../../numerics/ode.js";

/** Rates of growth alpha, loss beta, death gamma and gain delta. */
export interface PredationRates {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly delta: number;
}

/** Where the populations begin and when they are wanted. */
export interface PredationProblem {
  /** log X and log Y at the first of the times. */
  readonly initial: readonly [u: number, v: number];
  readonly times: readonly number[];
  /** Error allowed in u and v in a step. */
  readonly tolerance: number;
}

/** u and v at the times `[T, 2]`. */
export function logPopulations({ alpha, beta, gamma, delta }: PredationRates, problem: PredationProblem): Matrix {
  return solve(problem, problem.initial, (_t, y, slope) => {
    slope[0] = alpha - beta * Math.exp(y[1]!);
    slope[1] = delta * Math.exp(y[0]!) - gamma;
  });
}

/**
 * u and v, and behind them their derivatives in alpha, beta, gamma, delta, each of u and of v: `[T, 10]`.
 *
 * The derivative w in a rate solves w' = J w + df/drate, J = [[0, -beta e^v], [delta e^u, 0]].
 */
export function logPopulationsWithSlopes({ alpha, beta, gamma, delta }: PredationRates, problem: PredationProblem): Matrix {
  return solve(problem, [...problem.initial, 0, 0, 0, 0, 0, 0, 0, 0], (_t, y, slope) => {
    const [prey, predators] = [Math.exp(y[0]!), Math.exp(y[1]!)];
    slope[0] = alpha - beta * predators;
    slope[1] = delta * prey - gamma;
    for (let rate = 0; rate < 4; rate++) {
      slope[2 + 2 * rate] = -beta * predators * y[3 + 2 * rate]!;
      slope[3 + 2 * rate] = delta * prey * y[2 + 2 * rate]!;
    }
    slope[2]! += 1;
    slope[4]! -= predators;
    slope[7]! -= 1;
    slope[9]! += prey;
  });
}

function solve({ times, tolerance }: PredationProblem, initial: readonly number[], f: OdeFunction): Matrix {
  return solveOde(f, { initial, times, relativeTolerance: 0, absoluteTolerance: tolerance }).values;
}
