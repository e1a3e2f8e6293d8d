import { execFileSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { columnsOf, readNpy, readTable, writeNpy } from "../../src/index.js";
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
    { content: "a,a\n1,2\n", message: "has a name twice: a, a" },
  ])("refuses $content", async ({ content, message }) => {
    await expect(readTable(await file("bad.csv", content))).rejects.toThrow(message);
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

describe("Arrow", () => {
  it.skipIf(python === undefined)("of pyarrow is read as a file and as a stream, compressed not", async () => {
    const script = `
import sys, pyarrow as pa
table = pa.table({"a": pa.array([1, 2, None]), "b": pa.array([0.5, 1.5, 2.5], pa.float32())})
with pa.OSFile(sys.argv[1] + "/t.arrow", "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer: writer.write(table)
with pa.OSFile(sys.argv[1] + "/t.arrows", "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer: writer.write(table)
words = pa.table({"w": ["x"]})
with pa.OSFile(sys.argv[1] + "/w.arrow", "wb") as sink, pa.ipc.new_file(sink, words.schema) as writer: writer.write(words)
`;
    execFileSync(python!, ["-c", script, folder]);
    for (const name of ["t.arrow", "t.arrows"]) {
      expect(await readTable(join(folder, name))).toEqual({ a: Float64Array.of(1, 2, Number.NaN), b: Float64Array.of(0.5, 1.5, 2.5) });
    }
    await expect(readTable(join(folder, "w.arrow"))).rejects.toThrow("has the column w of type Utf8; give numbers");
  });

  it("that is none is refused, and another ending too", async () => {
    await expect(readTable(await file("x.arrow", "hello"))).rejects.toThrow(/x.arrow (is no Arrow file|has)/);
    await expect(readTable("x.txt")).rejects.toThrow('readTable: path is "x.txt"; expected a file ending in .csv');
  });
});
