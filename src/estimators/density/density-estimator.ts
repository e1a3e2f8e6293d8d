import { ShapeError } from "../../errors.js";
import type { ConditionedDensity } from "../../flows/conditional-density.js";
import type { Matrix, MatrixLike } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import type { Key } from "../../numerics/random.js";
import type { DensitySettings } from "./density-options.js";
import type { DensityScales } from "./fit-density.js";
import { oneRow, rowsFor, rowsOf } from "./given-rows.js";
import { type ParameterDraws, TrainedDensity } from "./trained-density.js";

/** All about a density of plain data but its weights. */
export interface PlainModel {
  readonly name: string;
  readonly settings: DensitySettings;
  /** Where each column may lie, by name, in the columns' order. */
  readonly ranges: ParameterRanges;
  readonly scales: DensityScales;
  readonly data: {
    /** Number of rows, held-out ones among them. */
    readonly rows: number;
    /** C, columns of the context; 0 without. */
    readonly contextColumns: number;
  };
  /** Seed of the fit. */
  readonly seed: number;
}

/** Rows and what they depend on. */
export interface ConditionedRows {
  /** `[N, D]`. */
  readonly rows: Matrix;
  /** `[N, C]`; undefined for a density of nothing else. */
  readonly context: Matrix | undefined;
}

/** A density at one context: a distribution over rows. */
export interface DensityAt extends ConditionedDensity {
  readonly names: readonly string[];
  /** n independent draws `[n, D]`, all within the ranges; the same key gives the same draws. */
  sample(key: Key, n: number): ParameterDraws;
}

/** A trained density of plain data, p(y given c); what the `fit` of `density` returns. */
export class DensityEstimator extends TrainedDensity<PlainModel, ConditionedRows> {
  /** Names of the columns `[D]`. */
  get names(): readonly string[] {
    return Object.keys(this.model.ranges);
  }

  /**
   * The density at one context.
   *
   * @param context - `[C]`; left out for a density without a context.
   * @returns A distribution over rows.
   * @throws {ShapeError} When the context has another number of columns.
   * @throws {DomainError} When it is not finite.
   */
  at(context?: ArrayLike<number> | MatrixLike): DensityAt {
    const conditioned = this.density.at(this.contextRow(`${this.name}.at`, context)?.values);
    return {
      names: this.names,
      logProb: (rows) => conditioned.logProb(rowsOf(`${this.name}.logProb`, "rows", rows, this.names.length)),
      sample: this.drawsOf(conditioned, this.names),
    };
  }

  /**
   * log p(y given c), row by row; of an ensemble the logarithm of the mean density.
   *
   * @param rows - y `[N, D]`.
   * @param context - c `[N, C]`, or one for all; left out for a density without a context.
   * @returns `[N]`; -Infinity outside the ranges.
   * @throws {ShapeError} When the rows or columns do not fit.
   * @throws {DomainError} When a value is not finite.
   */
  logProb(rows: MatrixLike, context?: MatrixLike): Float64Array {
    return this.density.logProb(...this.pairs(`${this.name}.logProb`, rows, context));
  }

  /** As `logProb`, of each member. */
  members(rows: MatrixLike, context?: MatrixLike): Float64Array[] {
    return this.density.members(...this.pairs(`${this.name}.members`, rows, context));
  }

  private pairs(where: string, rows: MatrixLike, context: MatrixLike | undefined): readonly [rows: Matrix, context?: Matrix] {
    const y = rowsOf(where, "rows", rows, this.names.length);
    if (!this.takesContext(where, context)) return [y];
    return [y, rowsFor(where, "context", context, { columns: this.contextColumns, others: "rows", count: y.rows })];
  }

  private contextRow(where: string, context: unknown): Matrix | undefined {
    if (!this.takesContext(where, context)) return undefined;
    const names = Array.from({ length: this.contextColumns }, (_, j) => `c${j + 1}`);
    return oneRow(where, "context", context, { names, one: "one context", advice: "call at for each" });
  }

  /** Refuses a context that is missing, or that it has no use for. */
  private takesContext(where: string, context: unknown): boolean {
    const C = this.contextColumns;
    if (C === 0 && context === undefined) return false;
    if (C > 0 && context !== undefined) return true;
    const [shape, expected] = C > 0 ? ["none", `[${C}], as in the fit`] : ["some", "none: it was trained without a context"];
    throw new ShapeError(where, "context", shape, expected);
  }

  private get contextColumns(): number {
    return this.model.data.contextColumns;
  }
}
