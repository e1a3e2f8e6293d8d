/**
 * Record batches of float64 columns as the messages of an Arrow IPC stream.
 *
 * A message is the bytes FF FF FF FF, the length of its metadata (int32, little-endian), the metadata and a body. The first message of a stream is
 * the schema; the end is marked by a length of 0. Each batch has the CRC-32 of its columns' bytes among its own metadata, under "crc32".
 *
 * @module
 * @source https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
import { crc32 } from "../platform/crc32.js";

/** Columns by name, of the same length. */
export type Columns = Readonly<Record<string, Float64Array>>;

/** Bytes of a message before its metadata. */
export const PREFIX = 8;
const END = 8;

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
  const schema = new Schema(fields, new Map(Object.entries(metadata)));
  const empty = tableToIPC(new Table(schema), "stream");
  const head = empty.length - END;
  return {
    schema: empty.subarray(0, head),
    end: empty.subarray(head),
    batch(columns) {
      const length = columns[names[0]!]!.length;
      const children = names.map((name) => makeData({ type: new Float64(), length, nullCount: 0, data: columns[name]! }));
      const data = makeData({ type: new Struct(fields), length, nullCount: 0, children });
      const own = new Map([["crc32", String(checksum(names, columns))]]);
      const stream = tableToIPC(new Table(schema, [new RecordBatch(schema, data, own)]), "stream");
      // The stream is the schema's message again, the batch's, and the end.
      return stream.subarray(head, stream.length - END);
    },
  };
}

function checksum(names: readonly string[], columns: Columns): number {
  return names.reduce((crc, name) => {
    const { buffer, byteOffset, byteLength } = columns[name]!;
    return crc32(new Uint8Array(buffer, byteOffset, byteLength), crc);
  }, 0);
}

/** What a schema's message says. */
export interface SchemaMessage {
  readonly names: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads a schema's message; undefined when it is none, or has other columns than float64. */
export async function readSchema(message: Uint8Array): Promise<SchemaMessage | undefined> {
  const { DataType, tableFromIPC } = await arrow();
  const { schema } = tableFromIPC(joined([message, new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0])]));
  if (!schema.fields.every(({ type }) => DataType.isFloat(type) && type.precision === 2)) return undefined;
  return { names: schema.fields.map(({ name }) => name), metadata: Object.fromEntries(schema.metadata) };
}

/** Length of the body that follows a message's metadata. */
export async function bodyLength(metadata: Uint8Array): Promise<number> {
  return Number((await arrow()).Message.decode(metadata).bodyLength);
}

/** Columns of a batch; undefined when they are not those whose checksum it has. */
export async function readBatch(schema: Uint8Array, message: Uint8Array): Promise<Columns | undefined> {
  const { tableFromIPC } = await arrow();
  const table = tableFromIPC(joined([schema, message, new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0])]));
  const names = table.schema.fields.map(({ name }) => name);
  const columns = Object.fromEntries(names.map((name) => [name, Float64Array.from(table.getChild(name)!.toArray() as Float64Array)]));
  return table.batches[0]?.metadata.get("crc32") === String(checksum(names, columns)) ? columns : undefined;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
