import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What kernels/native.cc exports. */
export interface Addon {
  make(threads: number, instructionSet: string): object;
  describe(machine: object): { readonly instructionSet: string; readonly lanes: number };
  /** Elements to skip so that an array begins at a cache line. */
  skip(array: Float32Array): number;
  load(machine: object, words: Int32Array, arrays: readonly Float32Array[]): object;
  run(program: object): void;
  /** Runs on one thread and adds each instruction's nanoseconds at the place of its first word. */
  profile(program: object, nanoseconds: Float64Array): void;
}

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Where the kernels' sources are; the package carries them. */
export const KERNELS = join(root, "src/compute/kernels");

/** The sources by name; programs and addon must come from the same ones. */
export function kernelSources(): string[] {
  return readdirSync(KERNELS)
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort();
}

/** Where the addon for this platform and these sources is, or would be. */
export function addonFile(): string {
  const digest = createHash("sha256");
  for (const name of kernelSources()) digest.update(name).update(readFileSync(join(KERNELS, name)));
  return join(root, "dist/native", `galton-${process.platform}-${process.arch}-${digest.digest("hex").slice(0, 12)}.node`);
}

/**
 * The addon, or why there is none.
 *
 * @param file - Where it is.
 */
export function loadAddon(file = addonFile()): { readonly addon: Addon } | { readonly missing: string } {
  if (!existsSync(file)) return { missing: "the addon was not built; galton install native builds it where there is a C++ compiler" };
  try {
    return { addon: createRequire(import.meta.url)(file) as Addon };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { missing: `the addon ${file} cannot be loaded (${error.message}); delete it and run galton install native` };
  }
}
