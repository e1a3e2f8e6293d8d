import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { FormatError } from "../../src/errors.js";
import { appendColumns, batchesOf, type Columns, readColumns } from "../../src/io/column-file.js";
import { python } from "../support/tools.js";

const folder = await mkdtemp(join(tmpdir(), "galton-columns-"));
const layout = { columns: ["a", "b.c"], metadata: { run: "one", note: "λ" } };
const batches: readonly Columns[] = [
  { a: Float64Array.of(1, 2, 3), "b.c": Float64Array.of(-0, Number.NaN, Infinity) },
  { a: Float64Array.of(4), "b.c": Float64Array.of(5e-324) },
  { a: Float64Array.of(6, 7), "b.c": Float64Array.of(8, 9) },
];
const all = { a: Float64Array.of(1, 2, 3, 4, 6, 7), "b.c": Float64Array.of(-0, Number.NaN, Infinity, 5e-324, 8, 9) };
const path = join(folder, "whole.arrows");
/** Length of the file with its schema, and after each batch. */
const ends: number[] = [];
let whole: Buffer;

beforeAll(async () => {
  const writer = await appendColumns("test", path, layout);
  for (const batch of batches) {
    ends.push((await readFile(path)).length);
    await writer.append(batch);
  }
  ends.push((await readFile(path)).length);
  await writer.close();
  whole = await readFile(path);
});

async function changed(name: string, bytes: Uint8Array): Promise<string> {
  const copy = join(folder, name);
  await writeFile(copy, bytes);
  return copy;
}

describe("a file of columns", () => {
  it("gives what was written, whole, in part and in batches", async () => {
    expect(await readColumns("test", path)).toEqual({ columns: all, rows: 6, metadata: layout.metadata, complete: true });
    for (let from = 0; from <= 6; from++) {
      for (let to = from; to <= 7; to++) {
        const { columns, rows } = await readColumns("test", path, { from, to });
        expect(columns).toEqual({ a: all.a.slice(from, to), "b.c": all["b.c"].slice(from, to) });
        expect(rows).toBe(Math.min(to, 6) - from);
      }
    }
    const found: Columns[] = [];
    for await (const batch of batchesOf("test", path)) found.push(batch);
    expect(found).toEqual(batches);
  });

  it("cut off at any byte is refused or known to be incomplete, and goes on to the same file", async () => {
    for (let cut = 0; cut < whole.length; cut++) {
      const copy = await changed("cut.arrows", whole.subarray(0, cut));
      const read = await readColumns("test", copy).catch((error: unknown) => error);
      if (ends.includes(cut)) expect(read).toMatchObject({ complete: false, rows: [0, 3, 4, 6][ends.indexOf(cut)] });
      else expect(read).toBeInstanceOf(FormatError);
      // Each of the many cuts is read; every seventh, and those about the ends, are gone on from.
      if (cut % 7 !== 0 && !ends.some((end) => Math.abs(end - cut) < 10)) continue;
      const writer = await appendColumns("test", copy, layout);
      const done = [0, 3, 4, 6].indexOf(writer.rows);
      expect(done).toBe(
        Math.max(
          0,
          ends.findLastIndex((end) => end <= cut),
        ),
      );
      for (const batch of batches.slice(done)) await writer.append(batch);
      await writer.close();
      expect((await readFile(copy)).equals(whole)).toBe(true);
    }
  }, 120_000);

  it("with any byte changed is refused, or has the same numbers", async () => {
    let refused = 0;
    for (let at = 0; at < whole.length; at++) {
      for (const mask of [0x80, whole[at]!].filter((bits) => bits !== 0)) {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= mask;
        const read = await readColumns("test", await changed("flipped.arrows", bytes)).catch((error: unknown) => error);
        if (read instanceof Error) {
          expect(read, `byte ${at}, bits ${mask}`).toBeInstanceOf(FormatError);
          refused++;
        } else expect(read, `byte ${at}, bits ${mask}`).toEqual({ columns: all, rows: 6, metadata: layout.metadata, complete: true });
      }
    }
    expect(refused).toBeGreaterThan(0);
  }, 240_000);

  it("with a number changed is refused with the number of the batch", async () => {
    const bytes = Buffer.from(whole);
    const at = bytes.lastIndexOf(Buffer.from(Float64Array.of(8).buffer));
    bytes[at]! ^= 1;
    await expect(readColumns("test", await changed("number.arrows", bytes))).rejects.toThrow(
      new RegExp(`is damaged in batch 2, at bytes ${ends[2]} to ${ends[3]}`),
    );
  });

  it("of other columns or metadata is refused", async () => {
    const copy = await changed("other.arrows", whole);
    await expect(appendColumns("test", copy, { ...layout, columns: ["a", "c"] })).rejects.toThrow("has the columns a, b.c; expected a, c");
    await expect(appendColumns("test", copy, { ...layout, metadata: { run: "two", note: "λ" } })).rejects.toThrow(
      "is of another run: its run is one; expected two",
    );
    expect((await readFile(copy)).equals(whole)).toBe(true);
  });

  it("is not written over what is none", async () => {
    for (const text of ["a,b\n1,2\n", "x".repeat(2000)]) {
      const copy = await changed("notes.csv", Buffer.from(text));
      await expect(appendColumns("test", copy, layout)).rejects.toThrow(FormatError);
      await expect(readColumns("test", copy)).rejects.toThrow("is no file of columns");
      expect(await readFile(copy, "utf8")).toBe(text);
    }
  });

  it.skipIf(python === undefined)("is read by pyarrow", () => {
    const script = `
import json, sys, pyarrow as pa
with pa.ipc.open_stream(sys.argv[1]) as stream: table = stream.read_all()
print(json.dumps({"names": table.schema.names, "types": [str(t) for t in table.schema.types], "a": table["a"].to_pylist(),
  "run": table.schema.metadata[b"run"].decode(), "note": table.schema.metadata["note".encode()].decode(), "last": table["b.c"].to_pylist()[3:]}))`;
    expect(JSON.parse(execFileSync(python!, ["-c", script, path], { encoding: "utf8" }))).toEqual({
      names: ["a", "b.c"],
      types: ["double", "double"],
      a: [1, 2, 3, 4, 6, 7],
      run: "one",
      note: "λ",
      last: [5e-324, 8, 9],
    });
  });
});
