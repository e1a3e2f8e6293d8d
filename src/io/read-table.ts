import { DomainError } from "../errors.js";
import { type Matrix, zeros } from "../numerics/matrix.js";
import { platform } from "../platform/index.js";
import { readArrow } from "./arrow-table.js";
import { readCsv } from "./csv.js";
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
 * await (await import("node:fs/promises")).writeFile("/tmp/galton-events.csv", "a,b\n1,2\n3,4\n");
 * const { a } = await readTable("/tmp/galton-events.csv");
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
