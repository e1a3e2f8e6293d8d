import type { Theta } from "../../numerics/parameters.js";
import { normal } from "../../probability/normal.js";
import { uniform } from "../../probability/uniform.js";
import type { Sample } from "../contract.js";
import { simulator } from "../simulator.js";
import { type BenchmarkTask, benchmarkTask } from "./task.js";

/** The parameters `theta1` to `theta5`. */
export type SlcpRanges = { readonly [Name in `theta${1 | 2 | 3 | 4 | 5}`]: readonly [low: number, high: number] };

/** Points in an observation. */
const POINTS = 4;
/** Added to both variances. */
const JITTER = 1e-6;
const RANGE = [-3, 3] as const;
const LOG_TWO_PI = Math.log(2 * Math.PI);

/** The prior of SLCP. */
export const slcpPrior = uniform({ theta1: RANGE, theta2: RANGE, theta3: RANGE, theta4: RANGE, theta5: RANGE });

/**
 * Simple likelihood, complex posterior: four points from a correlated normal distribution of the plane, in whose covariance signs are lost.
 *
 * theta ~ U(-3, 3)^5,   m = (theta1, theta2),   s1 = theta3^2,   s2 = theta4^2,   rho = tanh theta5
 * x_i ~ N(m, S), i = 1, ..., 4,   S = [[s1^2, rho s1 s2], [rho s1 s2, s2^2]] + 1e-6 I
 *
 * x is [x_1, y_1, x_2, y_2, ...]. What is drawn is x, so a trace's log-probability is the log-likelihood.
 *
 * @returns The simulator `slcp` with its prior and likelihood.
 * @source Papamakarios, Sterratt, Murray 2019, arXiv:1805.07226, appendix A.1; Lueckmann et al. 2021, arXiv:2101.04653, T.3
 * @example
 * slcp().logLikelihood([0, 0, 0, 0, 0, 0, 0, 0])({ theta1: 0, theta2: 0, theta3: 1, theta4: 1, theta5: 0 }); // -7.351512...
 */
export function slcp(): BenchmarkTask<SlcpRanges> {
  const observables = Array.from({ length: POINTS }, (_, i) => [`x${i + 1}`, `y${i + 1}`]).flat();
  const source = { module: import.meta.url, name: "slcp", args: [] };
  const points = simulator<SlcpRanges>({ name: "slcp", parameters: slcpPrior.parameters, observables, source }, slcpRun);
  return benchmarkTask(points, { prior: slcpPrior, logProb: slcpLogProb });
}

/** Four points `[8]`: the first coordinate of each, and the second given the first. */
export function slcpRun(theta: Theta<SlcpRanges>, sample: Sample): number[] {
  const { m1, m2, c11, c12, determinant } = momentsOf([theta.theta1, theta.theta2, theta.theta3, theta.theta4, theta.theta5]);
  const first = normal(m1, Math.sqrt(c11));
  const conditionalStd = Math.sqrt(determinant / c11);
  return Array.from({ length: POINTS }, () => {
    const x = sample("x", first);
    return [x, sample("y", normal(m2 + (c12 / c11) * (x - m1), conditionalStd))];
  }).flat();
}

/** log p(x given theta) of the four points. */
export function slcpLogProb(x: ArrayLike<number>): (theta: ArrayLike<number>) => number {
  return (theta) => {
    const { m1, m2, c11, c12, c22, determinant } = momentsOf(theta);
    let squares = 0;
    for (let i = 0; i < POINTS; i++) {
      const u = x[2 * i]! - m1;
      const v = x[2 * i + 1]! - m2;
      squares += c22 * u * u - 2 * c12 * u * v + c11 * v * v;
    }
    return -0.5 * (squares / determinant + POINTS * Math.log(determinant)) - POINTS * LOG_TWO_PI;
  };
}

function momentsOf(theta: ArrayLike<number>) {
  const [s1, s2] = [theta[2]! ** 2, theta[3]! ** 2];
  const [v1, v2] = [s1 * s1, s2 * s2];
  const rho = Math.tanh(theta[4]!);
  // 1 - tanh^2 = 1 / cosh^2: the determinant of the part without jitter, without cancellation.
  const determinant = (v1 * v2) / Math.cosh(theta[4]!) ** 2 + JITTER * (v1 + v2 + JITTER);
  return { m1: theta[0]!, m2: theta[1]!, c11: v1 + JITTER, c12: rho * s1 * s2, c22: v2 + JITTER, determinant };
}
