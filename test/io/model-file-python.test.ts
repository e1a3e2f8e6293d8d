import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeModel } from "../../src/io/model-file.js";
import { python, repository } from "../support/tools.js";

// The reader that docs/model-files.md prints, run on a file that we wrote and on one that was damaged.
const READER = /```python\n([\s\S]*?)```/.exec(readFileSync(join(repository, "docs/model-files.md"), "utf8"))?.[1] ?? "";

const SCRIPT = `${READER}
import sys
kind, body, arrays = read_model(sys.argv[1])
told = {name: [str(a.dtype), list(a.shape), a.astype("float64").ravel().tolist()] for name, a in arrays.items()}
refused = False
data = bytearray(open(sys.argv[1], "rb").read())
data[-1] ^= 1
open(sys.argv[1], "wb").write(data)
try:
    read_model(sys.argv[1])
except AssertionError as error:
    refused = str(error)
print(json.dumps([kind, body, told, refused]))
`;

it.runIf(process.env.CI)("Python is there", () => expect(python).toBeDefined());

describe.skipIf(!python)("the reader in docs/model-files.md", () => {
  it("is short, reads what we write, and notices damage", async () => {
    expect(READER.trim().split("\n").length).toBeLessThanOrEqual(18);
    const folder = mkdtempSync(join(tmpdir(), "model-file-python-"));
    try {
      const path = join(folder, "model.galton");
      const arrays = {
        w: { shape: [2, 2], values: Float32Array.of(1, 2, 3, 0.1) },
        "für θ": { shape: [], values: Float64Array.of(Math.PI) },
        i: { shape: [1, 2], values: Int32Array.of(-5, 6) },
        u: { shape: [1], values: Uint32Array.of(4294967295) },
      };
      await writeModel(path, { kind: "flow", body: { low: -Infinity, n: [1, "zwölf"] }, arrays });
      const told = JSON.parse(execFileSync(python!, ["-c", SCRIPT, path], { encoding: "utf8" }));
      expect(told).toEqual([
        "flow",
        { low: { $number: "-Infinity" }, n: [1, "zwölf"] },
        {
          w: ["float32", [2, 2], [1, 2, 3, Math.fround(0.1)]],
          "für θ": ["float64", [], [Math.PI]],
          i: ["int32", [1, 2], [-5, 6]],
          u: ["uint32", [1], [4294967295]],
        },
        "u",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
