const MAGIC = 0x184d_2204;
/** Bits of the frame's flags. */
const [BLOCK_CHECKSUM, CONTENT_SIZE, DICTIONARY] = [0x10, 0x08, 0x01];
const UNCOMPRESSED = 0x8000_0000;

/**
 * Decompresses a frame of LZ4, in which pyarrow and pandas write Feather files by default.
 *
 * @param frame - The frame; its own checksums are not looked at.
 * @returns The bytes.
 * @throws {RangeError} When it is none, or ends too early.
 * @source https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md
 */
export function unpackLz4(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError("a compressed part is no LZ4 frame");
  const flags = view.getUint8(4);
  if (flags & DICTIONARY) throw new RangeError("a compressed part needs a dictionary");
  // Magic, flags, size of blocks, and the header's own checksum.
  let at = 7 + (flags & CONTENT_SIZE ? 8 : 0);
  const output = new Bytes(4 * frame.length);
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return output.taken();
    const length = size & ~UNCOMPRESSED;
    if (at + length > frame.length) throw new RangeError("a compressed part ends too early");
    const block = frame.subarray(at, at + length);
    if (size & UNCOMPRESSED) output.push(block);
    else unpackBlock(block, output);
    at += length + (flags & BLOCK_CHECKSUM ? 4 : 0);
  }
}

/** A block is sequences of literal bytes and of copies of what came before; the last has literals alone. */
function unpackBlock(block: Uint8Array, output: Bytes): void {
  let at = 0;
  const next = () => {
    if (at >= block.length) throw new RangeError("a compressed part ends too early");
    return block[at++]!;
  };
  // 15 says that bytes follow which are added, up to one that is not 255.
  const extended = (nibble: number) => {
    let length = nibble;
    if (nibble === 15) {
      let more: number;
      do {
        more = next();
        length += more;
      } while (more === 255);
    }
    return length;
  };
  while (at < block.length) {
    const token = next();
    const literals = extended(token >> 4);
    if (at + literals > block.length) throw new RangeError("a compressed part ends too early");
    output.push(block.subarray(at, at + literals));
    at += literals;
    if (at === block.length) return;
    const offset = next() | (next() << 8);
    output.repeat(offset, extended(token & 15) + 4);
  }
}

/** Bytes that grow. */
class Bytes {
  private bytes: Uint8Array;
  private length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  push(more: Uint8Array): void {
    this.reserve(more.length);
    this.bytes.set(more, this.length);
    this.length += more.length;
  }

  /** Copies from `offset` bytes back; where the copy is longer than that it repeats itself. */
  repeat(offset: number, length: number): void {
    if (offset === 0 || offset > this.length) throw new RangeError("a compressed part refers to what is before its beginning");
    this.reserve(length);
    const { bytes } = this;
    const from = this.length - offset;
    for (let i = 0; i < length; i++) bytes[this.length + i] = bytes[from + i]!;
    this.length += length;
  }

  taken(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
