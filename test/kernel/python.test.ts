import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { python } from "../support/tools.js";

// The shipped kernel under Jupyter's own Python clients; each script is a unittest module.
const SCRIPTS = fileURLToPath(new URL("./python/", import.meta.url));
const MAIN = fileURLToPath(new URL("../../kernel-ext/dist/main.js", import.meta.url));
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kernel-python-"));
  await run(process.execPath, [MAIN, "install", "--prefix", folder, "--name", "under-test"]);
});
afterAll(() => rmSync(folder, { recursive: true }));

it.runIf(process.env.CI)("Python is there", () => expect(python).toBeDefined());

describe.skipIf(!python)("Python clients", () => {
  const scripts = readdirSync(SCRIPTS).filter((name) => /^test_.*\.py$/.test(name));
  // What each may skip: jupyter_kernel_test asks for a pager, which this kernel has none of.
  const SKIPS: Readonly<Record<string, string>> = { "test_conformance.py": "OK (skipped=1)" };

  it.each(scripts)("%s", { timeout: 300_000 }, async (script) => {
    const env = {
      ...process.env,
      JUPYTER_PATH: join(folder, "share", "jupyter"),
      GALTON_TEST_KERNEL: "under-test",
      GALTON_KERNEL_HISTORY: join(folder, "history"),
      PYTHONDONTWRITEBYTECODE: "1",
    };
    const { stderr } = await run(python as string, ["-m", "unittest", script], { cwd: SCRIPTS, env });
    expect(stderr.trim().split("\n").at(-1)).toBe(SKIPS[script] ?? "OK");
  });
});
