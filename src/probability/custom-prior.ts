import { DomainError, ShapeError } from "../errors.js";
import { isMatrix, type Matrix, type MatrixLike, rowOf, toMatrix } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { type Key, key, type Stream } from "../numerics/random.js";
import type { Prior } from "./independent.js";
import { coordinate, type DrawRow, sampleRows } from "./joint.js";

/** What `customPrior` makes a prior of: ranges, a way to draw, and a density where there is one. */
export type CustomPriorOptions<Ranges extends ParameterRanges = ParameterRanges> = {
  /** Range of each parameter by name, in its unit; ends may be infinite. Their order is the order of theta's columns. */
  readonly parameters: Ranges;
  /** Logarithm of the normalised density inside the ranges. Without it the prior can be sampled only, which is enough for NPE and rejection ABC. */
  logProb?(theta: Theta<Ranges>): number;
} & (
  | {
      /** n independent points: rows `[n, D]` (for one parameter plain numbers will do); the same key must give the same points. */
      sample(key: Key, n: number): MatrixLike;
      readonly draw?: never;
    }
  | {
      /** One point, by name, with randomness from the stream alone. */
      draw(source: Stream): Theta<Ranges>;
      readonly sample?: never;
    }
);

const WHERE = "customPrior";

/**
 * A prior from functions of your own, checked at every call.
 *
 * log p(theta) = logProb(theta) inside the ranges, -Infinity outside
 *
 * That the density is normalised and that the draws follow it is not checked: a wrong constant moves an evidence, a wrong shape every posterior.
 *
 * @param options - Ranges, `logProb` where there is a density, and `sample` or `draw`.
 * @returns A prior over records of those names.
 * @throws {DomainError} When a range is empty, neither or both of `sample` and `draw` are given; from `logProb` without a density, for NaN or +Infinity; from `sample` and `draw` for a point outside the ranges.
 * @throws {ShapeError} From `sample` when what it returns is not `[n, D]`.
 * @example
 * const triangle = customPrior({
 *   parameters: { mass: [0, 1] },
 *   logProb: ({ mass }) => Math.log(2 * mass),
 *   draw: (source) => ({ mass: Math.sqrt(source.uniform()) }),
 * });
 * triangle.logProb({ mass: 0.5 }); // 0
 */
export function customPrior<const Ranges extends ParameterRanges>(options: CustomPriorOptions<Ranges>): Prior<keyof Ranges & string> {
  const { parameters } = options;
  const names = Object.keys(parameters) as (keyof Ranges & string)[];
  assertRanges(parameters, names);
  if ((options.sample === undefined) === (options.draw === undefined)) {
    throw new DomainError(WHERE, "sample and draw", [options.sample, options.draw], "one of the two");
  }
  const draw: DrawRow = options.draw
    ? (source, row) => drawNamed(options.draw(source), { parameters, row })
    : (source, row) => row.set(rowOf(sampleChecked(options.sample, { key: keyFrom(source), n: 1, parameters }), 0));
  return {
    names,
    parameters,
    logProb: (theta) => checkedLogProb(options, theta as Theta<Ranges>),
    sample: (key, n) =>
      options.sample ? sampleChecked(options.sample, { key, n, parameters }) : sampleRows(draw, key, { n, columns: names.length }),
    draw,
  };
}

function assertRanges(parameters: ParameterRanges, names: readonly string[]): void {
  if (names.length === 0) throw new DomainError(WHERE, "parameters", parameters, "at least one parameter");
  for (const name of names) {
    const [low, high] = parameters[name]!;
    if (!(low < high)) throw new DomainError(WHERE, `parameters.${name}`, [low, high], "a range [low, high] with low below high");
  }
}

function checkedLogProb<Ranges extends ParameterRanges>({ parameters, logProb }: CustomPriorOptions<Ranges>, theta: Theta<Ranges>): number {
  const isInside = Object.entries(parameters).every(([name, [low, high]]) => {
    const value = coordinate(theta, name);
    return value >= low && value <= high;
  });
  if (logProb === undefined) {
    const advice = "MCMC, NLE, APT, abcSmc and importance weights need it: give customPrior a logProb; NPE and rejectionAbc do without";
    throw new DomainError(WHERE, "logProb", undefined, "a density, for a method that evaluates the prior", advice);
  }
  if (!isInside) return -Infinity;
  const value = logProb(theta);
  if (!(value < Infinity)) {
    const advice = "return the finite logarithm of the density, or -Infinity where it is zero";
    throw new DomainError(WHERE, `logProb(${JSON.stringify(theta)})`, value, "a number below Infinity", advice);
  }
  return value;
}

function sampleChecked(
  sample: (key: Key, n: number) => MatrixLike,
  { key, n, parameters }: { readonly key: Key; readonly n: number; readonly parameters: ParameterRanges },
): Matrix {
  const columns = Object.keys(parameters).length;
  const given = sample(key, n);
  const rows = isMatrix(given) ? given.rows : given.length;
  if (rows !== n) throw new ShapeError(WHERE, "sample's points", `[${rows}, ...]`, `[${n}, ${columns}]`, "return n rows");
  const points = n === 0 ? { rows: 0, columns, values: new Float64Array(0) } : toMatrix(WHERE, "sample's points", given, columns);
  for (let i = 0; i < n; i++) assertInside(rowOf(points, i), { parameters, argument: `sample's points[${i}]` });
  return points;
}

function drawNamed(theta: Theta, { parameters, row }: { readonly parameters: ParameterRanges; readonly row: Float64Array }): void {
  Object.keys(parameters).forEach((name, j) => {
    row[j] = theta[name] ?? Number.NaN;
  });
  assertInside(row, { parameters, argument: "draw's point" });
}

function assertInside(
  row: Float64Array,
  { parameters, argument }: { readonly parameters: ParameterRanges; readonly argument: string },
): void {
  Object.entries(parameters).forEach(([name, [low, high]], j) => {
    const value = row[j]!;
    if (value >= low && value <= high && Number.isFinite(value)) return;
    throw new DomainError(WHERE, `${argument}.${name}`, value, `a number in [${low}, ${high}]`, "widen the range, or draw inside it");
  });
}

/** A key from 21 and 32 random bits. */
function keyFrom(source: Stream): Key {
  return key(source.integer(2 ** 21) * 2 ** 32 + source.integer(2 ** 32));
}
