// Compiles the kernels to WebAssembly and writes them into src/compute/backends/wasm/modules.ts, which is committed: a
// toolchain of 100 MB is too much to ask of everyone who installs a package, and the bytes are the same on every machine.
// The compiler is zig's clang from the Python package index, pinned; a test tells when the file is older than its sources.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./setup.mjs";
import { zigCompiler } from "./zig.mjs";

const KERNELS = join(root, "src/compute/kernels");
const FILE = join(root, "src/compute/backends/wasm/modules.ts");
const VARIANTS = { SIMD: ["-msimd128"], RELAXED: ["-msimd128", "-mrelaxed-simd"] };
const FLAGS = [
  ...["--target=wasm32-freestanding", "-O3", "-std=c++17", "-fno-exceptions", "-fno-rtti", "-ffp-contract=off", "-mbulk-memory"],
  ...["-fno-sanitize=all", "-nostdlib", "-Wl,--no-entry", "-Wl,--export-memory", "-Wl,--export=__heap_base", "-Wl,--strip-all"],
];

const folder = mkdtempSync(join(tmpdir(), "galton-wasm-"));
try {
  const zig = zigCompiler(folder);
  const modules = Object.entries(VARIANTS).map(([name, flags]) => [name, compile(zig, flags)]);
  writeFileSync(FILE, text(modules));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function compile(zig, flags) {
  const output = join(folder, "kernels.wasm");
  zig(["cc", "-x", "c++", ...FLAGS, ...flags, join(KERNELS, "wasm.cc"), "-o", output]);
  return readFileSync(output);
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
