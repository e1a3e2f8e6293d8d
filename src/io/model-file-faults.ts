/**
 * What can be wrong with a model file, from its first byte on.
 *
 * @module
 */
import { countOf, isDtype, isShape, widthOf } from "./model-file-arrays.js";
import {
  type ArrayEntry,
  aligned,
  arraysAt,
  FORMAT,
  HEADER_BYTES,
  type Header,
  MAGIC,
  type Manifest,
  PRELUDE_BYTES,
  readFormat,
  readHeader,
} from "./model-file-layout.js";

/** A sentence without its subject, the file, and what to do about it. */
export interface HeadFault {
  readonly reason: string;
  readonly advice?: string;
}

/** What is wrong with a file before its manifest can be read; the format is judged before anything that a newer one may have moved. */
export function headFault(bytes: Uint8Array): HeadFault | undefined {
  if (bytes.length === 0) return { reason: "is empty" };
  const start = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (!MAGIC.startsWith(start)) {
    return {
      reason: `is no model file: it begins with ${JSON.stringify(start)} instead of "${MAGIC}"`,
      advice: "give a file that galton saved",
    };
  }
  if (bytes.length < PRELUDE_BYTES) return truncated(bytes, `at least ${HEADER_BYTES}`);
  const format = readFormat(bytes);
  if (format > FORMAT) {
    return { reason: `has format ${format}, and this version of galton reads formats up to ${FORMAT}`, advice: "update galton" };
  }
  if (format === 0) return { reason: "is damaged: it has format 0, and formats begin at 1" };
  return lengthFault(bytes);
}

function lengthFault(bytes: Uint8Array): HeadFault | undefined {
  if (bytes.length < HEADER_BYTES) return truncated(bytes, `at least ${HEADER_BYTES}`);
  const { manifestBytes, fileBytes } = readHeader(bytes);
  if (bytes.length < fileBytes) return truncated(bytes, String(fileBytes));
  if (bytes.length > fileBytes) return { reason: `is damaged: it has ${bytes.length} bytes, and its header says ${fileBytes}` };
  if (arraysAt(manifestBytes) > fileBytes)
    return { reason: `is damaged: its header puts ${manifestBytes} bytes of manifest into ${fileBytes}` };
  return undefined;
}

const truncated = (bytes: Uint8Array, wanted: string): HeadFault => ({
  reason: `is truncated: it holds ${bytes.length} of ${wanted} bytes`,
});

/**
 * What is wrong with a manifest: the rules that its entries follow, so that no byte of the file belongs to two arrays or to none.
 *
 * @param manifest - What the JSON gave.
 * @param header - What the header says.
 * @returns A sentence without its subject, or undefined.
 */
export function faultOf(manifest: unknown, { manifestBytes, fileBytes }: Header): string | undefined {
  if (!isManifest(manifest)) return "is damaged: the manifest lacks kind, packageVersion, body or arrays";
  const seen = new Set<string>();
  let end = 0;
  for (const entry of manifest.arrays) {
    const fault = entryFault(entry) ?? (seen.has(entry.name) ? "stands twice in the manifest" : placeFault(entry, end));
    if (fault) return `is damaged: the array "${entry.name}" ${fault}`;
    seen.add(entry.name);
    end = entry.offset + entry.byteLength;
  }
  const bytes = arraysAt(manifestBytes) + end;
  return bytes === fileBytes ? undefined : `is damaged: its arrays end at byte ${bytes}, and its header says ${fileBytes}`;
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== "object" || value === null || !("body" in value)) return false;
  const { kind, packageVersion, arrays } = value as Record<string, unknown>;
  const texts = typeof kind === "string" && typeof packageVersion === "string";
  return texts && Array.isArray(arrays) && arrays.every((entry) => typeof entry?.name === "string");
}

function entryFault({ dtype, shape, byteLength, sha256 }: ArrayEntry): string | undefined {
  if (!isDtype(dtype)) return `has the dtype ${JSON.stringify(dtype)}`;
  if (!isShape(shape)) return `has the shape ${JSON.stringify(shape)}`;
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) return "has no SHA-256";
  const bytes = countOf(shape) * widthOf(dtype);
  return byteLength === bytes ? undefined : `has ${byteLength} bytes, and its shape takes ${bytes}`;
}

function placeFault({ offset }: ArrayEntry, end: number): string | undefined {
  if (offset === aligned(end)) return undefined;
  return offset < end ? `begins at byte ${offset}, inside what ends at ${end}` : `begins at byte ${offset} instead of ${aligned(end)}`;
}

/** What the gaps between the parts of a file hold besides zeros. */
export function gapFault(bytes: Uint8Array, { manifestBytes }: Header, entries: readonly ArrayEntry[]): string | undefined {
  const start = arraysAt(manifestBytes);
  let end = HEADER_BYTES + manifestBytes;
  for (const { offset, byteLength } of [{ offset: 0, byteLength: 0 }, ...entries]) {
    const begin = start + offset;
    const bad = bytes.subarray(end, begin).findIndex((byte) => byte !== 0);
    if (bad >= 0) return `is damaged: byte ${end + bad} stands between the parts and is not 0`;
    end = begin + byteLength;
  }
  return undefined;
}
