import { FormatError } from "../errors.js";
import type { GrowingFiles } from "../platform/platform.js";
import type { Columns } from "./column-batches.js";
import { bodyLength, PREFIX, readBatch, readSchema, type SchemaMessage } from "./column-batches.js";

/** A file that is asked for, and where from. */
export interface OpenedFile {
  /** Function that asks, for messages. */
  readonly where: string;
  readonly path: string;
  readonly files: GrowingFiles;
}

/** A message of a file. */
interface Message {
  readonly start: number;
  readonly end: number;
  readonly rows: number;
}

/** A file's messages, as far as they are whole. */
export interface ColumnIndex {
  readonly schema: SchemaMessage;
  readonly batches: readonly Message[];
  /** Where the last whole batch ends. */
  readonly end: number;
  /** Whether the mark of the end is there. */
  readonly complete: boolean;
  /** Bytes behind the last whole message that are none. */
  readonly torn: number;
}

/** More is no length of a message's metadata. */
const LONGEST = 2 ** 26;

/**
 * Finds the messages of a file, without their numbers.
 *
 * @throws {FormatError} When it is no file of columns, or damaged.
 */
export async function readIndex(file: OpenedFile): Promise<ColumnIndex> {
  const { where, path, files } = file;
  const size = await files.size(path);
  if (size === undefined) throw new FormatError(where, path, "does not exist", "check the path");
  const mark = await files.readPart(path, 0, 4);
  if (mark.length < 4 || mark.some((byte) => byte !== 0xff))
    throw new FormatError(where, path, "is no file of columns", "give one that mineToFile wrote");
  const first = await nextMessage(file, 0, size);
  if (typeof first !== "object") throw new FormatError(where, path, "ends within its schema", "write it anew");
  const schema = readSchema(await files.readPart(path, 0, first.end));
  if (!schema) throw damaged(file, "in its schema, or no file of columns that Galton wrote");
  const batches: Message[] = [];
  let { end } = first;
  for (;;) {
    const next = await nextMessage(file, end, size);
    if (typeof next !== "object") return { schema, batches, end, complete: next === "end", torn: next === "torn" ? size - end : 0 };
    batches.push({ ...next, rows: (next.end - next.body) / 8 / Math.max(1, schema.names.length) });
    end = next.end;
  }
}

/** Numbers of a batch. */
export async function readBatchOf(file: OpenedFile, { schema, batches }: ColumnIndex, number: number): Promise<Columns> {
  const { start, end } = batches[number]!;
  const columns = readBatch(schema.names, await file.files.readPart(file.path, start, end - start));
  if (!columns) throw damaged(file, `in batch ${number}, at bytes ${start} to ${end}`);
  return columns;
}

type Found = { readonly start: number; readonly body: number; readonly end: number } | "end" | "none" | "torn";

/** The message at a place: where its body begins and it ends; "end" for the mark of the end, "torn" for what is no whole message, "none" at the file's end. */
async function nextMessage(file: OpenedFile, start: number, size: number): Promise<Found> {
  const { path, files } = file;
  if (start === size) return "none";
  const prefix = await files.readPart(path, start, PREFIX);
  if (prefix.length < PREFIX) return "torn";
  const view = new DataView(prefix.buffer, prefix.byteOffset, PREFIX);
  const length = view.getInt32(4, true);
  if (length === 0 && start + PREFIX === size) return "end";
  if (view.getUint32(0, true) !== 0xffff_ffff || length <= 0 || length > LONGEST || length % 8 !== 0)
    throw damaged(file, `at byte ${start}, where a message should begin`);
  const body = start + PREFIX + length;
  if (body > size) return "torn";
  const bytes = lengthOf(await files.readPart(path, start + PREFIX, length));
  if (bytes === undefined) throw damaged(file, `at byte ${start}, in a message's metadata`);
  return body + bytes > size ? "torn" : { start, body, end: body + bytes };
}

/** Length of a message's body; undefined when its metadata are damaged. */
function lengthOf(metadata: Uint8Array): number | undefined {
  try {
    return bodyLength(metadata);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function damaged({ where, path }: OpenedFile, place: string): FormatError {
  return new FormatError(where, path, `is damaged ${place}`, "write it anew, or use a copy");
}
