import { stacked } from "../data/sample-rows.js";
import { DomainError, ShapeError } from "../errors.js";
import { isMatrix, type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import type { Stream } from "../numerics/random.js";
import type { PosteriorGiven } from "./verifiable-posterior.js";

/** How many values are below one, ties in random order. */
export function rankOf(value: number, others: ArrayLike<number>, ties: Stream): number {
  let [below, equal] = [0, 0];
  for (let i = 0; i < others.length; i++) {
    if (others[i]! < value) below++;
    else if (others[i] === value) equal++;
  }
  return equal > 0 ? below + ties.integer(equal + 1) : below;
}

/** How many draws have a higher density than the truth; NaN when a density is. */
export async function densityRank(
  given: PosteriorGiven,
  truth: Matrix,
  { sample, ties, where }: { readonly sample: Matrix; readonly ties: Stream; readonly where: string },
): Promise<number> {
  if (!given.logProb)
    throw new DomainError(where, "posterior", "without logProb", "a posterior with a density", "use tarp, which needs none");
  const logProb = await given.logProb(stacked(truth, sample));
  if (logProb.some(Number.isNaN)) return Number.NaN;
  const negative = logProb.map((value) => -value);
  return rankOf(negative[0]!, negative.subarray(1), ties);
}

/** How many draws are nearer to the reference point than the truth, in units of the prior's scales. */
export function distanceRank(
  truth: Float64Array,
  sample: Matrix,
  { reference, scale, ties }: { readonly reference: ArrayLike<number>; readonly scale: Float64Array; readonly ties: Stream },
): number {
  const distance = (theta: Float64Array) => theta.reduce((total, value, j) => total + ((value - reference[j]!) / scale[j]!) ** 2, 0);
  const others = Float64Array.from({ length: sample.rows }, (_, i) => distance(rowOf(sample, i)));
  return rankOf(distance(truth), others, ties);
}

/** The draws that count, each `thin`-th. */
export function thinned(
  sample: Matrix,
  { thin, draws, where, columns }: { readonly thin: number; readonly draws: number; readonly where: string; readonly columns: number },
): Matrix {
  if (!isMatrix(sample)) throw new DomainError(where, "the posterior's sample", sample, "a matrix { rows, columns, values: Float64Array }");
  if (sample.rows !== draws * thin || sample.columns !== columns) {
    throw new ShapeError(where, "the posterior's sample", `[${sample.rows}, ${sample.columns}]`, `[${draws * thin}, ${columns}]`);
  }
  if (thin === 1) return sample;
  const kept = zeros(draws, columns);
  for (let i = 0; i < draws; i++) rowOf(kept, i).set(rowOf(sample, (i + 1) * thin - 1));
  return kept;
}
