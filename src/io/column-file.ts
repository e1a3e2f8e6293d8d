/**
 * Columns of numbers in a file that grows, batch by batch: an Arrow IPC stream, described in docs/mined-files.md.
 *
 * @module
 */

import { FormatError, GaltonError } from "../errors.js";
import { concatenated } from "../numerics/concatenate.js";
import { platform } from "../platform/index.js";
import type { GrowingFiles } from "../platform/platform.js";
import { batchWriter, type Columns, type SchemaMessage } from "./column-batches.js";
import { type OpenedFile, readBatchOf, readIndex } from "./column-index.js";

export type { Columns } from "./column-batches.js";

/** What a file is to hold. */
export interface ColumnLayout {
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** Texts that travel with them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Writes batches behind what is there. */
export interface ColumnWriter {
  /** Rows in the file. */
  readonly rows: number;
  /** Writes a batch; when it returns the disk has it. */
  append(columns: Columns): Promise<void>;
  /** Marks the end. */
  close(): Promise<void>;
}

/** What a file holds. */
export interface ColumnTable {
  readonly columns: Record<string, Float64Array>;
  readonly rows: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether it has the mark of the end. */
  readonly complete: boolean;
}

/**
 * Opens a file to write to: a new one, or one with the same columns and metadata that goes on; a torn last batch is cut off.
 *
 * @param where - Function that asks, for messages.
 * @param path - The file.
 * @param layout - Columns and metadata.
 * @throws {FormatError} When there is another file.
 * @throws {GaltonError} When it cannot be written; what was there stays.
 */
export async function appendColumns(where: string, path: string, layout: ColumnLayout): Promise<ColumnWriter> {
  const files = growing(where);
  const writer = await batchWriter(layout.columns, layout.metadata);
  const write = (bytes: Uint8Array) => files.append(path, bytes).catch((error: unknown) => Promise.reject(unwritable(where, path, error)));
  const size = (await files.size(path)) ?? 0;
  const index = size >= writer.schema.length ? await readIndex({ where, path, files }) : undefined;
  if (index) assertSame(where, path, { found: index.schema, wanted: layout });
  if (index && size > index.end) await files.truncate(path, index.end);
  if (!index) {
    // A file that ends within its schema holds nothing; another file is not to be written over.
    await assertBegins({ where, path, files }, writer.schema.subarray(0, size));
    if (size > 0) await files.truncate(path, 0);
    await write(writer.schema);
  }
  let rows = index?.batches.reduce((total, batch) => total + batch.rows, 0) ?? 0;
  return {
    get rows() {
      return rows;
    },
    async append(columns) {
      const before = await files.size(path);
      try {
        await write(writer.batch(columns));
      } catch (error) {
        // What was written of the batch is cut off, so that the file stays whole.
        if (before !== undefined) await files.truncate(path, before).catch(() => undefined);
        throw error;
      }
      rows += columns[layout.columns[0]!]!.length;
    },
    close: () => write(writer.end),
  };
}

/**
 * Reads rows of a file.
 *
 * @param where - Function that asks, for messages.
 * @param path - The file.
 * @param range - Rows `from` to `to - 1`; default all.
 * @throws {FormatError} When the file is damaged or torn, or no file of columns.
 */
export async function readColumns(
  where: string,
  path: string,
  { from = 0, to = Number.POSITIVE_INFINITY }: { readonly from?: number; readonly to?: number } = {},
): Promise<ColumnTable> {
  const files = growing(where);
  const index = await readIndex({ where, path, files });
  if (index.torn > 0) {
    throw new FormatError(
      where,
      path,
      `ends within a batch: ${index.torn} bytes behind byte ${index.end} are none`,
      "write to it again to go on",
    );
  }
  const parts: Columns[] = [];
  let row = 0;
  for (const [number, batch] of index.batches.entries()) {
    const first = row;
    row += batch.rows;
    if (row <= from || first >= to) continue;
    const columns = await readBatchOf({ where, path, files }, index, number);
    const [low, high] = [Math.max(0, from - first), Math.min(batch.rows, to - first)];
    parts.push(Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.subarray(low, high)])));
  }
  const columns = Object.fromEntries(index.schema.names.map((name) => [name, concatenated(parts.map((part) => part[name]!))]));
  const rows = columns[index.schema.names[0]!]?.length ?? 0;
  return { columns, rows, metadata: index.schema.metadata, complete: index.complete };
}

/**
 * The batches of a file one after the other, with one in memory at a time.
 *
 * @throws {FormatError} As `readColumns`.
 */
export async function* batchesOf(where: string, path: string): AsyncGenerator<Columns> {
  const files = growing(where);
  const index = await readIndex({ where, path, files });
  for (const number of index.batches.keys()) yield readBatchOf({ where, path, files }, index, number);
}

function growing(where: string): GrowingFiles {
  if (platform.growingFiles) return platform.growingFiles;
  throw new GaltonError(`${where}: there are no files in a browser; run it in Node`);
}

async function assertBegins({ where, path, files }: OpenedFile, beginning: Uint8Array): Promise<void> {
  if (beginning.length === 0) return;
  const found = await files.readPart(path, 0, beginning.length);
  if (beginning.every((byte, i) => found[i] === byte)) return;
  throw new FormatError(where, path, "is there, and no beginning of this file", "give another path, or remove the file");
}

function assertSame(
  where: string,
  path: string,
  { found, wanted }: { readonly found: SchemaMessage; readonly wanted: ColumnLayout },
): void {
  const advice = "give another path, or remove the file";
  if (found.names.join() !== wanted.columns.join()) {
    throw new FormatError(where, path, `has the columns ${found.names.join(", ")}; expected ${wanted.columns.join(", ")}`, advice);
  }
  for (const [name, text] of Object.entries(wanted.metadata)) {
    if (found.metadata[name] === text) continue;
    throw new FormatError(where, path, `is of another run: its ${name} is ${found.metadata[name]}; expected ${text}`, advice);
  }
}

function unwritable(where: string, path: string, cause: unknown): GaltonError {
  return new GaltonError(
    `${where}: ${path} cannot be written: ${(cause as Error).message}; make room and run it again, it goes on after the last whole batch`,
  );
}
