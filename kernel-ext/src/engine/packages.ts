import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A folder and all folders above it. */
export function ancestors(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...ancestors(parent)];
}

/** `pkg` of `pkg/sub`, `@scope/pkg` of `@scope/pkg/sub`; undefined for paths, URLs and subpath imports. */
export function packageName(specifier: string): string | undefined {
  return /^(?:@[^/\\%]+\/)?[^./\\%:#][^/\\%:]*(?=\/|$)/.exec(specifier)?.[0];
}

/** Folder of the package that Node would find from `directory`: installed above it, or the enclosing package itself. */
export function packageFolder(directory: string, name: string): string | undefined {
  const folders = ancestors(directory);
  const installed = folders.map((folder) => join(folder, "node_modules", name)).find((folder) => existsSync(folder));
  if (installed) return installed;
  const scope = folders.find((folder) => existsSync(join(folder, "package.json")));
  if (!scope) return undefined;
  const manifest = JSON.parse(readFileSync(join(scope, "package.json"), "utf8")) as { name?: string; exports?: unknown };
  return manifest.name === name && manifest.exports !== undefined ? scope : undefined;
}

/** Folder from which a bare specifier is to be imported: the first of these that has the package, else the first. */
export function folderFor(specifier: string, directories: readonly [string, ...string[]]): string {
  const name = packageName(specifier);
  return (name !== undefined && directories.find((directory) => packageFolder(directory, name))) || directories[0];
}
