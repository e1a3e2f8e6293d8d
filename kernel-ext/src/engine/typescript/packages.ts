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

/** Whether Node would find a package of that name from `directory`: installed above it, or the enclosing package itself. */
export function hasPackage(directory: string, name: string): boolean {
  const folders = ancestors(directory);
  if (folders.some((folder) => existsSync(join(folder, "node_modules", name)))) return true;
  const scope = folders.find((folder) => existsSync(join(folder, "package.json")));
  if (!scope) return false;
  const manifest = JSON.parse(readFileSync(join(scope, "package.json"), "utf8")) as { name?: string; exports?: unknown };
  return manifest.name === name && manifest.exports !== undefined;
}

/** Folder from which a bare specifier is to be imported: the first of these that has the package, else the first. */
export function folderFor(specifier: string, directories: readonly [string, ...string[]]): string {
  const name = packageName(specifier);
  return (name !== undefined && directories.find((directory) => hasPackage(directory, name))) || directories[0];
}
