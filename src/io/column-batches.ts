/**
 * Record batches of float64 columns as the messages of an Arrow IPC stream.
 *
 * A message is the bytes FF FF FF FF, the length of its metadata (int32, little-endian), the metadata and a body. The first message of a stream is
 * the schema; the end is marked by a length of 0. Each batch has the CRC-32 of its columns' bytes among its own metadata, under "crc32"; the
 * schema that of its names and texts.
 *
 * @module
 * @source https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
import { crc32 } from "../platform/crc32.js";
import { readBatchMessage, readSchemaMessage, type SchemaMessage } from "./arrow-message.js";

export { bodyLength, type SchemaMessage } from "./arrow-message.js";

/** Columns by name, of the same length. */
export type Columns = Readonly<Record<string, Float64Array>>;

/** Bytes of a message before its metadata. */
export const PREFIX = 8;
const END = 8;
/** Name of the text that has a checksum. */
const CHECKSUM = "crc32";

const arrow = () => import("apache-arrow");

/** Makes messages for columns of these names. */
export interface BatchWriter {
  /** The schema's message, with which a file begins. */
  readonly schema: Uint8Array;
  /** The mark of the end. */
  readonly end: Uint8Array;
  batch(columns: Columns): Uint8Array;
}

/** A writer of batches. */
export async function batchWriter(names: readonly string[], metadata: Readonly<Record<string, string>>): Promise<BatchWriter> {
  const { Field, Float64, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } = await arrow();
  const fields = names.map((name) => new Field(name, new Float64(), false));
  const texts = { ...metadata, [CHECKSUM]: schemaChecksum(names, metadata) };
  const schema = new Schema(fields, new Map(Object.entries(texts)));
  const empty = tableToIPC(new Table(schema), "stream");
  const head = empty.length - END;
  return {
    schema: empty.subarray(0, head),
    end: empty.subarray(head),
    batch(columns) {
      const length = columns[names[0]!]!.length;
      const children = names.map((name) => makeData({ type: new Float64(), length, nullCount: 0, data: columns[name]! }));
      const data = makeData({ type: new Struct(fields), length, nullCount: 0, children });
      const own = new Map([[CHECKSUM, checksum(names, columns)]]);
      const stream = tableToIPC(new Table(schema, [new RecordBatch(schema, data, own)]), "stream");
      // The stream is the schema's message again, the batch's, and the end.
      return stream.subarray(head, stream.length - END);
    },
  };
}

/** CRC-32 of the columns' bytes, column after column. */
function checksum(names: readonly string[], columns: Columns): string {
  const crc = names.reduce((before, name) => {
    const { buffer, byteOffset, byteLength } = columns[name]!;
    return crc32(new Uint8Array(buffer, byteOffset, byteLength), before);
  }, 0);
  return String(crc);
}

/** CRC-32 of a schema's names and texts, as JSON. */
function schemaChecksum(names: readonly string[], metadata: Readonly<Record<string, string>>): string {
  return String(crc32(new TextEncoder().encode(JSON.stringify([names, Object.entries(metadata)]))));
}

/** Reads a schema's message; undefined when it is none, has other columns than float64, or not the checksum it states. */
export function readSchema(message: Uint8Array): SchemaMessage | undefined {
  const schema = readable(() => readSchemaMessage(message.subarray(PREFIX)));
  if (!schema) return undefined;
  const { [CHECKSUM]: stated, ...metadata } = schema.metadata;
  return stated === schemaChecksum(schema.names, metadata) ? { names: schema.names, metadata } : undefined;
}

/** Columns of a batch; undefined when they are not those whose checksum it has. */
export function readBatch(names: readonly string[], message: Uint8Array): Columns | undefined {
  const body = PREFIX + new DataView(message.buffer, message.byteOffset).getInt32(4, true);
  const columns = readable(() => {
    const { rows, columns: places, metadata } = readBatchMessage(message.subarray(PREFIX, body));
    if (places.length !== names.length) return undefined;
    const found = names.map((name, j) => {
      const start = message.byteOffset + body + places[j]!;
      return [name, new Float64Array(message.buffer.slice(start, start + 8 * rows) as ArrayBuffer)] as const;
    });
    return { all: Object.fromEntries(found), stated: metadata[CHECKSUM] };
  });
  return columns && columns.stated === checksum(names, columns.all) ? columns.all : undefined;
}

/** Damaged metadata point outside themselves, or at texts that are none. */
function readable<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}
