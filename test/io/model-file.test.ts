import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DomainError, FormatError, ShapeError } from "../../src/errors.js";
import { decodeModel, encodeModel, type ModelRecord, readModel, writeModel } from "../../src/io/model-file.js";
import { reversed } from "../../src/io/model-file-arrays.js";
import { platform } from "../../src/platform/index.js";

const RECORD: ModelRecord = {
  kind: "npe",
  body: { name: "für θ 🎲", hidden: [100, 100], nothing: null, yes: true, nested: { "": [[], {}] } },
  arrays: {
    weight: { shape: [2, 3], values: Float32Array.of(1, -0, 3.5, Number.NaN, Infinity, 1e-40) },
    mean: { shape: [2], values: Float64Array.of(Math.PI, -1e300) },
    none: { shape: [0, 4], values: new Float32Array(0) },
    seed: { shape: [], values: Uint32Array.of(4294967295) },
    index: { shape: [3], values: Int32Array.of(-1, 2, -2147483648) },
  },
};

const SMALL: ModelRecord = {
  kind: "a",
  body: 1,
  arrays: { x: { shape: [1], values: Float32Array.of(2) }, y: { shape: [], values: Int32Array.of(3) } },
};

const decode = (bytes: Uint8Array) => decodeModel("load", "it.galton", bytes);

