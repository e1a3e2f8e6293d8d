/**
 * Checks of records that figures are given.
 *
 * @module
 */
import { DomainError } from "../errors.js";
import { isList } from "../numerics/matrix.js";

/** Which fields a record must have, and where it comes from. */
export interface RecordWords {
  readonly fields: readonly string[];
  /** What to do where one lacks, e.g. "give what tarp returns, awaited". */
  readonly advice?: string;
}

/** Refuses what is no record or lacks a field; the message names that field, as the whole record says little. */
export function assertRecord(where: string, argument: string, given: unknown, { fields, advice }: RecordWords): void {
  const expected = fields.length > 0 ? `a record with ${fields.join(", ")}` : "a record of options";
  if (typeof given !== "object" || given === null || isList(given)) throw new DomainError(where, argument, given, expected, advice);
  const missing = fields.find((field) => (given as Readonly<Record<string, unknown>>)[field] === undefined);
  if (missing !== undefined) throw new DomainError(where, `${argument}.${missing}`, undefined, expected, advice);
}

/** Refuses options that are none. */
export function assertOptions(where: string, options: unknown): void {
  assertRecord(where, "options", options, { fields: [] });
}

/** Refuses what is no list of names. */
export function assertNames(where: string, argument: string, names: unknown): void {
  if (isList(names) && Array.from(names).every((name) => typeof name === "string")) return;
  throw new DomainError(where, argument, names, "a list of names, one for each column");
}

/** Refuses probabilities that are no list. */
export function assertList(where: string, argument: string, given: unknown): void {
  if (!isList(given)) throw new DomainError(where, argument, given, "a list of numbers between 0 and 1");
}
