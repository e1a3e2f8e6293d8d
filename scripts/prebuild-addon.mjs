// Compiles the addon for other platforms from this one, for a release: node scripts/prebuild-addon.mjs [TARGET...].
// The compiler is zig's clang from the Python package index, pinned, a whole cross toolchain. Each addon goes to
// dist/native under the name that its platform looks for. A platform without one runs WebAssembly.
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, stop } from "./setup.mjs";
import { zigCompiler } from "./zig.mjs";

const KERNELS = join(root, "src/compute/kernels");

/** Instruction sets of an architecture with zig's names for processors that have them. */
const X64 = { avx512: "x86_64_v4", avx2: "x86_64_v3", baseline: "x86_64_v2" };
const ARM64 = { baseline: undefined };

/** Platform and architecture as Node names them, with zig's target. */
const TARGETS = {
  "linux-x64": { zig: "x86_64-linux-gnu.2.28", sets: X64 },
  "linux-arm64": { zig: "aarch64-linux-gnu.2.28", sets: ARM64 },
  "darwin-x64": { zig: "x86_64-macos", sets: X64, link: ["-undefined", "dynamic_lookup"] },
  "darwin-arm64": { zig: "aarch64-macos", sets: ARM64, link: ["-undefined", "dynamic_lookup"] },
};

const FLAGS = ["-O3", "-std=c++17", "-fPIC", "-fno-exceptions", "-fno-rtti", "-fno-math-errno", "-ffp-contract=fast"];
const QUIET = ["-fno-sanitize=all", "-Wno-psabi", "-Wno-nullability-completeness"];

const wanted = process.argv.slice(2);
for (const target of wanted) {
  if (!(target in TARGETS))
    stop(`prebuild-addon: ${target} is not a target; expected some of ${Object.keys(TARGETS).join(", ")}, or none for all.`);
}
const { addonFile } = await import(pathToFileURL(join(root, "dist/compute/backends/native/addon.js")).href);
const folder = mkdtempSync(join(tmpdir(), "galton-prebuild-"));
try {
  const zig = zigCompiler(folder);
  for (const [name, target] of Object.entries(TARGETS)) if (wanted.length === 0 || wanted.includes(name)) build(zig, name, target);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function build(zig, name, { zig: target, sets, link = [] }) {
  const compile = (args) => zig(["c++", `--target=${target}`, ...FLAGS, ...QUIET, ...args]);
  const objects = Object.entries(sets).map(([set, processor]) => {
    const object = join(folder, `${name}-${set}.o`);
    compile([...(processor ? [`-mcpu=${processor}`] : []), `-DINSTRUCTION_SET=${set}`, "-c", join(KERNELS, "kernels.cc"), "-o", object]);
    return object;
  });
  const { include_dir: headers } = createRequire(import.meta.url)("node-api-headers");
  const made = join(folder, `${name}.node`);
  compile(["-shared", "-pthread", ...link, `-I${headers}`, join(KERNELS, "native.cc"), ...objects, "-o", made]);
  const own = addonFile();
  const file = join(dirname(own), basename(own).replace(`${process.platform}-${process.arch}`, name));
  mkdirSync(dirname(file), { recursive: true });
  renameSync(made, file);
  console.log(`${name}: ${file}`);
}
