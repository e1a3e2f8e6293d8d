import { DomainError } from "../errors.js";
import { forEachIndex, trapezoidWeights } from "../numerics/axes.js";
import type { Matrix } from "../numerics/matrix.js";
import { zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toTheta } from "../numerics/parameters.js";
import { logSumExp, sum } from "../numerics/sums.js";
import { assertOneOrTwo, boxAround, boxOf, checkPoints, DEFAULT_POINTS, type Grid, gridOver, rowFunction } from "./grid.js";
import { lineQuantile } from "./line-density.js";
import type { LogLikelihoodFunction } from "./log-likelihood-function.js";
import { maximise } from "./maximise.js";

/** What a prior must offer; those of the probability layer do. */
export interface PriorLike<Ranges extends ParameterRanges = ParameterRanges> {
  /** Logarithm of the density at theta; -Infinity outside the support. */
  logProb(theta: Theta<Ranges>): number;
  /** The support of each parameter, when known. */
  readonly parameters?: ParameterRanges;
}

/** Options of `gridPosterior`. */
export interface GridPosteriorOptions {
  /** Nodes of the grid along each parameter; default 401 in one parameter, 81 in two. More integrate more accurately. */
  readonly points?: number;
  /** Narrows the grid to where the density is above e^-25 of its mode; default true. False keeps the whole range. */
  readonly zoom?: boolean;
}

/** A posterior on a grid of one or two parameters; what `gridPosterior` returns. */
export interface GridPosterior<Ranges extends ParameterRanges = ParameterRanges> {
  /** Range of each parameter by name. */
  readonly parameters: Ranges;
  /** Normalised density at the nodes, per unit of each parameter, in row-major order: the last parameter runs fastest. */
  readonly grid: { readonly axes: readonly Float64Array[]; readonly shape: readonly number[]; readonly density: Float64Array };
  /** Logarithm of int L(theta) p(theta) dtheta. */
  readonly logEvidence: number;
  /** Where the density is largest. */
  readonly mode: Theta<Ranges>;
  /** Expectation of each parameter. */
  readonly mean: Theta<Ranges>;
  /** Standard deviation of each parameter. */
  readonly std: Theta<Ranges>;
  /** Covariance `[D, D]`. */
  readonly covariance: Matrix;
  /** Theta below which each parameter, by itself, lies with probability p. */
  quantile(p: number): Theta<Ranges>;
  /** Density of one parameter by itself at the nodes of its axis. */
  marginal(name: keyof Ranges & string): { readonly axis: Float64Array; readonly density: Float64Array };
}

const DROP = 25;

/**
 * Posterior of one or two parameters on a grid, normalised by the trapezoidal rule.
 *
 * p(theta | x) = L(theta) p(theta) / int L(theta) p(theta) dtheta
 *
 * The prior is cut off at the ends of the log-likelihood's range. Between the nodes the density of one parameter is taken as linear; the error is of
 * second order in the spacing, and far smaller for a smooth density that vanishes at the ends. For more parameters use a sampler.
 *
 * @param logL - Log-likelihood of one or two parameters.
 * @param prior - Prior over the same parameters.
 * @param options - Grid.
 * @returns Density on the grid, evidence, mode, mean, standard deviation, covariance, quantiles and marginals.
 * @throws {ShapeError} When there are more than two parameters.
 * @throws {DomainError} When likelihood times prior is zero everywhere tried, the prior has other parameters, `points` is no grid; from `quantile` and `marginal` for a probability outside [0, 1] or an unknown name.
 * @example
 * gridPosterior(logL, uniform({ slope: [-1, 0] })).mean.slope;
 */
export function gridPosterior<Ranges extends ParameterRanges>(
  logL: LogLikelihoodFunction<Ranges>,
  prior: PriorLike<Ranges>,
  options: GridPosteriorOptions = {},
): GridPosterior<Ranges> {
  const where = "gridPosterior";
  const { parameters } = logL;
  assertOneOrTwo(where, parameters);
  const box = overlap(parameters, prior.parameters ?? parameters);
  const { points = DEFAULT_POINTS[box.length - 1]!, zoom = true } = options;
  checkPoints(where, points, box.length);
  const logJoint = Object.assign(
    (theta: Theta<Ranges>) => {
      const logPrior = prior.logProb(theta);
      return logPrior === -Infinity ? -Infinity : logPrior + logL(theta);
    },
    { parameters },
  );
  const f = rowFunction(where, logJoint);
  const peak = maximise(f, box);
  if (peak.value === -Infinity) {
    throw new DomainError(
      where,
      "logL plus prior",
      peak.value,
      "a finite value somewhere",
      "let the prior overlap the range where the events are possible",
    );
  }
  return summarise(parameters, gridOver(f, zoom ? boxAround(f, box, { peak, drop: DROP }) : box, points), peak.row);
}

