import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { addonFile, KERNELS } from "./addon.js";

/** Instruction sets by architecture, each with the compiler's flags for it; the addon chooses among them when it is loaded. */
const INSTRUCTION_SETS: Readonly<Record<string, readonly (readonly [name: string, ...flags: string[]])[]>> = {
  x64: [
    ["avx512", "-march=x86-64-v4"],
    ["avx2", "-march=x86-64-v3"],
    ["baseline", "-march=x86-64-v2"],
  ],
  arm64: [["baseline"]],
};

// Contraction makes fused multiply-adds of the kernels' products and sums; nothing else may be reordered.
const FLAGS = ["-O3", "-std=c++17", "-fPIC", "-fno-exceptions", "-fno-rtti", "-fno-math-errno", "-ffp-contract=fast", "-Wno-psabi"];

export interface BuiltAddon {
  readonly file: string;
  /** False when it was there already. */
  readonly built: boolean;
}

/**
 * Compiles the addon with the compiler that is there; downloads nothing.
 *
 * @returns The file, or why there is none: no compiler, no headers, another architecture, or what the compiler said.
 */
export function buildAddon(): BuiltAddon | { readonly reason: string } {
  const file = addonFile();
  if (existsSync(file)) return { file, built: false };
  const sets = INSTRUCTION_SETS[process.arch];
  if (!sets || process.platform === "win32") return { reason: `there is no build for ${process.platform} on ${process.arch} from source` };
  const compiler = ["g++", "clang++", "c++"].find((name) => spawnSync(name, ["--version"]).status === 0);
  if (!compiler) return { reason: "no C++ compiler was found; install g++ or clang++" };
  const headers = headersFolder();
  if (!headers) return { reason: "the npm package node-api-headers is missing; install it beside galton" };
  mkdirSync(dirname(file), { recursive: true });
  const folder = mkdtempSync(join(dirname(file), "build-"));
  try {
    const said = compile({ compiler, headers, folder, sets });
    if (said) return { reason: `${compiler} failed: ${said}` };
    removeOlder(file);
    renameSync(join(folder, "galton.node"), file);
    return { file, built: true };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Compilation {
  readonly compiler: string;
  readonly headers: string;
  readonly folder: string;
  readonly sets: (typeof INSTRUCTION_SETS)[string];
}

/** What the compiler said when it failed. */
function compile({ compiler, headers, folder, sets }: Compilation): string | undefined {
  const run = (args: readonly string[]) => {
    const { status, stderr, error } = spawnSync(compiler, args, { cwd: folder, encoding: "utf8" });
    return status === 0 ? undefined : (error?.message ?? stderr).trim().slice(0, 2000);
  };
  const objects = sets.map(([name]) => `${name}.o`);
  for (const [name, ...flags] of sets) {
    const said = run([...FLAGS, ...flags, `-DINSTRUCTION_SET=${name}`, "-c", join(KERNELS, "kernels.cc"), "-o", `${name}.o`]);
    if (said) return said;
  }
  const undefinedLater = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];
  const link = ["-O2", "-std=c++17", "-fPIC", "-shared", "-pthread", `-I${headers}`, join(KERNELS, "native.cc"), ...objects];
  return run([...link, ...undefinedLater, "-o", "galton.node"]);
}

function headersFolder(): string | undefined {
  try {
    const { include_dir } = createRequire(import.meta.url)("node-api-headers") as { include_dir: string };
    return include_dir;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

function removeOlder(file: string): void {
  const folder = dirname(file);
  for (const name of readdirSync(folder)) if (name.endsWith(".node")) rmSync(join(folder, name));
}
