/**
 * APT, automatic posterior transformation, with atoms: a conditional density of theta given x, learned from simulations at thetas of any proposal,
 *
 *   L = - mean log [ q(theta given x) / p(theta) ] / sum_m [ q(theta_m given x) / p(theta_m) ],   theta_1 = theta, ..., theta_M
 *
 * The other atoms are thetas of other events of the batch. Which atom gave x is the classes' posterior under a flat prior over atoms, whatever the atoms were
 * drawn from; so at the minimum q(theta given x) is p(theta given x) up to a factor of x, wherever there are atoms.
 *
 * @module
 * @source Greenberg, Nonnenmacher, Macke 2019, arXiv:1905.07488, eq. 7 and section 3.2
 */
import { add, concatenate, logSumExp, mean, mul, reshape, sliceAxis, sub, type Tensor } from "../compute/index.js";
import { type LabelledSample, numeratorEvents } from "../data/mined-sample.js";
import type { Simulations } from "../data/simulations.js";
import { DomainError } from "../errors.js";
import { nsf } from "../flows/nsf.js";
import { type Matrix, rowOf } from "../numerics/matrix.js";
import { type ParameterRanges, toTheta } from "../numerics/parameters.js";
import { toUnbounded } from "../probability/bijection.js";
import type { Prior } from "../probability/independent.js";
import { type DensityOptions, densitySettings } from "./density/density-options.js";
import type { DensityLoss } from "./density/fit-density.js";
import { fitPosterior } from "./density/fit-posterior.js";
import type { PosteriorEstimator } from "./density/posterior-estimator.js";
import { assertFitArguments, assertSupport, supportOf } from "./density/simulation-checks.js";
import type { FitOptions } from "./fit-options.js";

/** What APT learns with. */
export interface AptOptions extends DensityOptions {
  /** Thetas among which the one that gave x is to be told, from 2; default 10. More tell more, and cost as much more; at most as many as a batch has are used. */
  readonly atoms?: number;
  /**
   * Adds the loss of NPE on the events that were drawn from the prior, whose minimum is the same density: it holds the density down where no proposal draws,
   * and ties it to the prior's few events; default false.
   */
  readonly combined?: boolean;
}

/** How a posterior is trained on draws of proposals. */
export interface ProposalFitOptions extends FitOptions {
  /** The prior of the posterior, with a density; theta may have been drawn from anything within its support. */
  readonly prior: Prior;
}

/** A method that learns the posterior from simulations at thetas of proposals. */
export interface ProposalMethod {
  readonly name: string;
  /**
   * Trains an estimator.
   *
   * @param simulations - With `proposals` where theta was not drawn from the prior.
   * @throws {ShapeError} When there are fewer than 10 simulations.
   * @throws {DomainError} When a parameter is the same for all events or where the prior is zero, a value is NaN or infinite, or an option is out of range.
   * @throws {NotConvergedError} When the training diverges.
   */
  fit<Ranges extends ParameterRanges>(
    simulations: Simulations<Ranges> | LabelledSample<Ranges>,
    options: ProposalFitOptions,
  ): Promise<PosteriorEstimator<Ranges>>;
}

const ANY = ["prior", "truncated", "other"] as const;

/** APT: the loss of NPE on draws of the prior, the atoms' as soon as there are others. */
export function atomicPosterior({ atoms = 10, combined = false, ...options }: AptOptions = {}): ProposalMethod {
  const settings = densitySettings("apt", options, { flow: nsf(), members: 1 });
  if (!(Number.isSafeInteger(atoms) && atoms >= 2)) throw new DomainError("apt", "atoms", atoms, "a whole number from 2");
  return {
    name: "apt",
    fit: async (given, options) => {
      assertFitArguments("apt.fit", given, options);
      const { prior, ...fit } = options;
      const simulations = "label" in given ? numeratorEvents(given) : given;
      const support = supportOf("apt.fit", prior as unknown as { readonly parameters: typeof simulations.parameters }, simulations);
      const task = { name: "apt", settings, proposals: ANY };
      if (isOfPrior(simulations)) return fitPosterior(task, simulations, { ...fit, prior: { parameters: support } });
      assertSupport("apt.fit", simulations, support);
      const extra = { correction: corrections(simulations.theta, prior), ...(combined && { ofPrior: priorRows(simulations) }) };
      return fitPosterior({ ...task, extra, loss: atomicLoss(atoms) }, simulations, { ...fit, prior: { parameters: support } });
    },
  };
}

function isOfPrior({ proposals = [] }: Simulations): boolean {
  return proposals.every(({ kind }) => kind === "prior");
}

/** 1 for events that were drawn from the prior, `[N, 1]`. */
function priorRows({ theta, proposals = [] }: Simulations): Matrix {
  const values = new Float64Array(theta.rows);
  for (const { kind, first, rows } of proposals) if (kind === "prior") values.fill(1, first, first + rows);
  return { rows: theta.rows, columns: 1, values };
}

/** log |du / dtheta| - log p(theta), `[N, 1]`: what turns log q(u given x) into log q(theta given x) / p(theta). */
function corrections(theta: Matrix, prior: Prior): Matrix {
  const { logDet } = toUnbounded(prior.parameters).forwardAndLogDet(theta);
  const values = logDet.map((value, i) => value - checkedLogPrior(prior, theta, i));
  return { rows: theta.rows, columns: 1, values };
}

function checkedLogPrior(prior: Prior, theta: Matrix, i: number): number {
  const point = toTheta(rowOf(theta, i), prior.parameters);
  const value = prior.logProb(point);
  if (Number.isFinite(value)) return value;
  const place = `prior.logProb(simulations.theta[${i}])`;
  throw new DomainError(
    "apt.fit",
    place,
    value,
    "a finite number",
    `leave out the events where the prior is zero, such as ${JSON.stringify(point)}`,
  );
}

/**
 * The atoms' loss: x_i with its own theta and those of events i + 1, ..., i + M - 1 of the batch, around the end. `extra.correction` `[B, 1]` is
 * log |du / dtheta| - log p(theta); shift and scale of u are the same for all atoms. With `extra.ofPrior` `[B, 1]` the loss of NPE on those events is added.
 */
export function atomicLoss(atoms: number): DensityLoss {
  return ({ y, context, extra, logProb }) => {
    const B = y.shape[0]!;
    const M = Math.min(atoms, B);
    const repeated = (a: Tensor) =>
      concatenate(
        Array.from({ length: M }, () => a),
        0,
      );
    const value = logProb(rolled(y, M), context && repeated(context));
    const logits = reshape(add(value, reshape(rolled(extra.correction!, M), [M * B])), [M, B]);
    const own = reshape(sliceAxis(logits, 0, { start: 0, end: 1 }), [B]);
    const loss = mean(sub(logSumExp(logits, { axis: 0 }), own));
    if (!extra.ofPrior) return loss;
    const ownLogProb = reshape(sliceAxis(value, 0, { start: 0, end: B }), [B]);
    return sub(loss, mean(mul(reshape(extra.ofPrior, [B]), ownLogProb)));
  };
}

/** M copies `[M B, ...]`, of which the k-th begins at row k. */
function rolled(a: Tensor, M: number): Tensor {
  const B = a.shape[0]!;
  const twice = concatenate([a, a], 0);
  return concatenate(
    Array.from({ length: M }, (_, k) => sliceAxis(twice, 0, { start: k, end: k + B })),
    0,
  );
}
