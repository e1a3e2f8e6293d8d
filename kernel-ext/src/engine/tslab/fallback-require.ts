import Module from "node:module";
import { dirname, join } from "node:path";
import type { EngineOptions } from "../engine.js";
import { folderFor } from "../packages.js";

interface Resolving {
  _resolveFilename(request: string, parent: { readonly filename?: string } | undefined, ...rest: unknown[]): string;
}

/** Lets `require` of cells find packages of the fallback folders; returns what undoes it. */
export function addFallbacks({ directory, fallbackDirectories }: EngineOptions): () => void {
  const modules = Module as unknown as Resolving;
  const original = modules._resolveFilename;
  const folders = [directory, ...fallbackDirectories] as [string, ...string[]];
  const resolve: Resolving["_resolveFilename"] = (request, parent, ...rest) => {
    const isCell = parent?.filename !== undefined && dirname(parent.filename) === directory;
    const folder = isCell && !Module.isBuiltin(request) ? folderFor(request, folders) : directory;
    if (folder === directory) return original.call(modules, request, parent, ...rest);
    return Module.createRequire(join(folder, "cell.js")).resolve(request);
  };
  modules._resolveFilename = resolve;
  return () => {
    if (modules._resolveFilename === resolve) modules._resolveFilename = original;
  };
}
