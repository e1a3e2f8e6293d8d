import { copyFile, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The library as plain JavaScript in a temporary folder, for what worker threads must be able to import.
 *
 * @returns Its modules by their path in src without extension, and the folder, which the caller removes.
 */
export async function buildLibrary(): Promise<{ readonly folder: string; readonly load: <Module>(path: string) => Promise<Module> }> {
  const folder = await mkdtemp(join(tmpdir(), "galton-built-"));
  const files = await readdir(join(root, "src"), { recursive: true });
  const entryPoints = files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts")).map((file) => join(root, "src", file));
  await build({
    entryPoints,
    outdir: join(folder, "dist"),
    outbase: join(root, "src"),
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  await copyFile(join(root, "package.json"), join(folder, "package.json"));
  return { folder, load: (path) => import(pathToFileURL(join(folder, "dist", `${path}.js`)).href) };
}
