import { DomainError, ShapeError } from "../errors.js";
import { isMatrix, type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { toTheta } from "../numerics/parameters.js";
import { fold, type Key } from "../numerics/random.js";
import { turn } from "../platform/turn.js";
import { oneEvent, type ToySimulator } from "./simulated-events.js";
import { assertSampler, type DrawnPrior, type VerifiablePosterior } from "./verifiable-posterior.js";

/** Rows (theta, x): the truth of each data set, and behind all of them a point of the posterior of each `[2 n, D + L]`. */
export async function pairsOf(
  posterior: VerifiablePosterior,
  simulator: ToySimulator,
  {
    prior,
    n,
    key,
    signal,
  }: { readonly prior: DrawnPrior; readonly n: number; readonly key: Key; readonly signal: AbortSignal | undefined },
): Promise<Matrix> {
  const d = prior.names.length;
  const rows = zeros(2 * n, d + posterior.observables.length);
  for (let i = 0; i < n; i++) {
    const own = fold(key, i);
    const truth = prior.sample(fold(own, 0), 1).values;
    const x = oneEvent(simulator, toTheta(truth, posterior.parameters), fold(own, 1));
    const point = await pointsAt(posterior, x, { key: fold(own, 2), n: 1 });
    for (const [row, theta] of [
      [i, truth],
      [n + i, point.values],
    ] as const) {
      rowOf(rows, row).set(theta);
      rowOf(rows, row).set(x, d);
    }
    if (i % 16 === 0) await turn();
    signal?.throwIfAborted();
  }
  return rows;
}

/** Each point with x behind it `[N, D + L]`. */
export function besideX(theta: Matrix, x: ArrayLike<number>): Matrix {
  const rows = zeros(theta.rows, theta.columns + x.length);
  for (let i = 0; i < theta.rows; i++) {
    rowOf(rows, i).set(rowOf(theta, i));
    rowOf(rows, i).set(x, theta.columns);
  }
  return rows;
}

/** Points of the posterior at x `[n, D]`, finite. */
export async function pointsAt(
  posterior: VerifiablePosterior,
  x: ArrayLike<number>,
  { key, n }: { readonly key: Key; readonly n: number },
): Promise<Matrix> {
  const given = posterior.at(x);
  assertSampler("lC2st", given);
  const points = await given.sample(key, n);
  const columns = Object.keys(posterior.parameters).length;
  const expected = `a matrix { rows: ${n}, columns: ${columns}, values: Float64Array }`;
  if (!isMatrix(points)) throw new DomainError("lC2st", "the posterior's sample", points, expected);
  if (points.rows !== n || points.columns !== columns)
    throw new ShapeError("lC2st", "the posterior's sample", `[${points.rows}, ${points.columns}]`, `[${n}, ${columns}]`);
  const bad = points.values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new DomainError("lC2st", "posterior", `sampling ${bad}`, "finite points", "look at the posterior there");
  return points;
}
