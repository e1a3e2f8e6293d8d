/**
 * Protocol buffers, as much of them as a writer needs: numbers, texts, bytes and messages inside messages.
 *
 * @module
 * @source Protocol Buffers, "Encoding": wire types 0 (varint) and 2 (length-delimited)
 */

/** A message that is put together field by field; fields may repeat. */
export class Message {
  readonly #parts: Uint8Array[] = [];

  /** A whole number, as int32, int64, uint64 or enum. */
  int(field: number, value: number): this {
    return this.#put([varint(field << 3), varint(value)]);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#put([varint((field << 3) | 2), varint(value.length), value]);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    return this.#put([varint((field << 3) | 2), varint(value.length)]).#put(value.#parts);
  }

  /** All fields, one after the other. */
  toBytes(): Uint8Array {
    const all = new Uint8Array(this.length);
    let end = 0;
    for (const part of this.#parts) {
      all.set(part, end);
      end += part.length;
    }
    return all;
  }

  /** In bytes. */
  get length(): number {
    return this.#parts.reduce((total, { length }) => total + length, 0);
  }

  #put(parts: readonly Uint8Array[]): this {
    for (const part of parts) this.#parts.push(part);
    return this;
  }
}

/** Seven bits a byte, lowest first, the eighth set on all but the last; negative numbers as 64 bits of two's complement. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...bytes, Number(rest));
}
