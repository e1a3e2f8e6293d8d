/**
 * Arrays of numbers as bytes, little-endian on every machine.
 *
 * @module
 */
import { ShapeError } from "../errors.js";

/** Numbers that a file can hold. */
export type ModelValues = Float32Array | Float64Array | Int32Array | Uint32Array;

/** Numbers with a shape. */
export interface ModelArray {
  /** Sizes along each axis, outermost first; `[]` is a single number. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: ModelValues;
}

export type Dtype = "float32" | "float64" | "int32" | "uint32";

interface Kind {
  readonly width: number;
  /** The numbers of these bytes, which it keeps. */
  read(buffer: ArrayBuffer): ModelValues;
}

const KINDS: Readonly<Record<Dtype, Kind>> = {
  float32: { width: 4, read: (buffer) => new Float32Array(buffer) },
  float64: { width: 8, read: (buffer) => new Float64Array(buffer) },
  int32: { width: 4, read: (buffer) => new Int32Array(buffer) },
  uint32: { width: 4, read: (buffer) => new Uint32Array(buffer) },
};

const HOST_IS_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export const isDtype = (name: unknown): name is Dtype => typeof name === "string" && Object.hasOwn(KINDS, name);

export const widthOf = (dtype: Dtype): number => KINDS[dtype].width;

export function dtypeOf(values: ModelValues): Dtype {
  if (values instanceof Float32Array) return "float32";
  if (values instanceof Float64Array) return "float64";
  return values instanceof Int32Array ? "int32" : "uint32";
}

/** Number of elements. */
export const countOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Whether these can be the sizes of an array. */
export const isShape = (shape: unknown): shape is readonly number[] =>
  Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);

/** Refuses an array whose shape holds another number of elements. */
export function assertArray(where: string, name: string, { shape, values }: ModelArray): void {
  if (isShape(shape) && countOf(shape) === values.length) return;
  throw new ShapeError(where, `arrays.${name}`, `[${shape.join(", ")}]`, `a shape of ${values.length} elements, as many as its values`);
}

/** The numbers as the file holds them; on little-endian machines the same memory. */
export function toBytes(values: ModelValues): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return HOST_IS_LITTLE ? bytes : reversed(bytes, values.BYTES_PER_ELEMENT);
}

/** The numbers that these bytes hold, in memory of their own. */
export function fromBytes(dtype: Dtype, bytes: Uint8Array): ModelValues {
  const { width, read } = KINDS[dtype];
  const copy = HOST_IS_LITTLE ? new Uint8Array(bytes) : reversed(bytes, width);
  return read(copy.buffer as ArrayBuffer);
}

/** A copy with the bytes of each number in the opposite order. */
export function reversed(bytes: Uint8Array, width: number): Uint8Array {
  const last = width - 1;
  return Uint8Array.from(bytes, (_, i) => bytes[i - (i % width) + last - (i % width)]!);
}
