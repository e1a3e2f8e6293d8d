// Compiles the kernels to WebAssembly and writes them into src/compute/backends/wasm/modules.ts, which is committed: a
// toolchain of 100 MB is too much to ask of everyone who installs a package, and the bytes are the same on every machine.
// The compiler is zig's clang from the Python package index, pinned; a test tells when the file is older than its sources.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, stop } from "./setup.mjs";

const ZIG = "ziglang==0.17.1";
const KERNELS = join(root, "src/compute/kernels");
const FILE = join(root, "src/compute/backends/wasm/modules.ts");
const VARIANTS = { SIMD: ["-msimd128"], RELAXED: ["-msimd128", "-mrelaxed-simd"] };
const FLAGS = [
  ...["--target=wasm32-freestanding", "-O3", "-std=c++17", "-fno-exceptions", "-fno-rtti", "-ffp-contract=off", "-mbulk-memory"],
  ...["-fno-sanitize=all", "-nostdlib", "-Wl,--no-entry", "-Wl,--export-memory", "-Wl,--export=__heap_base", "-Wl,--strip-all"],
];

const folder = mkdtempSync(join(tmpdir(), "galton-wasm-"));
try {
  const python = zig();
  const modules = Object.entries(VARIANTS).map(([name, flags]) => [name, compile(python, flags)]);
  writeFileSync(FILE, text(modules));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A Python that has zig: the one named by GALTON_ZIG_PYTHON, or one in a temporary environment. */
function zig() {
  if (process.env.GALTON_ZIG_PYTHON) return process.env.GALTON_ZIG_PYTHON;
  run("python3", ["-m", "venv", join(folder, "venv")]);
  const python = join(folder, "venv/bin/python");
  run(python, ["-m", "pip", "install", "--quiet", ZIG]);
  return python;
}

function compile(python, flags) {
  const output = join(folder, "kernels.wasm");
  run(python, ["-m", "ziglang", "cc", "-x", "c++", ...FLAGS, ...flags, join(KERNELS, "wasm.cc"), "-o", output]);
  return readFileSync(output);
}

function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) stop(`build-wasm: ${command} failed: ${error?.message ?? stderr}`);
}

function text(modules) {
  const digest = createHash("sha256");
  for (const name of readdirSync(KERNELS)
    .filter((file) => /\.(cc|h)$/.test(file))
    .sort())
    digest.update(name).update(readFileSync(join(KERNELS, name)));
  return [
    "// Made by scripts/build-wasm.mjs from src/compute/kernels; do not edit.",
    "",
    "/** Digest of the sources. */",
    `export const SOURCES = "${digest.digest("hex")}";`,
    ...modules.map(
      ([name, bytes]) =>
        `\n/** ${name === "SIMD" ? "128-bit vectors" : "128-bit vectors with relaxed multiply-add"}, base64. */\nexport const ${name} =\n  "${bytes.toString("base64")}";`,
    ),
    "",
  ].join("\n");
}
