import { DomainError, ShapeError } from "../errors.js";
import { columnOf, isList, isMatrix, type MatrixLike, toMatrix } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { positionsOf, type Weights } from "./corner-cosines.js";
import type { Column } from "./corner-density.js";
import { boundsOf, gridRange, type Ranks, rank } from "./corner-ranks.js";
import { assertNames, assertRecord } from "./given-record.js";
import { toNumbersOf } from "./options.js";

/** Samples of parameters, as samplers return them: whatever has these fields is drawn. */
export interface SamplesLike {
  /** Parameters `[N, D]`, each in its own unit. */
  readonly theta: MatrixLike;
  /** Name and range of each parameter: densities do not leak beyond a range that is finite. Default: no ends. */
  readonly parameters?: ParameterRanges;
  /** Names `[D]`; default those of `parameters`. */
  readonly names?: readonly string[];
  /** Weight of each sample `[N]`, none negative; default all equal. */
  readonly weights?: ArrayLike<number>;
}

/** One of several posteriors that are drawn over each other. */
export interface LabelledSamples {
  /** Samples `[N, D]`, or a record with them. */
  readonly samples: MatrixLike | SamplesLike;
  /** Name in the legend. */
  readonly label: string;
}

/** Whatever `corner` draws. */
export type CornerSamples = MatrixLike | SamplesLike | LabelledSamples | readonly LabelledSamples[];

/** A posterior taken apart and checked. */
export interface Posterior {
  readonly label: string | undefined;
  readonly columns: readonly Column[];
  readonly weights: Weights;
  /** Each parameter's samples in their order. */
  readonly ranks: readonly Ranks[];
}

/** What of the options says how the samples are read. */
export interface ReadOptions {
  readonly names?: readonly string[];
  readonly ranges?: Readonly<Record<string, readonly [low: number, high: number]>>;
}

/** Function and argument that errors name. */
export interface Blame {
  readonly where: string;
  readonly argument: string;
}

const FEWEST = 10;

/**
 * Checks the samples.
 *
 * @returns The posteriors and the names `[D]` that they share.
 * @throws {ShapeError} When there are fewer than ten samples, or names, weights and posteriors do not fit.
 * @throws {DomainError} When a number is not finite, a weight negative, or names differ.
 */
export function readPosteriors(
  blame: Blame,
  samples: CornerSamples,
  options: ReadOptions,
): { names: readonly string[]; posteriors: Posterior[] } {
  const { where, argument } = blame;
  const list = toPosteriors(blame, samples);
  const read = list.map((item, i) =>
    readSamples({ ...blame, argument: list.length === 1 ? argument : `${argument}[${i}]` }, item, options),
  );
  const names = read[0]!.names;
  for (const [i, other] of read.entries()) {
    if (other.names.join() !== names.join())
      throw new DomainError(where, `${argument}[${i}]`, other.names, `the parameters of the first, ${names.join(", ")}`);
  }
  return { names, posteriors: read };
}

interface Given extends SamplesLike {
  readonly label?: string;
}

function toPosteriors({ where, argument }: Blame, samples: CornerSamples): readonly Given[] {
  if (!Array.isArray(samples)) return [toGiven({ where, argument }, samples as MatrixLike | SamplesLike | LabelledSamples)];
  const [first] = samples as readonly unknown[];
  if (typeof first !== "object" || first === null || !("samples" in first)) return [{ theta: samples as MatrixLike }];
  const labels = (samples as readonly LabelledSamples[]).map((item) => item?.label);
  const again = labels.findIndex((label, i) => typeof label !== "string" || labels.indexOf(label) !== i);
  if (again >= 0) throw new DomainError(where, `${argument}[${again}].label`, labels[again], "a name of its own", "name each posterior");
  return (samples as readonly LabelledSamples[]).map((item, i) => toGiven({ where, argument: `${argument}[${i}]` }, item));
}

function toGiven(blame: Blame, item: MatrixLike | SamplesLike | LabelledSamples): Given {
  if (isMatrix(item) || isList(item)) return { theta: item as MatrixLike };
  const advice = "give samples, as estimator.at(x).sample(key(1), 1000), awaited";
  if (typeof item === "object" && item !== null && "samples" in item) return { ...toGiven(blame, item.samples), label: item.label };
  assertRecord(blame.where, blame.argument, item, { fields: ["theta"], advice });
  return item as SamplesLike;
}

function readSamples(blame: Blame, given: Given, options: ReadOptions): Posterior & { readonly names: readonly string[] } {
  const { where, argument } = blame;
  const theta = toMatrix(where, `${argument}.theta`, given.theta, columnsOf(given.theta));
  if (theta.rows < FEWEST)
    throw new ShapeError(where, `${argument}.theta`, `[${theta.rows}, ${theta.columns}]`, `[N, D] with N at least ${FEWEST}`, "draw more");
  const names = namesOf(blame, given, theta.columns, options.names);
  const { weights, size } = weigh(blame, given.weights, theta.rows);
  const ranks = names.map((_, d) => rank(columnOf(theta, d), weights));
  const columns = names.map((name, d): Column => {
    const bounds = boundsOf(ranks[d]!, given.parameters?.[name], options.ranges?.[name]);
    const { values, distinct } = ranks[d]!;
    const { low, high } = gridRange(ranks[d]!, bounds);
    return { values, positions: positionsOf(values, low, high), low, high, size: Math.min(size, distinct) };
  });
  return { label: given.label, names, columns, weights, ranks };
}

function columnsOf(theta: MatrixLike): number {
  if (isMatrix(theta)) return theta.columns;
  const first = theta?.[0];
  return isList(first) ? first.length : 1;
}

function namesOf(
  { where, argument }: Blame,
  { names, parameters }: Given,
  columns: number,
  named: readonly string[] | undefined,
): readonly string[] {
  const chosen = named ?? names ?? (parameters && Object.keys(parameters)) ?? Array.from({ length: columns }, (_, d) => `theta${d + 1}`);
  assertNames(where, named ? "names" : `${argument}.names`, chosen);
  if (chosen.length !== columns)
    throw new ShapeError(where, named ? "names" : `${argument}.names`, `[${chosen.length}]`, `[${columns}]`, "name each column of theta");
  const again = chosen.findIndex((name, d) => chosen.indexOf(name) !== d);
  if (again >= 0) throw new DomainError(where, `names[${again}]`, chosen[again], "a name of its own");
  return chosen;
}

/** Weights that add up to one, and Kish's effective number of samples. */
function weigh({ where, argument }: Blame, weights: ArrayLike<number> | undefined, rows: number): { weights: Weights; size: number } {
  if (weights === undefined) return { weights: { of: undefined, each: 1 / rows }, size: rows };
  const numbers = Float64Array.from(toNumbersOf(where, `${argument}.weights`, weights, rows, "give each sample its weight"));
  const negative = numbers.findIndex((weight) => weight < 0);
  if (negative >= 0) throw new DomainError(where, `${argument}.weights[${negative}]`, numbers[negative], "a weight of 0 and more");
  const total = numbers.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) throw new DomainError(where, `${argument}.weights`, total, "a positive sum");
  const of = numbers.map((weight) => weight / total);
  return { weights: { of, each: 0 }, size: 1 / of.reduce((sum, weight) => sum + weight * weight, 0) };
}
