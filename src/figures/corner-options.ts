import { DomainError, ShapeError } from "../errors.js";
import type { Posterior } from "./corner-samples.js";
import { assertList } from "./given-record.js";
import type { FigureOptions } from "./options.js";

/** Options of corner plots. */
export interface CornerOptions extends FigureOptions {
  /** Names of the columns `[D]`; default those of the samples, or theta1, theta2, ... */
  readonly names?: readonly string[];
  /** Label with unit for each axis by parameter name; default the name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** True parameters, by name (those that are known) or as a row `[D]`; default none. */
  readonly truth?: Readonly<Record<string, number>> | readonly number[] | Float64Array;
  /** Range shown by parameter name, in its unit; default all but the outermost 0.1 % of the samples at either side, with a margin inside the prior. */
  readonly ranges?: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** Posterior mass that each contour encloses, 0 to 1; default 0.6827 and 0.9545. */
  readonly levels?: readonly number[];
  /** Quantiles marked in the marginals of a single posterior, 0 to 1; default 0.16, 0.5, 0.84. Three of them also stand as numbers above. */
  readonly quantiles?: readonly number[];
  /** Draws the marginals as histograms with so many bins; default smooth. */
  readonly bins?: number;
}

/** What is drawn, checked. */
export interface Known {
  readonly names: readonly string[];
  readonly posteriors: readonly Posterior[];
  readonly truth: readonly (number | undefined)[];
  readonly levels: readonly number[];
  readonly quantiles: readonly number[];
}

/**
 * Levels and quantiles in rising order.
 *
 * @throws {ShapeError} When there is no level.
 * @throws {DomainError} When a probability is not between 0 and 1, a range is none, or a name unknown.
 */
export function checkOptions(names: readonly string[], options: CornerOptions) {
  for (const [option, record] of [
    ["labels", options.labels ?? {}],
    ["ranges", options.ranges ?? {}],
  ] as const)
    refuseUnknown(option, record, names);
  for (const [name, range] of Object.entries(options.ranges ?? {})) {
    if (!(Number.isFinite(range[0]) && range[0] < range[1] && Number.isFinite(range[1])))
      throw new DomainError("corner", `ranges.${name}`, range, "[low, high] with low below high");
  }
  const { bins } = options;
  if (bins !== undefined && !(Number.isInteger(bins) && bins >= 1)) throw new DomainError("corner", "bins", bins, "a whole number from 1");
  const levels = rising("corner", "levels", options.levels ?? [0.6827, 0.9545]);
  if (levels.length === 0) throw new ShapeError("corner", "levels", "[0]", "at least one level");
  return { levels, quantiles: rising("corner", "quantiles", options.quantiles ?? [0.16, 0.5, 0.84]) };
}

/** Probabilities in rising order. */
export function rising(where: string, option: string, probabilities: readonly number[]): number[] {
  assertList(where, option, probabilities);
  const bad = probabilities.findIndex((p) => !(p > 0 && p < 1));
  if (bad >= 0) throw new DomainError(where, `${option}[${bad}]`, probabilities[bad], "a number between 0 and 1");
  return [...probabilities].sort((a, b) => a - b);
}

function refuseUnknown(option: string, record: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const unknown = Object.keys(record).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new DomainError("corner", `${option}.${unknown}`, record[unknown], `one of the parameters ${names.join(", ")}`, "check the name");
}

/** Truth `[D]`, undefined where it is not known. */
export function toTruth(truth: CornerOptions["truth"], names: readonly string[]): (number | undefined)[] {
  if (truth === undefined) return names.map(() => undefined);
  const row = Array.isArray(truth) || truth instanceof Float64Array;
  if (row && truth.length !== names.length)
    throw new ShapeError("corner", "truth", `[${truth.length}]`, `[${names.length}]`, `give ${names.join(", ")}, or a record`);
  if (!row) refuseUnknown("truth", truth as Readonly<Record<string, number>>, names);
  return names.map((name, d) => {
    const value = row ? (truth as readonly number[])[d] : (truth as Readonly<Record<string, number>>)[name];
    if ((value !== undefined || row) && !Number.isFinite(value)) throw new DomainError("corner", `truth.${name}`, value, "a finite number");
    return value;
  });
}
