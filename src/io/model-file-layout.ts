/**
 * Where things stand in a model file: a header of 64 bytes, the manifest, and the arrays, each at a multiple of 64 bytes.
 *
 * @module
 */
import type { Dtype } from "./model-file-arrays.js";

/** The format that this version writes, and the newest that it reads. */
export const FORMAT = 1;

export const MAGIC = "GALTON";

/** Bytes before the manifest. */
export const HEADER_BYTES = 64;

/** Where the digest of the first 32 bytes and the manifest stands. */
export const DIGEST_AT = 32;

/** Bytes that every format begins with: the magic and the format's number. */
export const PRELUDE_BYTES = 8;

/** An array's entry in the manifest. */
export interface ArrayEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Bytes from where the arrays begin, see `arraysAt`. */
  readonly offset: number;
  readonly byteLength: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What the manifest says. */
export interface Manifest {
  readonly kind: string;
  readonly packageVersion: string;
  readonly body: unknown;
  readonly arrays: readonly ArrayEntry[];
}

/** What the header says. */
export interface Header {
  readonly format: number;
  readonly manifestBytes: number;
  readonly fileBytes: number;
}

/** The next multiple of 64. */
export const aligned = (offset: number): number => Math.ceil(offset / 64) * 64;

/** Where the arrays begin: offsets count from here, so that they do not depend on the length of the text that states them. */
export const arraysAt = (manifestBytes: number): number => aligned(HEADER_BYTES + manifestBytes);

/** Bytes that the arrays take, from where they begin. */
export function endOf(entries: readonly Pick<ArrayEntry, "offset" | "byteLength">[]): number {
  const last = entries.at(-1);
  return last ? last.offset + last.byteLength : 0;
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
}

/** Digest of what says how to read the rest: the header's first half and the manifest. */
export async function headDigest(file: Uint8Array, manifestBytes: number): Promise<Uint8Array> {
  const covered = new Uint8Array(DIGEST_AT + manifestBytes);
  covered.set(file.subarray(0, DIGEST_AT));
  covered.set(file.subarray(HEADER_BYTES, HEADER_BYTES + manifestBytes), DIGEST_AT);
  return sha256(covered);
}

/** Puts the header's first half at the front of a file. */
export function writeHeader(file: Uint8Array, { format, manifestBytes, fileBytes }: Header): void {
  file.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(file.buffer, file.byteOffset, HEADER_BYTES);
  view.setUint16(6, format, true);
  view.setBigUint64(8, BigInt(manifestBytes), true);
  view.setBigUint64(16, BigInt(fileBytes), true);
}

/** Of at least `PRELUDE_BYTES` bytes. */
export const readFormat = (file: Uint8Array): number => new DataView(file.buffer, file.byteOffset).getUint16(6, true);

/** Of at least `HEADER_BYTES` bytes. */
export function readHeader(file: Uint8Array): Header {
  const view = new DataView(file.buffer, file.byteOffset, HEADER_BYTES);
  return { format: readFormat(file), manifestBytes: Number(view.getBigUint64(8, true)), fileBytes: Number(view.getBigUint64(16, true)) };
}
