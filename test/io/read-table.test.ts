import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { columnsOf, key, readNpy, readTable, stream, writeNpy } from "../../src/index.js";
import { readArrow } from "../../src/io/arrow-table.js";
import { writeCsv } from "../../src/io/csv.js";
import { python } from "../support/tools.js";

const folder = await mkdtemp(join(tmpdir(), "galton-tables-"));
const file = async (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

describe("CSV", () => {
  it("gives columns by name", async () => {
    const table = await readTable(await file("a.csv", '\ufeffa,"b, c"\r\n1,2e3\r\n-0.5,nan\r\n\r\n inf ,-Infinity\r\n'));
    expect(table).toEqual({ a: Float64Array.of(1, -0.5, Infinity), "b, c": Float64Array.of(2000, Number.NaN, -Infinity) });
    expect(columnsOf(table, ["b, c", "a"]).values).toEqual(Float64Array.of(2000, 1, Number.NaN, -0.5, -Infinity, Infinity));
    expect(() => columnsOf(table, ["z"])).toThrow('columnsOf: names is "z"; expected some of a, b, c');
  });

  it.each([
    { content: "a,b\n1,2\n3,x\n", message: 'has "x" in line 3, column b; write a number there' },
    { content: "a,b\n1,\n", message: 'has "" in line 2, column b' },
    { content: "a,b\n1,2,3\n", message: "is no table" },
    { content: "a,b\n", message: "has no rows below its names" },
    { content: "a,a\n1,2\n", message: "has a name twice: a; give each column a name of its own" },
    { content: 'a,"b\nb"\n1,2\n\n\n3,0x10\n', message: 'has "0x10" in line 6, column b' },
  ])("refuses $content", async ({ content, message }) => {
    await expect(readTable(await file("bad.csv", content))).rejects.toThrow(message);
  });

  it("comes back as it was written, bit by bit", async () => {
    const source = stream(key(1));
    const bits = new BigUint64Array(3000).map(() => (BigInt(source.integer(2 ** 32)) << 32n) | BigInt(source.integer(2 ** 32)));
    const values = new Float64Array(bits.buffer).fill(-0, 0, 1).fill(Number.NaN, 1, 2).fill(-Infinity, 2, 3);
    const names = ["plain", 'with "quotes", comma', " space "];
    const table = await readTable(await file("written.csv", writeCsv({ rows: 1000, columns: 3, values }, names)));
    expect(Object.keys(table)).toEqual(names);
    expect(columnsOf(table, names).values).toEqual(values);
    expect(() => writeCsv({ rows: 1, columns: 2, values: new Float64Array(2) }, ["a"])).toThrow(
      "writeCsv: names has shape [1]; expected [2]",
    );
    expect(() => writeCsv({ rows: 1, columns: 2, values: new Float64Array(2) }, ["a", "a"])).toThrow(
      'names is "a"; expected names that differ',
    );
  });
});

describe("npy", () => {
  const matrix = { rows: 3, columns: 2, values: Float64Array.of(1, 2, -3, 4.5, Number.NaN, 6) };

  it("comes back as it was written", () => {
    expect(readNpy("test", "m.npy", writeNpy(matrix))).toEqual(matrix);
  });

  it("is refused when cut off at any byte, or with bytes too many", () => {
    const bytes = writeNpy(matrix);
    for (let cut = 0; cut < bytes.length; cut++) expect(() => readNpy("test", "m.npy", bytes.subarray(0, cut))).toThrow(/^test: m.npy /);
    expect(() => readNpy("test", "m.npy", Uint8Array.from([...bytes, 0]))).toThrow(
      "has 49 bytes of numbers from byte 128 on; its shape [3, 2] has 48",
    );
  });

  it.skipIf(python === undefined)("of numpy is read in all kinds and orders, and numpy reads ours", async () => {
    const script = `
import json, sys, numpy as np
folder = sys.argv[1]
base = np.array([[1, 2, 3], [4, 5, 100]])
for kind in ["<f4", ">f4", "<f8", ">f8", "i1", "<i2", ">i4", "<i8", "u1", ">u2", "<u4", ">u8"]:
    for order in "CF":
        np.save(f"{folder}/{kind.strip('<>')}{'b' if '>' in kind else 'l'}{order}.npy", np.asarray(base, dtype=kind, order=order))
np.save(f"{folder}/flat.npy", np.array([True, False, True]))
np.save(f"{folder}/cube.npy", np.zeros((2, 2, 2)))
np.save(f"{folder}/text.npy", np.array(["a"]))
print(json.dumps(np.load(f"{folder}/ours.npy").tolist()))
`;
    await file("ours.npy", writeNpy({ rows: 2, columns: 2, values: Float64Array.of(1, 2, 3, 4) }));
    expect(JSON.parse(execFileSync(python!, ["-c", script, folder], { encoding: "utf8" }))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    for (const kind of ["f4l", "f4b", "f8l", "f8b", "i1l", "i2l", "i4b", "i8l", "u1l", "u2b", "u4l", "u8b"]) {
      for (const order of "CF") {
        const table = await readTable(join(folder, `${kind}${order}.npy`));
        expect(table).toEqual({ 0: Float64Array.of(1, 4), 1: Float64Array.of(2, 5), 2: Float64Array.of(3, 100) });
      }
    }
    expect(await readTable(join(folder, "flat.npy"))).toEqual({ 0: Float64Array.of(1, 0, 1) });
    await expect(readTable(join(folder, "cube.npy"))).rejects.toThrow("has 3 axes; reshape it to [N, K] first");
    await expect(readTable(join(folder, "text.npy"))).rejects.toThrow("expected one array of f4, f8");
  });
});

describe.skipIf(python === undefined)("Arrow of pyarrow", () => {
  beforeAll(() => {
    execFileSync(python!, [
      "-c",
      `
import sys, numpy as np, pyarrow as pa, pyarrow.feather as feather
folder = sys.argv[1]
def write(name, table, new=pa.ipc.new_file, rows=10**6):
    with pa.OSFile(f"{folder}/{name}", "wb") as sink, new(sink, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=rows): writer.write(batch)
small = pa.table({"a": pa.array([1, 2, None]), "b": pa.array([0.5, 1.5, 2.5], pa.float32()), "c": pa.array([True, None, False])})
write("t.arrow", small)
write("t.arrows", small, pa.ipc.new_stream)
write("batches.arrow", small, rows=2)
write("batches.arrows", small, pa.ipc.new_stream, rows=2)
write("w.arrow", pa.table({"w": ["x"]}))
# Repeats, long and short, zeros, and what cannot be compressed.
i = np.arange(50_000)
draw = np.random.default_rng(1)
large = pa.table({"zero": 0.0 * i, "step": (i // 1000).astype("i4"), "saw": i % 7 / 7, "noise": draw.normal(size=i.size), "flags": i % 3 == 0})
feather.write_feather(large, f"{folder}/lz4.feather")
feather.write_feather(large, f"{folder}/plain.feather", compression="uncompressed")
feather.write_feather(large, f"{folder}/zstd.feather", compression="zstd")
`,
      folder,
    ]);
  });

  it.each(["t.arrow", "t.arrows", "batches.arrow", "batches.arrows"])("reads %s, with NaN for what is missing", async (name) => {
    expect(await readTable(join(folder, name))).toEqual({
      a: Float64Array.of(1, 2, Number.NaN),
      b: Float64Array.of(0.5, 1.5, 2.5),
      c: Float64Array.of(1, Number.NaN, 0),
    });
  });

  it.each(["batches.arrow", "batches.arrows"])("refuses %s cut off at any byte", async (name) => {
    const bytes = await readFile(join(folder, name));
    for (let cut = 0; cut < bytes.length; cut++) {
      await expect(readArrow("test", name, bytes.subarray(0, cut))).rejects.toThrow(/^test: batches\.arrows? is (no Arrow file|cut off)/);
    }
  });

  it("reads the compressed file that Feather is by default, and says what to do about zstd", async () => {
    const plain = await readTable(join(folder, "plain.feather"));
    expect(plain.saw!.subarray(0, 4)).toEqual(Float64Array.of(0, 1 / 7, 2 / 7, 3 / 7));
    expect(await readTable(join(folder, "lz4.feather"))).toEqual(plain);
    await expect(readTable(join(folder, "zstd.feather"))).rejects.toThrow('is compressed with zstd; write it with compression="lz4"');
  });

  it("refuses texts", async () => {
    await expect(readTable(join(folder, "w.arrow"))).rejects.toThrow("has the column w of type Utf8; give numbers");
  });
});

it("another file under such a name is refused, and another ending too", async () => {
  for (const content of ["hello", ""]) {
    await expect(readTable(await file("x.arrow", content))).rejects.toThrow("x.arrow is no Arrow file: its first bytes are others");
  }
  await expect(readTable("x.txt")).rejects.toThrow('readTable: path is "x.txt"; expected a file ending in .csv');
});
