import { FormatError } from "../errors.js";
import type { Matrix } from "../numerics/matrix.js";

/** Reads one number of a kind at a byte. */
type Getter = (view: DataView, at: number, little: boolean) => number;

const KINDS: Readonly<Record<string, { readonly bytes: number; readonly get: Getter }>> = {
  f4: { bytes: 4, get: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, get: (view, at, little) => view.getFloat64(at, little) },
  i1: { bytes: 1, get: (view, at) => view.getInt8(at) },
  i2: { bytes: 2, get: (view, at, little) => view.getInt16(at, little) },
  i4: { bytes: 4, get: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, get: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u1: { bytes: 1, get: (view, at) => view.getUint8(at) },
  u2: { bytes: 2, get: (view, at, little) => view.getUint16(at, little) },
  u4: { bytes: 4, get: (view, at, little) => view.getUint32(at, little) },
  u8: { bytes: 8, get: (view, at, little) => Number(view.getBigUint64(at, little)) },
  b1: { bytes: 1, get: (view, at) => view.getUint8(at) },
};

/**
 * Reads numpy's format for one array of one or two axes, as a matrix; of one axis a column.
 *
 * @param where - Function that asks, for messages.
 * @param file - Name, for messages.
 * @param bytes - The file.
 * @throws {FormatError} When it is no such file, has another kind of numbers or more axes, or another length than its header says.
 * @source https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpy(where: string, file: string, bytes: Uint8Array): Matrix {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = [0x93, ...Array.from("NUMPY", (letter) => letter.charCodeAt(0))];
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte))
    throw new FormatError(where, file, "is no npy file: its first bytes are others");
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw new FormatError(where, file, `has npy version ${version} at byte 6; expected 1 to 3`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : bytes.length < 12 ? Number.POSITIVE_INFINITY : view.getUint32(8, true);
  if (start + length > bytes.length)
    throw new FormatError(where, file, `ends within its header, which has ${length} bytes from byte ${start} on`);
  const { kind, little, fortran, shape } = readHeader(where, file, new TextDecoder().decode(bytes.subarray(start, start + length)));
  const { bytes: size, get } = KINDS[kind]!;
  const [rows, columns] = [shape[0] ?? 1, shape[1] ?? 1];
  const data = start + length;
  const wanted = rows * columns * size;
  if (bytes.length - data !== wanted) {
    throw new FormatError(
      where,
      file,
      `has ${bytes.length - data} bytes of numbers from byte ${data} on; its shape [${shape.join(", ")}] has ${wanted}`,
    );
  }
  const values = Float64Array.from({ length: rows * columns }, (_, k) => {
    const place = fortran ? (k % columns) * rows + Math.floor(k / columns) : k;
    return get(view, data + place * size, little);
  });
  return { rows, columns, values };
}

function readHeader(where: string, file: string, header: string) {
  const descr = header.match(/'descr':\s*'([<>|=])([a-z]\d)'/);
  const fortran = header.match(/'fortran_order':\s*(True|False)/);
  const shape = header.match(/'shape':\s*\(([\d\s,]*)\)/);
  if (!descr || !fortran || !shape || !Object.hasOwn(KINDS, descr[2]!)) {
    throw new FormatError(where, file, `has the header ${header.trim()}`, `expected one array of ${Object.keys(KINDS).join(", ")}`);
  }
  const lengths = shape[1]!
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)
    .map(Number);
  if (lengths.length > 2) throw new FormatError(where, file, `has ${lengths.length} axes`, "reshape it to [N, K] first");
  return { kind: descr[2]!, little: descr[1] !== ">", fortran: fortran[1] === "True", shape: lengths };
}

/** The bytes of a matrix in numpy's format: float64, little-endian, C order. */
export function writeNpy({ rows, columns, values }: Matrix): Uint8Array {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const header = `${text.padEnd(64 * Math.ceil((10 + text.length + 1) / 64) - 11)}\n`;
  const bytes = new Uint8Array(10 + header.length + 8 * values.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length & 0xff, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  const view = new DataView(bytes.buffer, 10 + header.length);
  values.forEach((value, i) => {
    view.setFloat64(8 * i, value, true);
  });
  return bytes;
}
