import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type ts from "typescript";
import { packagesStamp } from "../packages.js";
import type { TypeScript } from "./load.js";

export interface Resolver {
  readonly cache: ts.ModuleResolutionCache;
  /** Entry of the one copy of Node's types that is used. */
  readonly nodeTypes: string;
  resolve(specifier: string, containingFile: string, mode?: ts.ResolutionMode): ts.ResolvedModuleFull | undefined;
  resolveType(name: string, containingFile: string): ts.ResolvedTypeReferenceDirective | undefined;
  /** True when packages were installed since the last call, or an import of the user's files was not found. */
  refresh(): boolean;
}

export interface ResolverOptions {
  readonly directory: string;
  readonly fallbackDirectories: readonly string[];
  readonly compilerOptions: ts.CompilerOptions;
  /** Virtual file behind a specifier such as `./__c3`. */
  readonly virtual: (specifier: string) => string | undefined;
}

/** Finds the types of modules: from the notebook's folder, then from the fallback folders. */
export function makeResolver(ts: TypeScript, { directory, fallbackDirectories, compilerOptions, virtual }: ResolverOptions): Resolver {
  const newCache = () => ts.createModuleResolutionCache(directory, (name) => name, compilerOptions);
  const nodeTypes = join(dirname(createRequire(import.meta.url).resolve("@types/node/package.json")), "index.d.ts");
  let cache = newCache();
  let stamp = packagesStamp(directory);
  let missed = false;
  const find = (specifier: string, from: string, mode?: ts.ResolutionMode) =>
    ts.resolveModuleName(specifier, from, compilerOptions, ts.sys, cache, undefined, mode).resolvedModule;

  return {
    nodeTypes,
    get cache() {
      return cache;
    },
    resolve(specifier, containingFile, mode) {
      const file = virtual(specifier);
      if (file)
        return {
          resolvedFileName: file,
          extension: file.endsWith(".d.ts") ? ts.Extension.Dts : ts.Extension.Ts,
          isExternalLibraryImport: false,
        };
      const found = find(specifier, containingFile, mode);
      if (found || containingFile.includes("/node_modules/")) return found;
      missed = true;
      return specifier.startsWith(".")
        ? undefined
        : firstOf(fallbackDirectories, (folder) => find(specifier, join(folder, "__cell.ts"), mode));
    },
    resolveType(name, containingFile) {
      // One copy of Node's types, so that `console` is found wherever the notebook lies.
      if (name === "node") return { primary: true, resolvedFileName: nodeTypes, isExternalLibraryImport: true };
      return ts.resolveTypeReferenceDirective(name, containingFile, compilerOptions, ts.sys).resolvedTypeReferenceDirective;
    },
    refresh() {
      const now = packagesStamp(directory);
      if (now === stamp && !missed) return false;
      stamp = now;
      missed = false;
      cache = newCache();
      return true;
    },
  };
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
