import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type ts from "typescript";
import { folderFor, isMissing, missingMessage } from "../packages.js";
import type { Language } from "./language.js";
import { type ModuleHooks, type ServedModule, startModuleHooks, type Target } from "./module-hooks.js";

/** The user's own modules in TypeScript, beside the notebook: compiled and loaded anew when they or what they import was edited. */
export interface LocalModules {
  /** URL to import for a specifier of a cell; undefined when Node can load it as it is. */
  urlFor(specifier: string): string | undefined;
  /** After a failed import the next one loads every module anew, for Node remembers failures. */
  forgetFailures(): void;
  close(): void;
}

export interface LocalModulesOptions {
  readonly directories: readonly [string, ...string[]];
  readonly language: () => Language;
  readonly onModule: (url: string, module: { readonly path: string; readonly sourceMap: string }) => void;
}

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly { readonly specifier: string; readonly path: string | undefined }[];
}

type Closure = ReadonlyMap<string, Source>;

export function makeLocalModules({ directories, language, onModule }: LocalModulesOptions): LocalModules {
  const served = new Set<string>();
  let hooks: ModuleHooks | undefined;
  let failures = 0;

  const pathOf = (specifier: string, from: string): string | undefined => {
    const found = language().resolver.resolve(specifier, from);
    if (!found || found.resolvedFileName.includes("/node_modules/")) return undefined;
    return isServed(language(), found, specifier) ? found.resolvedFileName : undefined;
  };

  const read = (path: string): Source => {
    const text = readFileSync(path, "utf8");
    const { importedFiles } = path.endsWith(".json") ? { importedFiles: [] } : language().ts.preProcessFile(text, true, true);
    return { path, text, imports: importedFiles.map(({ fileName }) => ({ specifier: fileName, path: pathOf(fileName, path) })) };
  };

  const closureOf = (path: string, sources: (path: string) => Source): Closure => {
    const closure = new Map<string, Source>();
    const visit = (each: string): void => {
      if (closure.has(each)) return;
      const source = sources(each);
      closure.set(each, source);
      for (const dependency of source.imports) if (dependency.path) visit(dependency.path);
    };
    visit(path);
    return closure;
  };

  /** The version is a digest of all that the module rests on, so an edit changes the URLs of its dependants too. */
  const urlsOf = (closure: Closure): ReadonlyMap<string, string> => {
    const known = (path: string) => closure.get(path) as Source;
    return new Map([...closure.keys()].map((path) => [path, versionedUrl(path, closureOf(path, known), failures)]));
  };

  const serve = (source: Source, urls: ReadonlyMap<string, string>): ServedModule => {
    const url = urls.get(source.path) as string;
    const { javascript, sourceMap } = compile(language(), source);
    onModule(url, { path: source.path, sourceMap });
    const imports = source.imports.flatMap(({ specifier, path }): [string, Target][] => {
      const target = path ? urls.get(path) : undefined;
      if (target) return [[specifier, { url: target }]];
      if (isMissing(specifier, directories)) return [[specifier, { missing: missingMessage(specifier, source.path) }]];
      const folder = folderFor(specifier, directories);
      return folder === directories[0] ? [] : [[specifier, { parentURL: pathToFileURL(join(folder, "cell.js")).href }]];
    });
    return { url, source: javascript, imports, ...(source.path.endsWith(".json") && { json: source.text }) };
  };

  return {
    urlFor(specifier) {
      const path = pathOf(specifier, language().cellFile);
      if (!path) return undefined;
      hooks ??= startModuleHooks();
      const closure = closureOf(path, read);
      const urls = urlsOf(closure);
      const fresh = [...closure.values()].filter((source) => !served.has(urls.get(source.path) as string));
      hooks.serve(fresh.map((source) => serve(source, urls)));
      for (const source of fresh) served.add(urls.get(source.path) as string);
      return urls.get(path);
    },
    forgetFailures() {
      failures++;
    },
    close: () => hooks?.close(),
  };
}

/** TypeScript sources, JSON that they import, and JavaScript written as ES modules, whatever the folder's package.json says. */
function isServed({ ts }: Language, { resolvedFileName: file, extension }: ts.ResolvedModuleFull, specifier: string): boolean {
  if (/\.d\.[cm]?ts$/.test(file)) return false;
  if (extension === ".ts" || extension === ".tsx" || extension === ".mts") return true;
  if (extension === ".json") return specifier.startsWith(".");
  return (
    extension === ".mjs" ||
    (extension === ".js" && ts.isExternalModule(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ESNext)))
  );
}

function versionedUrl(path: string, closure: Closure, failures: number): string {
  const hash = createHash("sha1").update(String(failures));
  for (const each of [...closure.values()].sort((a, b) => (a.path < b.path ? -1 : 1))) hash.update(`${each.path}\0${each.text}\0`);
  return `${pathToFileURL(path).href}?version=${hash.digest("hex").slice(0, 12)}`;
}

function compile({ ts, options }: Language, { path, text }: Source): { javascript: string; sourceMap: string } {
  if (path.endsWith(".json")) return { javascript: jsonModule(JSON.parse(text)), sourceMap: "" };
  const compilerOptions = { ...options, module: ts.ModuleKind.ESNext, sourceMap: true, isolatedModules: true };
  const { outputText, sourceMapText = "" } = ts.transpileModule(text, { fileName: path, compilerOptions });
  return { javascript: outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"), sourceMap: sourceMapText };
}

function jsonModule(value: unknown): string {
  const names =
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.keys(value).filter((key) => key !== "default" && /^[A-Za-z_$][\w$]*$/.test(key))
      : [];
  const locals = names.map((name, index) => `const v${index} = value[${JSON.stringify(name)}]; export { v${index} as ${name} };`);
  return [`const value = ${JSON.stringify(value)};`, "export default value;", ...locals].join("\n");
}
