import { DomainError } from "../errors.js";
import { indexBelow } from "../numerics/axes.js";
import { columnOf, type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { momentsOf } from "../numerics/quantiles.js";
import type { Binning } from "./binning.js";

/** Directions `[K]` of `[D]`: coordinate k of a score t is its inner product with direction k. */
export type Projection = readonly ArrayLike<number>[];

/** log r of the score's bins: what one node of the grid says. */
export interface RatioTable {
  readonly projection: Projection;
  /** Of each coordinate's bins; the outermost are infinite. */
  readonly edges: readonly Float64Array[];
  /** In row-major order, the last coordinate fastest. */
  readonly logRatios: Float64Array;
}

/** Scores `[n, D]` of the events at a node and at the denominator. */
export interface ScorePair {
  readonly numerator: Matrix;
  readonly denominator: Matrix;
}

const MAX_BINS = 1_000_000;

/** The table of log r: counts under both hypotheses in bins that the denominator's scores choose. */
export function countRatio(
  where: string,
  { numerator, denominator }: ScorePair,
  { projection, binnings, pseudoCount }: { projection: Projection; binnings: readonly Binning[]; pseudoCount: number },
): RatioTable {
  const below = projected(denominator, projection);
  const edges = binnings.map((binning, k) => binning(columnOf(below, k)));
  const cells = edges.reduce((product, { length }) => product * (length - 1), 1);
  if (cells > MAX_BINS) throw new DomainError(where, "bins", `${cells} in all`, `at most ${MAX_BINS}`, "use fewer bins");
  const [above, beneath] = [projected(numerator, projection), below].map((rows) => logMasses(rows, edges, { cells, pseudoCount }));
  return { projection, edges, logRatios: above!.map((value, b) => value - beneath![b]!) };
}

/** log r of each score `[N]` of `[N, D]`. */
export function lookUp({ projection, edges, logRatios }: RatioTable, scores: Matrix): Float64Array {
  const rows = projected(scores, projection);
  return Float64Array.from({ length: rows.rows }, (_, i) => logRatios[binOf(rowOf(rows, i), edges)]!);
}

/** log (n_b + c) / (n + B c) */
function logMasses(rows: Matrix, edges: readonly Float64Array[], { cells, pseudoCount }: { cells: number; pseudoCount: number }) {
  const counts = new Float64Array(cells).fill(pseudoCount);
  for (let i = 0; i < rows.rows; i++) counts[binOf(rowOf(rows, i), edges)]!++;
  return counts.map((count) => Math.log(count / (rows.rows + cells * pseudoCount)));
}

function binOf(row: Float64Array, edges: readonly Float64Array[]): number {
  return edges.reduce((place, axis, k) => place * (axis.length - 1) + indexBelow(axis, row[k]!), 0);
}

function projected(scores: Matrix, projection: Projection): Matrix {
  const result = zeros(scores.rows, projection.length);
  for (let i = 0; i < scores.rows; i++) {
    const row = rowOf(scores, i);
    projection.forEach((direction, k) => {
      for (let d = 0; d < row.length; d++) result.values[i * projection.length + k]! += row[d]! * direction[d]!;
    });
  }
  return result;
}

/** The components of the score themselves. */
export function components(dimensions: number): Projection {
  return Array.from({ length: dimensions }, (_, k) => Array.from({ length: dimensions }, (_, d) => (d === k ? 1 : 0)));
}

/**
 * Axes along and across a step in theta, of the scores divided by their standard deviations.
 *
 * @param scores - Under the denominator `[n, 2]`.
 * @param step - theta - theta1 `[2]`, not zero.
 */
export function turned(scores: Matrix, step: Float64Array): Projection {
  const std = [0, 1].map((k) => momentsOf(columnOf(scores, k)).std);
  // t . step = sum_k (t_k / std_k) (step_k std_k): the direction of the standardised scores is step times std.
  const [a, b] = std.map((value, k) => value * step[k]!) as [number, number];
  const length = Math.hypot(a, b);
  return [
    [a / length / std[0]!, b / length / std[1]!],
    [-b / length / std[0]!, a / length / std[1]!],
  ];
}
