/**
 * What Galton needs of the metadata of Arrow's messages, read with every place checked: the library decodes damaged metadata without an end.
 *
 * @module
 * @source https://flatbuffers.dev/internals/ and format/Message.fbs and Schema.fbs of Arrow
 */

/** Kinds of messages. */
const [SCHEMA, BATCH] = [1, 3];
/** The type of a field, and its precision, that are float64. */
const [FLOATING_POINT, DOUBLE] = [3, 2];

/** A schema of float64 columns. */
export interface SchemaMessage {
  readonly names: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where the numbers of a batch are. */
export interface BatchMessage {
  readonly rows: number;
  /** Byte of the body at which each column begins. */
  readonly columns: readonly number[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Length of the body behind a message's metadata. */
export function bodyLength(metadata: Uint8Array): number {
  return root(metadata).int64(3);
}

/**
 * The schema that a message's metadata states.
 *
 * @throws {RangeError} When it states none, or columns that are not float64.
 */
export function readSchemaMessage(metadata: Uint8Array): SchemaMessage {
  const message = root(metadata);
  const schema = message.table(2);
  if (message.byte(1) !== SCHEMA || !schema) throw new RangeError("no schema");
  const fields = schema.tables(1);
  const names = fields.map((field) => {
    if (field.byte(2) !== FLOATING_POINT || field.table(3)?.int16(0) !== DOUBLE) throw new RangeError("a column that is not float64");
    return field.text(0);
  });
  return { names, metadata: pairs(schema, 2) };
}

/**
 * The batch that a message's metadata states, without nulls or compression.
 *
 * @throws {RangeError} When it states none.
 */
export function readBatchMessage(metadata: Uint8Array): BatchMessage {
  const message = root(metadata);
  const batch = message.table(2);
  if (message.byte(1) !== BATCH || !batch) throw new RangeError("no batch");
  const rows = batch.int64(0);
  // Of each column the validity, which is empty, and the numbers.
  const buffers = batch.structs(2, 16).map((place) => ({ offset: batch.int64At(place), length: batch.int64At(place + 8) }));
  const columns = buffers.filter((_, k) => k % 2 === 1);
  if (columns.some(({ length }) => length < 8 * rows)) throw new RangeError("a column that is too short");
  return { rows, columns: columns.map(({ offset }) => offset), metadata: pairs(message, 4) };
}

function pairs(table: FlatTable, field: number): Record<string, string> {
  return Object.fromEntries(table.tables(field).map((pair) => [pair.text(0), pair.text(1)]));
}

function root(bytes: Uint8Array): FlatTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new FlatTable(view, view.getUint32(0, true));
}

/** A table of a flatbuffer. DataView refuses places outside with a RangeError. */
class FlatTable {
  private readonly fields: number;

  constructor(
    private readonly view: DataView,
    private readonly at: number,
  ) {
    this.fields = at - view.getInt32(at, true);
  }

  byte(field: number): number {
    const place = this.place(field);
    return place === undefined ? 0 : this.view.getUint8(place);
  }

  int16(field: number): number {
    const place = this.place(field);
    return place === undefined ? 0 : this.view.getInt16(place, true);
  }

  int64(field: number): number {
    const place = this.place(field);
    return place === undefined ? 0 : this.int64At(place);
  }

  /** A whole number from 0. */
  int64At(place: number): number {
    const value = Number(this.view.getBigInt64(place, true));
    if (!(Number.isSafeInteger(value) && value >= 0)) throw new RangeError("a length that is none");
    return value;
  }

  table(field: number): FlatTable | undefined {
    const place = this.place(field);
    return place === undefined ? undefined : new FlatTable(this.view, this.follow(place));
  }

  tables(field: number): FlatTable[] {
    return this.structs(field, 4).map((place) => new FlatTable(this.view, this.follow(place)));
  }

  /** Places of a vector's elements, of so many bytes each. */
  structs(field: number, size: number): number[] {
    const place = this.place(field);
    if (place === undefined) return [];
    const [start, length] = this.vector(place, size);
    return Array.from({ length }, (_, i) => start + i * size);
  }

  text(field: number): string {
    const place = this.place(field);
    if (place === undefined) return "";
    const [start, length] = this.vector(place, 1);
    return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(this.view.buffer, this.view.byteOffset + start, length));
  }

  private vector(place: number, size: number): [start: number, length: number] {
    const start = this.follow(place) + 4;
    const length = this.view.getUint32(start - 4, true);
    if (start + length * size > this.view.byteLength) throw new RangeError("a list that is too long");
    return [start, length];
  }

  private follow(place: number): number {
    return place + this.view.getUint32(place, true);
  }

  /** Where a field is; undefined when it is absent. */
  private place(field: number): number | undefined {
    const slot = 4 + 2 * field;
    if (slot >= this.view.getUint16(this.fields, true)) return undefined;
    const offset = this.view.getUint16(this.fields + slot, true);
    return offset === 0 ? undefined : this.at + offset;
  }
}
