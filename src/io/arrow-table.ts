import type { Table } from "apache-arrow";
import { FormatError } from "../errors.js";
import { unpackLz4 } from "./arrow-lz4.js";
import { type Column, named } from "./column-names.js";

const FILE = new TextEncoder().encode("ARROW1");
/** The mark of the end of a stream. */
const END = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);

/**
 * Reads the numbers of an Arrow file or stream, whoever wrote it; a missing number becomes NaN.
 *
 * @param where - Function that asks, for messages.
 * @param path - The file, for messages.
 * @param bytes - What it holds.
 * @returns Columns by name, in float64: of integers above 2^53 the last digits are lost.
 * @throws {FormatError} When it is no such file, is cut off, has a column that holds no numbers, or is compressed with zstd.
 * @source https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 */
export async function readArrow(where: string, path: string, bytes: Uint8Array): Promise<Record<string, Float64Array>> {
  const { compressionRegistry, CompressionType, DataType, tableFromIPC } = await import("apache-arrow");
  assertWhole(where, path, bytes);
  if (!compressionRegistry.get(CompressionType.LZ4_FRAME)) compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4 });
  let columns: Column[];
  try {
    const table = tableFromIPC(bytes);
    columns = table.schema.fields.map(({ name, type }, j) => {
      if (!DataType.isFloat(type) && !DataType.isInt(type) && !DataType.isBool(type)) {
        throw new FormatError(where, path, `has the column ${name} of type ${type}`, "give numbers");
      }
      return { name, values: numbersOf(table, j) };
    });
  } catch (error) {
    throw error instanceof FormatError ? error : unreadable(where, path, error as Error);
  }
  return named(where, path, columns);
}

/** The library reads what is there of a stream that was cut between two batches, and says nothing. */
function assertWhole(where: string, path: string, bytes: Uint8Array): void {
  const has = (part: Uint8Array, at: number) => at >= 0 && part.every((byte, i) => bytes[at + i] === byte);
  const isFile = has(FILE, 0);
  if (!isFile && !has(END.subarray(0, 4), 0)) throw new FormatError(where, path, "is no Arrow file: its first bytes are others");
  if (has(isFile ? FILE : END, bytes.length - (isFile ? FILE : END).length)) return;
  throw new FormatError(
    where,
    path,
    `is cut off: at byte ${bytes.length}, where it ends, is no mark of an end`,
    "copy it again, or close the writer that writes it",
  );
}

function numbersOf(table: Table, column: number): Float64Array {
  const numbers = new Float64Array(table.numRows);
  let row = 0;
  for (const value of table.getChildAt(column)!) numbers[row++] = value === null ? Number.NaN : Number(value);
  return numbers;
}

function unreadable(where: string, path: string, { message }: Error): FormatError {
  if (!message.includes("codec not found")) return new FormatError(where, path, `is no Arrow file: ${message}`);
  return new FormatError(where, path, "is compressed with zstd", 'write it with compression="lz4" or "uncompressed"');
}