function overlap(parameters: ParameterRanges, support: ParameterRanges) {
  const [names, others] = [Object.keys(parameters), Object.keys(support)];
  if (names.length !== others.length || names.some((name) => !(name in support))) {
    throw new DomainError(
      "gridPosterior",
      "prior",
      others,
      `a prior over ${names.join(", ")}`,
      "give prior and likelihood the same parameters",
    );
  }
  return boxOf("gridPosterior", parameters).map(([low, high], d): readonly [number, number] => {
    const [from, to] = support[names[d]!]!;
    if (!(Math.max(low, from) <= Math.min(high, to))) {
      throw new DomainError("gridPosterior", `prior.parameters.${names[d]}`, [from, to], `a range that overlaps [${low}, ${high}]`);
    }
    return [Math.max(low, from), Math.min(high, to)];
  });
}

function summarise<Ranges extends ParameterRanges>(
  parameters: Ranges,
  { axes, shape, values }: Grid,
  mode: Float64Array,
): GridPosterior<Ranges> {
  const weights = productWeights(axes, shape);
  const logEvidence = logSumExp(values.map((value, i) => value + Math.log(weights[i]!)));
  const density = values.map((value) => Math.exp(value - logEvidence));
  const marginals = axes.map((axis, d) => ({ axis, density: marginalDensity({ axes, shape, values: density }, d) }));
  const mean = axes.map((axis, d) => expectation({ axes, shape, values: density }, weights, (index) => axis[index[d]!]!));
  const covariance = zeros(axes.length, axes.length);
  forEachIndex([axes.length, axes.length], ([a, b], place) => {
    const product = (index: readonly number[]) => (axes[a!]![index[a!]!]! - mean[a!]!) * (axes[b!]![index[b!]!]! - mean[b!]!);
    covariance.values[place] = expectation({ axes, shape, values: density }, weights, product);
  });
  const named = (row: ArrayLike<number>) => toTheta(row, parameters) as Theta<Ranges>;
  return {
    parameters,
    grid: { axes, shape, density },
    logEvidence,
    mode: named(mode),
    mean: named(mean),
    std: named(mean.map((_, d) => Math.sqrt(covariance.values[d * (axes.length + 1)]!))),
    covariance,
    quantile: (p) => named(marginals.map((marginal) => lineQuantile(marginal, checkProbability(p)))),
    marginal: (name) => marginals[indexOf(parameters, name)]!,
  };
}

/** Trapezoidal weights of the nodes of a product grid. */
export function productWeights(axes: readonly Float64Array[], shape: readonly number[]): Float64Array {
  const each = axes.map(trapezoidWeights);
  const weights = new Float64Array(shape.reduce((product, n) => product * n, 1));
  forEachIndex(shape, (index, place) => {
    weights[place] = index.reduce((product, i, d) => product * each[d]![i]!, 1);
  });
  return weights;
}

function expectation({ shape, values }: Grid, weights: Float64Array, of: (index: readonly number[]) => number): number {
  const terms = new Float64Array(values.length);
  forEachIndex(shape, (index, place) => {
    terms[place] = weights[place]! * values[place]! * of(index);
  });
  return sum(terms);
}

function marginalDensity({ axes, shape, values }: Grid, d: number): Float64Array {
  const density = new Float64Array(shape[d]!);
  const others = axes.map((axis, k) => (k === d ? axis.map(() => 1) : trapezoidWeights(axis)));
  forEachIndex(shape, (index, place) => {
    density[index[d]!] = density[index[d]!]! + index.reduce((product, i, k) => product * others[k]![i]!, values[place]!);
  });
  return density;
}

function checkProbability(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new DomainError("quantile", "p", p, "a probability from 0 to 1");
  return p;
}

function indexOf(parameters: ParameterRanges, name: string): number {
  const index = Object.keys(parameters).indexOf(name);
  if (index < 0)
    throw new DomainError("marginal", "name", name, `one of the parameters ${Object.keys(parameters).join(", ")}`, "check the name");
  return index;
}
