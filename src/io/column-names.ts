import { FormatError } from "../errors.js";

/** A column as it was read. */
export interface Column {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/**
 * Columns by name.
 *
 * @throws {FormatError} When a name is there twice.
 */
export function named(where: string, path: string, columns: readonly Column[]): Record<string, Float64Array> {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, j) => names.indexOf(name) !== j);
  if (twice !== undefined) throw new FormatError(where, path, `has a name twice: ${twice}`, "give each column a name of its own");
  return Object.fromEntries(columns.map(({ name, values }) => [name, values instanceof Float64Array ? values : Float64Array.from(values)]));
}
