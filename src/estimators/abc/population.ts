/**
 * A weighted population of parameters in u, their ranges taken to the whole of space, and the kernel that moves it.
 *
 *   K(u, u') = N(u; u', 2 C),   C the population's weighted covariance
 *   w(u) = p(u) / sum_j w_j K(u, u_j),   p(u) = p(theta(u)) |d theta / d u|
 *
 * @module
 * @source Beaumont, Cornuet, Marin, Robert 2009, Biometrika 96, 983, section 3 (twice the covariance, weights)
 */
import { DomainError } from "../../errors.js";
import { cholesky } from "../../numerics/cholesky.js";
import { type Matrix, rowOf } from "../../numerics/matrix.js";
import { type ParameterRanges, type Theta, toTheta } from "../../numerics/parameters.js";
import type { Stream } from "../../numerics/random.js";
import { cumulativeSum, logSumExp } from "../../numerics/sums.js";
import { indexAt, normalised, weightedMoments } from "../../numerics/weighted.js";
import { type Bijection, toUnbounded } from "../../probability/bijection.js";
import { accepted, type Candidate } from "./posterior.js";

/** A prior that can be drawn from and evaluated. */
export interface SmcPrior<Ranges extends ParameterRanges = ParameterRanges> {
  readonly parameters: Ranges;
  /** Writes one draw of the parameters into the row `[D]`. */
  draw(source: Stream, row: Float64Array): void;
  /** Logarithm of the density at theta; -Infinity where it is zero. */
  logProb(theta: Theta<Ranges>): number;
}

/** A point `[D]` in both forms and the logarithm of the prior's density in u. */
export interface Point {
  readonly u: Float64Array;
  readonly theta: Float64Array;
  readonly logPrior: number;
}

/** The prior seen in u. */
export class UnboundedPrior<Ranges extends ParameterRanges> {
  private readonly map: Bijection;

  constructor(private readonly prior: SmcPrior<Ranges>) {
    this.map = toUnbounded(prior.parameters);
  }

  draw(source: Stream): Point {
    const theta = new Float64Array(Object.keys(this.prior.parameters).length);
    this.prior.draw(source, theta);
    return this.at(this.map.forwardAndLogDet(asRow(theta)).rows.values);
  }

  /** The point of u; its prior is -Infinity where the prior has no density. */
  at(u: Float64Array): Point {
    const { rows, logDet } = this.map.inverseAndLogDet(asRow(u));
    const named = toTheta(rows.values, this.prior.parameters) as Theta<Ranges>;
    const logPrior = this.prior.logProb(named);
    if (Number.isNaN(logPrior)) throw new DomainError("abcSmc", `prior.logProb(${JSON.stringify(named)})`, logPrior, "a number");
    return { u, theta: rows.values, logPrior: logPrior + logDet[0]! };
  }
}

/** A simulated data set at a point. */
export interface Particle extends Candidate, Point {}

/** Particles with weights. */
export class Population {
  private readonly kernel: { readonly lower: Matrix; readonly logNormaliser: number } | undefined;
  private readonly cumulative: Float64Array;

  constructor(
    readonly particles: readonly Particle[],
    /** Normalised, `[M]`. */
    readonly weights: Float64Array,
  ) {
    this.kernel = kernelOf(particles, weights);
    this.cumulative = cumulativeSum(weights);
  }

  /** Draws from the prior: all of one weight. */
  static first(particles: readonly Particle[]): Population {
    return new Population(particles, new Float64Array(particles.length).fill(1 / particles.length));
  }

  /** Whether the particles lie on a line or a plane, or on one point: no kernel can move them off it. */
  get isCollapsed(): boolean {
    return this.kernel === undefined;
  }

  /** A particle by weight, moved by the kernel. */
  move(source: Stream): Float64Array {
    const { lower } = this.kernel!;
    const u = this.particles[indexAt(this.cumulative, source.uniform())]!.u.slice();
    const z = u.map(() => source.normal());
    for (let i = 0; i < u.length; i++) {
      for (let k = 0; k <= i; k++) u[i]! += lower.values[i * u.length + k]! * z[k]!;
    }
    return u;
  }

  /** Logarithm of sum_j w_j K(u, u_j). */
  logProposal(u: Float64Array): number {
    const { lower, logNormaliser } = this.kernel!;
    const terms = this.weights.map((weight, j) => Math.log(weight) - 0.5 * squaredDistance(lower, u, this.particles[j]!.u));
    return logSumExp(terms) - logNormaliser;
  }

  /** The next population: particles that were proposed by `move`, with importance weights. */
  next(particles: readonly Particle[]): Population {
    const logWeights = Float64Array.from(particles, ({ u, logPrior }) => logPrior - this.logProposal(u));
    const largest = logWeights.reduce((most, value) => Math.max(most, value), -Infinity);
    return new Population(particles, normalised(logWeights.map((value) => Math.exp(value - largest))));
  }

  get accepted() {
    return accepted(this.particles, this.weights);
  }
}

function kernelOf(
  particles: readonly Particle[],
  weights: Float64Array,
): { readonly lower: Matrix; readonly logNormaliser: number } | undefined {
  const size = particles[0]!.u.length;
  const values = new Float64Array(particles.length * size);
  particles.forEach(({ u }, i) => {
    values.set(u, i * size);
  });
  const { covariance } = weightedMoments({ rows: particles.length, columns: size, values }, weights);
  const doubled = { ...covariance, values: covariance.values.map((value) => 2 * value) };
  try {
    const lower = cholesky({ where: "abcSmc", argument: "the population's covariance" }, doubled);
    let logNormaliser = 0.5 * size * Math.log(2 * Math.PI);
    for (let i = 0; i < size; i++) logNormaliser += Math.log(rowOf(lower, i)[i]!);
    return { lower, logNormaliser };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** (a - b)^T (L L^T)^-1 (a - b), by forward substitution. */
function squaredDistance({ columns: size, values }: Matrix, a: Float64Array, b: Float64Array): number {
  const solved = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i++) {
    let rest = a[i]! - b[i]!;
    for (let k = 0; k < i; k++) rest -= values[i * size + k]! * solved[k]!;
    solved[i] = rest / values[i * size + i]!;
    total += solved[i]! ** 2;
  }
  return total;
}

function asRow(values: Float64Array): Matrix {
  return { rows: 1, columns: values.length, values };
}
