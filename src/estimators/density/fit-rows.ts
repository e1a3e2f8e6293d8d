import { takeRows } from "../../data/mined-sample.js";
import { DomainError, ShapeError } from "../../errors.js";
import { type Matrix, type MatrixLike, zeros } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { warn } from "../../platform/warn.js";
import type { FitOptions } from "../fit-options.js";
import { DensityEstimator } from "./density-estimator.js";
import type { DensitySettings } from "./density-options.js";
import { fitDensity } from "./fit-density.js";
import { resultOf } from "./fit-result.js";
import { columnsOf, rowsOf } from "./given-rows.js";
import { assertFitOptions, constantColumns, FEWEST } from "./simulation-checks.js";

/** How a density of plain data is trained. */
export interface DensityFitOptions extends Omit<FitOptions, "verdict"> {
  /** What the rows depend on `[N, C]`, row by row; plain numbers for one column; default nothing. */
  readonly context?: MatrixLike;
  /** Names of the columns `[D]`; default those of `ranges` where it has all, or y1, y2, ... */
  readonly names?: readonly string[];
  /** Where columns may lie, `[low, high]` by name, ends infinite or not: no mass leaks out. Default all numbers. */
  readonly ranges?: ParameterRanges;
}

/** Trains a density on rows. */
export async function fitRows(
  { name, settings }: { readonly name: string; readonly settings: DensitySettings },
  given: MatrixLike,
  options: DensityFitOptions,
): Promise<DensityEstimator> {
  const where = `${name}.fit`;
  assertFitOptions(where, options);
  const { context: condition, names: _, ranges: __, ...fit } = options;
  const y = rowsOf(where, "rows", given, columnsOf(where, "rows", given));
  const within = rangesOf(where, options, y.columns);
  const context = condition === undefined ? zeros(y.rows, 0) : rowsOf(where, "context", condition, columnsOf(where, "context", condition));
  assertPlain(where, y, within);
  assertContext(where, context, { rows: y.rows, settings });
  const fitted = await fitDensity({ name, settings, y, context, ranges: within }, fit);
  const data = { rows: y.rows, contextColumns: context.columns };
  const model = { name, settings, ranges: within, scales: fitted.scales, data, seed: fit.seed };
  const select = (rows: Uint32Array) => ({ rows: takeRows(y, rows), context: context.columns > 0 ? takeRows(context, rows) : undefined });
  return new DensityEstimator(model, fitted.density, resultOf(fitted, select));
}

/** A range for each column, in their order. */
function rangesOf(where: string, { names, ranges = {} }: Pick<DensityFitOptions, "names" | "ranges">, D: number): ParameterRanges {
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === "string")))
    throw new DomainError(where, "names", names, "a list of names, one for each column of rows");
  const given = Object.keys(ranges);
  const usual = given.length === D ? given : Array.from({ length: D }, (_, j) => `y${j + 1}`);
  const own = names ?? usual;
  if (own.length !== D) throw new ShapeError(where, "names", `[${own.length}]`, `[${D}], one for each column of rows`);
  const all = Object.fromEntries(own.map((name) => [name, ranges[name] ?? ([-Infinity, Infinity] as const)]));
  if (Object.keys(all).join() !== own.join()) throw new DomainError(where, "names", own, "names that differ and are no whole numbers");
  const unknown = given.find((name) => !(name in all));
  if (unknown !== undefined)
    throw new DomainError(where, `ranges.${unknown}`, ranges[unknown], `a range of ${own.join(", ")}`, "check the name, or give names");
  for (const name of given) assertRange(where, name, ranges[name]);
  return all;
}

function assertRange(where: string, name: string, range: unknown): void {
  const [low, high] = Array.isArray(range) ? range : [];
  if (!(typeof low === "number" && typeof high === "number" && low < high))
    throw new DomainError(where, `ranges.${name}`, range, "[low, high] with low below high");
}

/** Refuses rows that no density can be learned from. */
function assertPlain(where: string, { rows, columns, values }: Matrix, ranges: ParameterRanges): void {
  if (rows < FEWEST)
    throw new ShapeError(where, "rows", `[${rows}, ${columns}]`, `[N, ${columns}] with N at least ${FEWEST}`, "give more rows");
  const named = Object.entries(ranges);
  const [fixed] = constantColumns({ rows, columns, values });
  if (fixed !== undefined) {
    const place = `rows, column "${named[fixed]![0]}",`;
    throw new DomainError(where, place, "the same in all rows", "values that vary", "leave that column out: it has no density");
  }
  for (let k = 0; k < values.length; k++) {
    const [name, [low, high]] = named[k % columns]!;
    const value = values[k]!;
    if (value >= low && value <= high) continue;
    const place = `rows[${Math.floor(k / columns)}][${k % columns}]`;
    throw new DomainError(
      where,
      place,
      value,
      `a number in the range [${low}, ${high}] of ${name}`,
      "widen the range, or leave the row out",
    );
  }
}

function assertContext(
  where: string,
  context: Matrix,
  { rows, settings }: { readonly rows: number; readonly settings: DensitySettings },
): void {
  if (context.rows !== rows) {
    throw new ShapeError(
      where,
      "context",
      `[${context.rows}, ${context.columns}]`,
      `[${rows}, ${context.columns}], as many rows as rows has`,
    );
  }
  if (settings.embedding && context.columns === 0) {
    throw new ShapeError(where, "context", "none", `[${rows}, C]`, "give what the embedding is of, or leave embedding out");
  }
  const silent = constantColumns(context);
  if (silent.length > 0) warn(`${where}: columns ${silent.join(", ")} of context are the same in all rows and will tell nothing`);
}
