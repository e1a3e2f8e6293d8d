import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { EngineOptions } from "../engine.js";
import { folderFor, packageFolder, packageName } from "../packages.js";
import { type FileSystem, isStuck, type WatchCallback } from "./tslab.js";

/** Declarations of the session's functions come in as one more package of types. */
const GLOBALS = "kernel-globals";

/**
 * Shows tslab's compiler a node_modules in the notebook's folder that also holds Node's types (without them `console`
 * is unknown where packages are hoisted), the session's declarations, and the packages of the fallback folders.
 *
 * The converter throws from its watchers' callbacks too, where nobody can catch; `onStuck` hears of that instead.
 *
 * @returns What takes the overlay away.
 */
export function overlayFiles(
  system: FileSystem,
  { directory, fallbackDirectories, globals = "" }: EngineOptions,
  onStuck: () => void,
): () => void {
  const packages = join(directory, "node_modules");
  const types = join(packages, "@types");
  const globalsFile = join(types, GLOBALS, "index.d.ts");
  const original = { ...system };
  const elsewhere = makeRedirect(packages, [directory, ...fallbackDirectories]);
  const shown = new Set([packages, types, dirname(globalsFile)]);
  Object.assign(system, {
    getCurrentDirectory: () => directory,
    fileExists: (path) => path === globalsFile || original.fileExists(elsewhere(path)),
    directoryExists: (path) => shown.has(path) || original.directoryExists(elsewhere(path)),
    readFile: (path, encoding) => (path === globalsFile ? globals : original.readFile(elsewhere(path), encoding)),
    getDirectories: (path) => [...original.getDirectories(path), ...(path === types ? ["node", GLOBALS] : [])],
    realpath: (path) => (path === globalsFile ? path : (original.realpath?.(elsewhere(path)) ?? elsewhere(path))),
    ...watching(original, onStuck),
  } satisfies FileSystem);
  return () => Object.assign(system, original);
}

function watching({ watchFile, watchDirectory }: FileSystem, onStuck: () => void): Partial<FileSystem> {
  const guard =
    (callback: WatchCallback): WatchCallback =>
    (...change) => {
      try {
        callback(...change);
      } catch (error) {
        if (!isStuck(error)) throw error;
        onStuck();
      }
    };
  return {
    ...(watchFile && { watchFile: (path, callback, ...rest) => watchFile(path, guard(callback), ...rest) }),
    ...(watchDirectory && { watchDirectory: (path, callback, ...rest) => watchDirectory(path, guard(callback), ...rest) }),
  };
}

function makeRedirect(packages: string, folders: [string, ...string[]]): (path: string) => string {
  const nodeTypes = dirname(createRequire(import.meta.url).resolve("@types/node/package.json"));
  return (path) => {
    const rest = path.startsWith(`${packages}/`) ? path.slice(packages.length + 1) : "";
    const name = packageName(rest);
    if (!name || existsSync(join(packages, name))) return path;
    const folder = name === "@types/node" ? nodeTypes : packageFolder(folderFor(name, folders), name);
    return folder ? join(folder, rest.slice(name.length)) : path;
  };
}
