// Zig's clang from the Python package index, pinned: a whole cross toolchain in one package.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { stop } from "./setup.mjs";

const ZIG = "ziglang==0.17.1";

/**
 * A function that runs zig's compiler and stops with what it said when it fails.
 *
 * @param folder - Where a Python environment with zig is made, unless GALTON_ZIG_PYTHON names a Python that has it.
 */
export function zigCompiler(folder) {
  let python = process.env.GALTON_ZIG_PYTHON;
  if (!python) {
    run("python3", ["-m", "venv", join(folder, "venv")]);
    python = join(folder, "venv/bin/python");
    run(python, ["-m", "pip", "install", "--quiet", ZIG]);
  }
  return (args) => run(python, ["-m", "ziglang", ...args]);
}

function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) stop(`${command} failed: ${error?.message ?? stderr.slice(0, 2000)}`);
}
