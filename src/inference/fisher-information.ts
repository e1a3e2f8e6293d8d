import { DomainError, ShapeError } from "../errors.js";
import { cholesky, choleskyInverse } from "../numerics/cholesky.js";
import { isMatrix, type Matrix, type MatrixLike, rowOf, toMatrix } from "../numerics/matrix.js";
import { sum } from "../numerics/sums.js";

/** Options of `fisherInformation`. */
export interface FisherInformationOptions {
  /** Names of the parameters `[D]`; default none, and the number of columns is what the scores have. */
  readonly names?: readonly string[];
  /**
   * Weight of each event `[N]`, zero or more, up to a common factor; default all the same. With probabilities of all possible events the information is
   * exact, and the standard errors mean nothing.
   */
  readonly weights?: ArrayLike<number>;
}

/** What the score says of the parameters. */
export interface FisherInformation {
  /** Names of the parameters, where they were given. */
  readonly names: readonly string[] | undefined;
  /** Number of events that it was computed from. */
  readonly events: number;
  /** Information of one event, I = E[t t^T], `[D, D]`, in one over the product of the parameters' units. */
  readonly perEvent: Matrix;
  /** Standard error of each element `[D, D]`, from the number of events. */
  readonly standardError: Matrix;
  /** Mean score `[D]`: zero within `meanScoreError` for a score at the theta of the events. */
  readonly meanScore: Float64Array;
  /** Standard error of the mean score `[D]`. */
  readonly meanScoreError: Float64Array;
  /**
   * Information of n independent events, n I.
   *
   * @param n - Number of events; an expected number may be broken.
   * @returns `[D, D]`.
   * @throws {DomainError} When n is not above 0.
   */
  perSample(n: number): Matrix;
  /**
   * Least covariance of an unbiased estimator from n events, (n I)^-1: the Cramer-Rao bound.
   *
   * @param n - Number of events.
   * @returns `[D, D]`.
   * @throws {DomainError} When n is not above 0, or the information is singular: some direction of the parameters is not seen.
   */
  covarianceBound(n: number): Matrix;
}

/**
 * Fisher information of the parameters in an event, from scores at the theta that the events were drawn from.
 *
 * I_kl(theta) = E[ t_k(x) t_l(x) ],   t(x) = grad log p(x | theta)
 *
 * With the joint score t(x, z) in place of t(x) it is the information of an event whose latent variables are seen, which is never less. An
 * estimated score gives an estimated information: a network that has not learnt shrinks both. Look at `meanScore` first; it is zero
 * for scores at the theta of the events, and for no other.
 *
 * @param scores - t `[N, D]`; plain numbers for one parameter.
 * @param options - Names, weights.
 * @returns Information per event with standard errors, the mean score, and the information and covariance bound of n events.
 * @throws {ShapeError} When there are no scores, or names or weights do not fit them.
 * @throws {DomainError} When a score is NaN or infinite, or weights are negative or all zero.
 * @source Brehmer, Cranmer, Kling, Plehn 2016, arXiv:1612.05261, equations 2 and 3
 * @example
 * const information = fisherInformation(score(x), { names: ["slope"] });
 * Math.sqrt(information.covarianceBound(100).values[0]!); // standard deviation of the best estimator from 100 events
 */
export function fisherInformation(scores: MatrixLike, { names, weights }: FisherInformationOptions = {}): FisherInformation {
  const t = toMatrix("fisherInformation", "scores", scores, names?.length ?? columnsOf(scores));
  const parts = normalised(weights, t.rows);
  const size = t.columns;
  const { mean: meanScore, error: meanScoreError } = averages(parts, size, (i, k) => t.values[i * size + k]!);
  const products = averages(parts, size * size, (i, kl) => {
    const row = rowOf(t, i);
    return row[Math.floor(kl / size)]! * row[kl % size]!;
  });
  const square = (values: Float64Array): Matrix => ({ rows: size, columns: size, values });
  const perEvent = square(products.mean);
  const times = (matrix: Matrix, factor: number) => square(matrix.values.map((value) => value * factor));
  return {
    names,
    events: t.rows,
    perEvent,
    standardError: square(products.error),
    meanScore,
    meanScoreError,
    perSample: (n) => times(perEvent, assertCount("perSample", n)),
    covarianceBound: (n) => times(inverse(perEvent), 1 / assertCount("covarianceBound", n)),
  };
}

function inverse(information: Matrix): Matrix {
  const advice = "the scores do not vary along some direction of the parameters: leave a parameter out";
  return choleskyInverse(cholesky({ where: "covarianceBound", argument: "perEvent", advice }, information));
}

/** Weighted mean of each of `count` quantities, with the standard error sqrt(sum w_i^2 (q_i - mean)^2) of weights that sum to one. */
function averages(weights: Float64Array, count: number, quantity: (event: number, place: number) => number) {
  const [mean, error] = [new Float64Array(count), new Float64Array(count)];
  for (let place = 0; place < count; place++) {
    const average = sum(weights.map((weight, i) => weight * quantity(i, place)));
    mean[place] = average;
    error[place] = Math.sqrt(sum(weights.map((weight, i) => (weight * (quantity(i, place) - average)) ** 2)));
  }
  return { mean, error };
}

/** Weights that sum to one. */
function normalised(weights: ArrayLike<number> | undefined, rows: number): Float64Array {
  if (weights === undefined) return new Float64Array(rows).fill(1 / rows);
  const where = "fisherInformation";
  if (weights.length !== rows) throw new ShapeError(where, "weights", `[${weights.length}]`, `[${rows}], one for each event`);
  const values = Float64Array.from(weights);
  const bad = values.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0) throw new DomainError(where, `weights[${bad}]`, values[bad], "a number, zero or more");
  const total = sum(values);
  if (!(total > 0)) throw new DomainError(where, "weights", "zero for all events", "a positive weight somewhere");
  return values.map((weight) => weight / total);
}

function columnsOf(scores: MatrixLike): number {
  if (isMatrix(scores)) return scores.columns;
  const first = scores[0];
  return typeof first === "object" ? first.length : 1;
}

function assertCount(where: string, n: number): number {
  if (!(n > 0 && n < Infinity)) throw new DomainError(where, "n", n, "a number of events above 0");
  return n;
}
