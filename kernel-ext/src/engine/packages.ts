import { existsSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
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

/** The first of these folders from which Node would find what a bare specifier names; undefined when none has it. */
export function folderWith(specifier: string, directories: readonly string[]): string | undefined {
  const name = packageName(specifier);
  return name === undefined ? undefined : directories.find((directory) => packageFolder(directory, name));
}

/** Folder from which a specifier is to be imported: the first of these that has the package, else the first. */
export function folderFor(specifier: string, directories: readonly [string, ...string[]]): string {
  return folderWith(specifier, directories) ?? directories[0];
}

/** Whether a specifier names a package that is nowhere. Node would say so too, but remember it after an install. */
export function isMissing(specifier: string, directories: readonly string[]): boolean {
  return packageName(specifier) !== undefined && !isBuiltin(specifier) && folderWith(specifier, directories) === undefined;
}

/** What Node says of a package that is nowhere. */
export const missingMessage = (specifier: string, from: string): string =>
  `Cannot find package '${packageName(specifier)}' imported from ${from}`;

/** Changes whenever npm, pnpm or yarn has installed something where the notebook looks for packages. */
export function packagesStamp(directory: string): string {
  const marks = ["node_modules", "node_modules/.package-lock.json", "node_modules/.modules.yaml", "package.json"];
  return ancestors(directory)
    .flatMap((folder) => marks.map((mark) => statSync(join(folder, mark), { throwIfNoEntry: false })?.mtimeMs ?? 0))
    .join(" ");
}
