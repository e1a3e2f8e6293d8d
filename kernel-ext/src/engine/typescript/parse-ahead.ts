import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type ts from "typescript";
import type { TypeScript } from "./load.js";

export interface ParseAheadOptions {
  readonly registry: ts.DocumentRegistry;
  readonly options: ts.CompilerOptions;
  readonly directory: string;
  readonly roots: readonly string[];
  readonly read: (file: string) => { readonly version: string; readonly snapshot: ts.IScriptSnapshot } | undefined;
}

/** Longest time for which requests wait while libraries are parsed, in milliseconds. */
const SLICE = 20;

/** Parses and binds declaration files, and those they refer to, into the registry, giving way between slices. */
export async function parseAhead(ts: TypeScript, { registry, options, directory, roots, read }: ParseAheadOptions): Promise<void> {
  const libraries = dirname(ts.getDefaultLibFilePath(options)).replaceAll("\\", "/");
  const cache = ts.createModuleResolutionCache(directory, (name) => name, options);
  const settings = { ...ts.sys, getCompilationSettings: () => options, getCurrentDirectory: () => directory };
  const seen = new Set<string>();
  const waiting = [...roots, ...(options.lib ?? []).map((library) => `${libraries}/${library}`)];
  let until = performance.now() + SLICE;
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const found = read(file);
    if (!found) continue;
    const format = ts.getImpliedNodeFormatForFile(file, cache.getPackageJsonInfoCache(), ts.sys, options);
    const how = { languageVersion: options.target ?? ts.ScriptTarget.ES2022, impliedNodeFormat: format };
    const source = registry.acquireDocument(file, settings, found.snapshot, found.version, ts.ScriptKind.TS, how);
    (ts as TypeScript & Binder).bindSourceFile(source, options);
    const folder = dirname(file);
    waiting.push(...source.referencedFiles.map((reference) => join(folder, reference.fileName).replaceAll("\\", "/")));
    waiting.push(...source.libReferenceDirectives.map((reference) => `${libraries}/lib.${reference.fileName.toLowerCase()}.d.ts`));
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + SLICE;
  }
}

/** Exported by the compiler, though not declared. */
interface Binder {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
}
