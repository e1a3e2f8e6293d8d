/**
 * Models in one self-describing file: what the model is as JSON, its numbers as raw arrays, and a digest of each. The format is
 * described in docs/model-files.md.
 *
 * @module
 */
import { DomainError, FormatError } from "../errors.js";
import { platform } from "../platform/index.js";
import { assertArray, dtypeOf, fromBytes, type ModelArray, toBytes } from "./model-file-arrays.js";
import { fromJson, toJson } from "./model-file-body.js";
import { faultOf, gapFault, headFault } from "./model-file-faults.js";
import {
  type ArrayEntry,
  aligned,
  arraysAt,
  DIGEST_AT,
  endOf,
  FORMAT,
  HEADER_BYTES,
  headDigest,
  hex,
  type Manifest,
  readHeader,
  sha256,
  writeHeader,
} from "./model-file-layout.js";

export type { ModelArray } from "./model-file-arrays.js";

/** A model as plain data. */
export interface ModelRecord {
  /** What it is, e.g. "npe"; whoever reads it back asks for this first. */
  readonly kind: string;
  /**
   * Plain objects, lists, texts, numbers, booleans and null. NaN, infinities and -0 are kept; a property that is undefined is left
   * out.
   */
  readonly body: unknown;
  /** Numbers, by name. */
  readonly arrays: Readonly<Record<string, ModelArray>>;
}

/** A model as a file held it. */
export interface StoredModel extends ModelRecord {
  /** Number of the file's format. */
  readonly format: number;
  /** Version of the galton that wrote it. */
  readonly packageVersion: string;
}

/**
 * The bytes of a model file; the same record gives the same bytes.
 *
 * @param record - The model.
 * @param packageVersion - Version of the library, kept for messages.
 * @returns The whole file.
 * @throws {DomainError} When the body holds what JSON cannot, such as a function, or itself.
 * @throws {ShapeError} When an array's shape holds another number of elements than its values.
 * @example
 * const bytes = await encodeModel({ kind: "line", body: { by: "hand" }, arrays: { slope: { shape: [2], values: Float64Array.of(1, 2) } } }, "0.1.0");
 * const { arrays } = await decodeModel("load", "line.galton", bytes);
 * arrays.slope.values; // 1, 2
 */
export async function encodeModel({ kind, body, arrays }: ModelRecord, packageVersion: string): Promise<Uint8Array> {
  const where = "encodeModel";
  if (typeof kind !== "string" || kind === "") throw new DomainError(where, "kind", kind, "a name");
  const parts = partsOf(where, arrays);
  const entries = await Promise.all(parts.map(entryOf));
  const manifest = new TextEncoder().encode(JSON.stringify({ kind, packageVersion, body: toJson(where, "body", body), arrays: entries }));
  const start = arraysAt(manifest.length);
  const file = new Uint8Array(start + endOf(entries));
  writeHeader(file, { format: FORMAT, manifestBytes: manifest.length, fileBytes: file.length });
  file.set(manifest, HEADER_BYTES);
  file.set(await headDigest(file, manifest.length), DIGEST_AT);
  for (const { offset, bytes } of parts) file.set(bytes, start + offset);
  return file;
}

interface Part extends ModelArray {
  readonly name: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

function partsOf(where: string, arrays: ModelRecord["arrays"]): Part[] {
  let end = 0;
  return Object.entries(arrays).map(([name, array]) => {
    assertArray(where, name, array);
    const [offset, bytes] = [aligned(end), toBytes(array.values)];
    end = offset + bytes.length;
    return { name, ...array, offset, bytes };
  });
}

async function entryOf({ name, shape, values, offset, bytes }: Part): Promise<ArrayEntry> {
  return { name, dtype: dtypeOf(values), shape, offset, byteLength: bytes.length, sha256: hex(await sha256(bytes)) };
}

/**
 * The model that a file's bytes hold. Nothing is believed before it is checked: each byte of the file is covered by a digest or
 * must be what the format prescribes.
 *
 * @param where - Function that refuses, for messages.
 * @param file - Name of the file, for messages.
 * @param bytes - The whole file.
 * @returns The record that was encoded, in memory of its own, and what wrote it.
 * @throws {FormatError} When the bytes are no model file, of a newer format, truncated or damaged.
 */
export async function decodeModel(where: string, file: string, bytes: Uint8Array): Promise<StoredModel> {
  const refuse: Refuse = (reason, advice = "fetch or save it again") => new FormatError(where, file, reason, advice);
  const head = headFault(bytes);
  if (head) throw refuse(head.reason, head.advice);
  const { format, manifestBytes } = readHeader(bytes);
  const manifest = await manifestOf(bytes, refuse);
  const start = arraysAt(manifestBytes);
  const part = ({ offset, byteLength }: ArrayEntry) => bytes.subarray(start + offset, start + offset + byteLength);
  for (const entry of manifest.arrays) {
    if (hex(await sha256(part(entry))) !== entry.sha256) throw refuse(`is damaged: the array "${entry.name}" is not what was saved`);
  }
  const arrays = manifest.arrays.map((entry): [string, ModelArray] => {
    return [entry.name, { shape: entry.shape, values: fromBytes(entry.dtype, part(entry)) }];
  });
  const { kind, packageVersion, body } = manifest;
  return { kind, body: fromJson(body, refuse), arrays: Object.fromEntries(arrays), format, packageVersion };
}

type Refuse = (reason: string, advice?: string) => FormatError;

async function manifestOf(bytes: Uint8Array, refuse: Refuse): Promise<Manifest> {
  const header = readHeader(bytes);
  const digest = hex(await headDigest(bytes, header.manifestBytes));
  if (digest !== hex(bytes.subarray(DIGEST_AT, HEADER_BYTES))) throw refuse("is damaged: the manifest is not what was saved");
  const text = new TextDecoder().decode(bytes.subarray(HEADER_BYTES, HEADER_BYTES + header.manifestBytes));
  const manifest = parsed(text, refuse);
  const fault = faultOf(manifest, header) ?? gapFault(bytes, header, (manifest as Manifest).arrays);
  if (fault) throw refuse(fault);
  return manifest as Manifest;
}

function parsed(text: string, refuse: Refuse): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse(`has a manifest that is no JSON (${error.message})`, "save it again with galton");
    throw error;
  }
}

/**
 * Writes a model to a file, whole or not at all.
 *
 * @param path - Where; the folders above it are made. A browser offers it as a download.
 * @param record - The model.
 * @throws {DomainError} When the body holds what JSON cannot.
 * @throws {ShapeError} When an array's shape holds another number of elements than its values.
 */
export async function writeModel(path: string, record: ModelRecord): Promise<void> {
  await platform.writeFile(path, await encodeModel(record, platform.version));
}

/**
 * Reads a model from a file.
 *
 * @param where - Function that refuses, for messages.
 * @param path - The file; in a browser an address.
 * @returns What the file holds.
 * @throws {FormatError} When it is no model file, of a newer format, truncated or damaged.
 */
export async function readModel(where: string, path: string): Promise<StoredModel> {
  return decodeModel(where, path, await platform.readFile(path));
}
