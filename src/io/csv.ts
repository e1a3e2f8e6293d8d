import { DomainError, FormatError, ShapeError } from "../errors.js";
import { type Matrix, rowOf } from "../numerics/matrix.js";
import { type Column, named } from "./column-names.js";

/** A decimal number; what else JavaScript takes for one, such as 0x10, is a slip. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** Words that programs write for what is no finite number. */
const WORDS: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, "+inf": Infinity, "-inf": -Infinity };

/**
 * Reads numbers whose columns have their names in the first line.
 *
 * @param where - Function that asks, for messages.
 * @param path - The file, for messages.
 * @param text - What it holds.
 * @throws {FormatError} When a field is no number, or lines differ in their number of fields; with line and column.
 */
export async function readCsv(where: string, path: string, text: string): Promise<Record<string, Float64Array>> {
  const { parse, CsvError } = await import("csv-parse/sync");
  let columns: Column[] | undefined;
  let rows = 0;
  try {
    parse(text, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (fields: string[], { lines }: { readonly lines: number }) => {
        if (!columns) columns = fields.map((name) => ({ name, values: [] }));
        else rows = pushNumbers(columns, fields, (field, name) => noNumber(where, path, { field, name, line: lines }));
        // The numbers are kept, the record is not.
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FormatError(where, path, `is no table: ${error.message}`);
  }
  if (!columns || rows === 0) throw new FormatError(where, path, "has no rows below its names");
  return named(where, path, columns);
}

function pushNumbers(columns: readonly Column[], fields: readonly string[], refuse: (field: string, name: string) => FormatError): number {
  fields.forEach((field, j) => {
    const { name, values } = columns[j]!;
    (values as number[]).push(toNumber(field, () => refuse(field, name)));
  });
  return columns[0]!.values.length;
}

function toNumber(field: string, refuse: () => FormatError): number {
  if (DECIMAL.test(field)) return Number(field);
  const word = WORDS[field.toLowerCase().replace("infinity", "inf")];
  if (word === undefined) throw refuse();
  return word;
}

function noNumber(
  where: string,
  path: string,
  { field, name, line }: { readonly field: string; readonly name: string; readonly line: number },
): FormatError {
  return new FormatError(where, path, `has "${field}" in line ${line}, column ${name}`, "write a number there");
}

/**
 * A matrix as the text of a CSV file that `readTable` reads without a loss: names in the first line, `nan`, `inf` and `-inf` for what is not finite.
 *
 * @param matrix - Numbers `[N, K]`.
 * @param names - Names of the columns `[K]`.
 * @returns The text.
 * @throws {ShapeError} When there are more or fewer names than columns.
 * @throws {DomainError} When a name is empty or there twice.
 * @example
 * const text = writeCsv({ rows: 1, columns: 2, values: Float64Array.of(0.1, 2) }, ["a", "b"]);
 * text.length; // 10
 */
export function writeCsv(matrix: Matrix, names: readonly string[]): string {
  const where = "writeCsv";
  if (names.length !== matrix.columns)
    throw new ShapeError(where, "names", `[${names.length}]`, `[${matrix.columns}], one for each column`);
  const bad = names.find((name, j) => name === "" || names.indexOf(name) !== j);
  if (bad !== undefined) throw new DomainError(where, "names", bad, "names that differ from each other, none empty");
  const lines = Array.from({ length: matrix.rows }, (_, i) => Array.from(rowOf(matrix, i), toField).join(","));
  return [names.map(quoted).join(","), ...lines, ""].join("\n");
}

function toField(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

function quoted(name: string): string {
  return /[",\n\r]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
