import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { EngineOptions } from "../engine.js";
import { folderFor, packageFolder, packageName, packagesStamp } from "../packages.js";
import type { FileSystem } from "./tslab.js";

/** Declarations of the session's functions come in as one more package of types. */
const GLOBALS = "kernel-globals";

export interface Overlay {
  /** Whether, since the last time, a package was installed or a module that the compiler looked for was edited or added. */
  takeChanges(): boolean;
  remove(): void;
}

/**
 * Shows tslab's compiler a node_modules in the notebook's folder that also holds Node's types (without them `console`
 * is unknown where packages are hoisted), the session's declarations, and the packages of the fallback folders.
 *
 * Nothing is watched: what watchers see comes too late for the next cell, or while it compiles, and then tslab throws
 * "Unexpected pending rebuildTimer" where nobody can catch it. `takeChanges` says instead when to begin anew.
 */
export function overlayFiles(system: FileSystem, { directory, fallbackDirectories, globals = "" }: EngineOptions): Overlay {
  const packages = join(directory, "node_modules");
  const types = join(packages, "@types");
  const globalsFile = join(types, GLOBALS, "index.d.ts");
  const original = { ...system };
  const elsewhere = makeRedirect(packages, [directory, ...fallbackDirectories]);
  const shown = new Set([packages, types, dirname(globalsFile)]);
  const asked = new Map<string, string>();
  let installed = packagesStamp(directory);
  const note = (path: string): string => {
    if (path.startsWith(`${directory}/`) && !path.startsWith(`${packages}/`) && !asked.has(path)) asked.set(path, fileStamp(path));
    return elsewhere(path);
  };
  const unwatched = () => ({ close() {} });
  Object.assign(system, {
    getCurrentDirectory: () => directory,
    fileExists: (path) => path === globalsFile || original.fileExists(note(path)),
    directoryExists: (path) => shown.has(path) || original.directoryExists(elsewhere(path)),
    readFile: (path, encoding) => (path === globalsFile ? globals : original.readFile(note(path), encoding)),
    getDirectories: (path) => [...original.getDirectories(path), ...(path === types ? ["node", GLOBALS] : [])],
    realpath: (path) => (path === globalsFile ? path : (original.realpath?.(elsewhere(path)) ?? elsewhere(path))),
    watchFile: unwatched,
    watchDirectory: unwatched,
  } satisfies FileSystem);
  return {
    takeChanges() {
      const now = packagesStamp(directory);
      const changed = now !== installed || [...asked].some(([path, stamp]) => fileStamp(path) !== stamp);
      if (changed) asked.clear();
      installed = now;
      return changed;
    },
    remove: () => Object.assign(system, original),
  };
}

function fileStamp(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}` : "";
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
