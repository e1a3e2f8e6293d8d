import { DomainError, FormatError } from "../errors.js";
import { type Matrix, zeros } from "../numerics/matrix.js";
import { platform } from "../platform/index.js";
import { readNpy } from "./npy.js";

/** Numbers of a file: columns by name, or, where there are no names, "0", "1", ... */
export type NamedColumns = Readonly<Record<string, Float64Array>>;

/**
 * Reads a table of numbers: `.csv` (names in the first line), `.npy` (columns "0", "1", ...), or Arrow (`.arrow`, `.arrows`, `.feather`).
 *
 * @param path - The file; its ending says what it is.
 * @returns Columns by name.
 * @throws {FormatError} When it cannot be read; the message names the place.
 * @throws {DomainError} When the ending is another.
 * @example
 * await (await import("node:fs/promises")).writeFile(`${folder}/events.csv`, "a,b\n1,2\n3,4\n");
 * const { a } = await readTable(`${folder}/events.csv`);
 * a; // 1, 3
 */
export async function readTable(path: string): Promise<NamedColumns> {
  const where = "readTable";
  const ending = path.match(/\.(\w+)$/)?.[1]?.toLowerCase() ?? "";
  const bytes = async () => platform.readFile(path);
  if (ending === "csv") return readCsv(where, path, new TextDecoder().decode(await bytes()));
  if (ending === "npy") return byNumber(readNpy(where, path, await bytes()));
  if (["arrow", "arrows", "feather"].includes(ending)) return readArrow(where, path, await bytes());
  throw new DomainError(where, "path", path, "a file ending in .csv, .npy, .arrow, .arrows or .feather");
}

/** Columns of a matrix by number. */
function byNumber({ rows, columns, values }: Matrix): NamedColumns {
  const column = (j: number) => Float64Array.from({ length: rows }, (_, i) => values[i * columns + j]!);
  return Object.fromEntries(Array.from({ length: columns }, (_, j) => [String(j), column(j)]));
}

async function readCsv(where: string, path: string, text: string): Promise<NamedColumns> {
  const { parse } = await import("csv-parse/sync");
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true }) as string[][];
  } catch (error) {
    throw new FormatError(where, path, `is no table: ${(error as Error).message}`);
  }
  const [names, ...body] = rows;
  if (!names || body.length === 0) throw new FormatError(where, path, "has no rows below its names");
  if (new Set(names).size < names.length) throw new FormatError(where, path, `has a name twice: ${names.join(", ")}`);
  const columns = names.map(() => new Float64Array(body.length));
  body.forEach((row, i) => {
    row.forEach((field, j) => {
      columns[j]![i] = toNumber(
        field,
        () => new FormatError(where, path, `has "${field}" in line ${i + 2}, column ${names[j]}`, "write a number there"),
      );
    });
  });
  return Object.fromEntries(names.map((name, j) => [name, columns[j]!]));
}

/** Numbers as programs write them, NaN and infinities among them. */
function toNumber(field: string, refuse: () => FormatError): number {
  const known: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, "+inf": Infinity, "-inf": -Infinity };
  const word = known[field.toLowerCase().replace("infinity", "inf")];
  if (word !== undefined) return word;
  const value = Number(field);
  if (field === "" || Number.isNaN(value)) throw refuse();
  return value;
}

async function readArrow(where: string, path: string, bytes: Uint8Array): Promise<NamedColumns> {
  const { DataType, tableFromIPC } = await import("apache-arrow");
  let table: ReturnType<typeof tableFromIPC>;
  try {
    table = tableFromIPC(bytes);
  } catch (error) {
    throw new FormatError(where, path, `is no Arrow file: ${(error as Error).message}`);
  }
  if (table.schema.fields.length === 0) throw new FormatError(where, path, "is no Arrow file, or holds no columns");
  const entries = table.schema.fields.map(({ name, type }) => {
    if (!DataType.isFloat(type) && !DataType.isInt(type) && !DataType.isBool(type)) {
      throw new FormatError(where, path, `has the column ${name} of type ${type}`, "give numbers");
    }
    return [name, Float64Array.from(table.getChild(name)!, (value) => (value === null ? Number.NaN : Number(value)))] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * A matrix of some of a table's columns, in the order of the names.
 *
 * @throws {DomainError} When there is no column of a name.
 */
export function columnsOf(table: NamedColumns, names: readonly string[]): Matrix {
  const parts = names.map((name) => {
    const found = table[name];
    if (!found) throw new DomainError("columnsOf", "names", name, `some of ${Object.keys(table).join(", ")}`);
    return found;
  });
  const matrix = zeros(parts[0]?.length ?? 0, parts.length);
  for (let i = 0; i < matrix.values.length; i++) matrix.values[i] = parts[i % parts.length]![Math.floor(i / parts.length)]!;
  return matrix;
}
