import { DomainError } from "../errors.js";
import { type Matrix, rowOf } from "../numerics/matrix.js";
import { toTheta } from "../numerics/parameters.js";
import { key } from "../numerics/random.js";
import type { Prior } from "../probability/independent.js";

/** log p(theta) of rows `[N]`; undefined for a prior that can only be drawn from. */
export function densityOf(prior: Prior): ((theta: Matrix) => Float64Array) | undefined {
  const logProbs = (theta: Matrix) =>
    Float64Array.from({ length: theta.rows }, (_, i) => prior.logProb(toTheta(rowOf(theta, i), prior.parameters)));
  try {
    logProbs(prior.sample(key(0), 1));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return undefined;
  }
  return logProbs;
}

/** As `densityOf`, for a method that cannot do without. */
export function assertDensity(where: string, prior: Prior): (theta: Matrix) => Float64Array {
  if (typeof prior?.sample !== "function")
    throw new DomainError(where, "prior", prior, "a prior with a density", "make one, as uniform({ mu: [-2, 2] })");
  const density = densityOf(prior);
  if (density) return density;
  throw new DomainError(where, "prior.logProb", undefined, "a density", "give customPrior a logProb, or use tsnpe, which does without");
}