/** What decoding says; fails when it says nothing. */
const refusalOf = async (bytes: Uint8Array): Promise<string> => {
  const error = await decode(bytes).then(
    () => new Error("it was read"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FormatError);
  return (error as Error).message;
};

describe("a model file", () => {
  it("gives the record back, number by number", async () => {
    const { format, packageVersion, ...record } = await decode(await encodeModel(RECORD, "1.2.3"));
    expect({ format, packageVersion }).toEqual({ format: 1, packageVersion: "1.2.3" });
    expect(record).toStrictEqual(RECORD);
    expect(Object.keys(record.arrays)).toEqual(Object.keys(RECORD.arrays));
  });

  it("keeps what JSON does not: -0, NaN, infinities, and keys that look like them", async () => {
    const body = [-0, 0, Number.NaN, Infinity, -Infinity, { $number: "NaN" }, { $: 1, $$number: 2 }, ["$number"]];
    const back = await decode(await encodeModel({ kind: "k", body, arrays: {} }, ""));
    expect(back.body).toStrictEqual(body);
  });

  it("leaves out properties that are undefined", async () => {
    const back = await decode(await encodeModel({ kind: "k", body: { seed: undefined, n: 1 }, arrays: {} }, ""));
    expect(Object.keys(back.body as object)).toEqual(["n"]);
  });

  it("has the same bytes each time, whatever memory the numbers lie in", async () => {
    const shifted = new Float32Array(new ArrayBuffer(64), 8, 6);
    shifted.set(RECORD.arrays.weight!.values);
    const again = { ...RECORD, arrays: { ...RECORD.arrays, weight: { shape: [2, 3], values: shifted } } };
    expect(await encodeModel(again, "1")).toEqual(await encodeModel(RECORD, "1"));
    expect(await encodeModel(RECORD, "2")).not.toEqual(await encodeModel(RECORD, "1"));
  });

  it("puts every array at a multiple of 64 bytes, little-endian, and says where", async () => {
    const file = await encodeModel(RECORD, "1");
    const view = new DataView(file.buffer);
    const manifestBytes = Number(view.getBigUint64(8, true));
    const { arrays } = JSON.parse(new TextDecoder().decode(file.subarray(64, 64 + manifestBytes)));
    const start = Math.ceil((64 + manifestBytes) / 64) * 64;
    expect(arrays.map(({ offset }: { offset: number }) => (start + offset) % 64)).toEqual([0, 0, 0, 0, 0]);
    expect(view.getFloat64(start + arrays[1].offset, true)).toBe(Math.PI);
    expect(view.getInt32(start + arrays[4].offset + 8, true)).toBe(-2147483648);
  });

  it("is read from a part of a larger buffer, and does not hold on to it", async () => {
    const file = await encodeModel(RECORD, "1");
    const held = Buffer.alloc(file.length + 5, 7);
    held.set(file, 3);
    const record = await decode(held.subarray(3, 3 + file.length));
    held.fill(0);
    expect(record.arrays).toStrictEqual(RECORD.arrays);
  });

  it("turns the bytes of each number round for machines that are not little-endian", () => {
    expect(Array.from(reversed(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 4))).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
    expect(Array.from(reversed(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 8))).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });
});

describe("refuses to read", () => {
  it("any file of which one byte is changed, to whatever", async () => {
    const file = await encodeModel(SMALL, "0");
    for (let at = 0; at < file.length; at++) {
      for (const change of [1, 128, 255]) {
        const damaged = file.slice();
        damaged[at]! ^= change;
        await refusalOf(damaged);
      }
    }
  });

  it("any beginning of a file, saying how much is there", async () => {
    const file = await encodeModel(SMALL, "0");
    for (let length = 1; length < file.length; length++) {
      const wanted = length < 64 ? "at least 64" : String(file.length);
      expect(await refusalOf(file.subarray(0, length))).toContain(`is truncated: it holds ${length} of ${wanted} bytes`);
    }
  });

  it("what has bytes behind the end", async () => {
    const file = await encodeModel(SMALL, "0");
    expect(await refusalOf(Uint8Array.of(...file, 0))).toContain(`it has ${file.length + 1} bytes, and its header says ${file.length}`);
  });

  it.each([
    ["", "load: it.galton is empty; "],
    ['{"kind": "npe"}', 'it begins with "{\\"kind" instead of "GALTON"; give a file that galton saved'],
    ["PK", 'load: it.galton is no model file: it begins with "PK" instead of "GALTON"'],
  ])("%j, which is no model file", async (text, said) => {
    expect(await refusalOf(new TextEncoder().encode(text))).toContain(said);
  });

  it("a newer format, whatever stands behind its number", async () => {
    const file = Uint8Array.of(...new TextEncoder().encode("GALTON"), 7, 1, 99);
    expect(await refusalOf(file)).toBe("load: it.galton has format 263, and this version of galton reads formats up to 1; update galton");
  });

  it("a format that never was", async () => {
    const manifest = '{"kind":"k","packageVersion":"","body":0,"arrays":[]}';
    expect(await refusalOf(forged(manifest, 0, 0))).toContain("it has format 0, and formats begin at 1");
    expect(await decode(forged(manifest, 0, 1))).toEqual({ kind: "k", body: 0, arrays: {}, format: 1, packageVersion: "" });
  });

  it("a damaged array or manifest, by name", async () => {
    const file = await encodeModel(SMALL, "0");
    const inX = file.slice();
    inX[file.length - 68]! ^= 4;
    expect(await refusalOf(inX)).toBe('load: it.galton is damaged: the array "x" is not what was saved; fetch or save it again');
    const inManifest = file.slice();
    inManifest[70]! ^= 1;
    expect(await refusalOf(inManifest)).toContain("is damaged: the manifest is not what was saved");
  });

  // Files that another program wrote: digests hold, and the manifest says what cannot be.
  const entry = { name: "x", dtype: "float32", shape: [1], offset: 0, byteLength: 4, sha256: digestOf(new Uint8Array(4)).toString("hex") };
  it.each([
    ["twice the same name", [entry, { ...entry, offset: 64 }], 'the array "x" stands twice'],
    ["the same range", [entry, { ...entry, name: "y" }], 'the array "y" begins at byte 0, inside what ends at 4'],
    ["a gap", [entry, { ...entry, name: "y", offset: 128 }], 'the array "y" begins at byte 128 instead of 64'],
    ["an unknown dtype", [{ ...entry, dtype: "float16" }], 'the array "x" has the dtype "float16"'],
    ["a shape of another size", [{ ...entry, shape: [2] }], 'the array "x" has 4 bytes, and its shape takes 8'],
    ["a negative length", [{ ...entry, shape: [-1, -1] }], 'the array "x" has the shape [-1,-1]'],
    ["no digest", [{ ...entry, sha256: "0" }], 'the array "x" has no SHA-256'],
    ["no name", [{ ...entry, name: 1 }], "the manifest lacks kind, packageVersion, body or arrays"],
    ["arrays behind the end", [entry, { ...entry, name: "y", offset: 64 }, { ...entry, name: "z", offset: 128 }], "its arrays end at byte"],
  ])("%s", async (_, arrays, said) => {
    expect(await refusalOf(forged(JSON.stringify({ kind: "k", packageVersion: "", body: 0, arrays }), 68))).toContain(said);
  });

  it("a manifest that is no JSON, or whose body has a key of the future", async () => {
    expect(await refusalOf(forged("{", 0))).toContain("has a manifest that is no JSON");
    const body = '{"kind":"k","packageVersion":"","body":{"$date":"1"},"arrays":[]}';
    expect(await refusalOf(forged(body, 0))).toContain('has a body with the key "$date"');
  });
});

describe("refuses to write", () => {
  const circle: Record<string, unknown> = {};
  circle.self = [circle];
  it.each([
    ["a function", { f: [() => 1] }, 'body.f[0] is "a function"'],
    ["a date", { at: new Date(0) }, 'body.at is "a Date"'],
    ["numbers outside the arrays", { w: new Float32Array(2) }, 'body.w is "a Float32Array"'],
    ["undefined in a list", [undefined], 'body[0] is "a undefined"'],
    ["a bigint", 1n, 'body is "a bigint"'],
    ["what holds itself", circle, 'body.self[0] is "an object that holds itself"'],
  ])("%s", async (_, body, said) => {
    await expect(encodeModel({ kind: "k", body, arrays: {} }, "")).rejects.toThrow(said);
    await expect(encodeModel({ kind: "k", body, arrays: {} }, "")).rejects.toThrow(DomainError);
  });

  it("an array whose shape does not fit, and a model without a kind", async () => {
    const arrays = { w: { shape: [2, 2], values: new Float32Array(3) } };
    await expect(encodeModel({ kind: "k", body: 0, arrays }, "")).rejects.toThrow(ShapeError);
    await expect(encodeModel({ kind: "k", body: 0, arrays }, "")).rejects.toThrow(
      "arrays.w has shape [2, 2]; expected a shape of 3 elements",
    );
    await expect(encodeModel({ kind: "", body: 0, arrays: {} }, "")).rejects.toThrow(DomainError);
  });
});

describe("on disk", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "model-file-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is written with the library's version and read back", async () => {
    const path = join(folder, "deep", "model.galton");
    await writeModel(path, RECORD);
    expect(await readModel("load", path)).toStrictEqual({ ...RECORD, format: 1, packageVersion: platform.version });
    expect(new Uint8Array(readFileSync(path))).toEqual(await encodeModel(RECORD, platform.version));
  });

  it("is refused with its path", async () => {
    const path = join(folder, "model.json");
    writeFileSync(path, "[]");
    await expect(readModel("load", path)).rejects.toThrow(`load: ${path} is no model file`);
  });
});

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** A file with this manifest and so many bytes of zeros for its arrays, its head's digest right. */
function forged(manifest: string, dataBytes: number, format = 1): Uint8Array {
  const text = Buffer.from(manifest);
  const file = Buffer.alloc(Math.ceil((64 + text.length) / 64) * 64 + dataBytes);
  file.write("GALTON");
  file.writeUInt16LE(format, 6);
  file.writeBigUInt64LE(BigInt(text.length), 8);
  file.writeBigUInt64LE(BigInt(file.length), 16);
  text.copy(file, 64);
  digestOf(Buffer.concat([file.subarray(0, 32), text])).copy(file, 32);
  return file;
}
