import { statSync } from "node:fs";
import type ts from "typescript";
import type { Diagnostic } from "../engine.js";
import type { TypeScript } from "./load.js";
import { type CellOptions, cellOptions, tsconfigStamp } from "./options.js";
import { parseAhead } from "./parse-ahead.js";
import { makeResolver, type Resolver } from "./resolve.js";

interface Snapshot {
  readonly version: string;
  readonly snapshot: ts.IScriptSnapshot;
}

/** TypeScript's language service over one constant root file, the current cell, and virtual files of earlier cells. */
export interface Language {
  readonly ts: TypeScript;
  readonly service: ts.LanguageService;
  readonly cellFile: string;
  readonly resolver: Resolver;
  /** Problems of the folder's tsconfig.json. */
  readonly problems: readonly Diagnostic[];
  readonly options: ts.CompilerOptions;
  /** Looks at the disk again, and sets the text of the current cell. */
  update(text: string): void;
  /** Program and root file for the text last set. */
  program(): { readonly program: ts.Program; readonly file: ts.SourceFile };
  /** Puts the types of a cell that ran under its own name; `.ts` when they could not be written as declarations. */
  addCell(cell: number, text: string, extension: ".d.ts" | ".ts"): void;
  forgetCells(): void;
  /** Parses the libraries, in slices. */
  parseAhead(): Promise<void>;
}

export interface LanguageOptions {
  readonly directory: string;
  readonly fallbackDirectories: readonly string[];
  readonly globals?: string;
}

export function makeLanguage(ts: TypeScript, { directory, fallbackDirectories, globals = "" }: LanguageOptions): Language {
  const root = directory.replaceAll("\\", "/");
  const cellFile = `${root}/__cell.ts`;
  const globalsFile = `${root}/__globals.d.ts`;
  const virtual = new Map<string, Snapshot>();
  const disk = makeDiskFiles(ts);
  const cells = new Map<string, string>();
  let configured: CellOptions = cellOptions(ts, directory);
  let resolver = newResolver();
  let version = 0;
  let invalidated = false;
  const put = (file: string, text: string) =>
    virtual.set(file, { version: String(++version), snapshot: ts.ScriptSnapshot.fromString(text) });
  put(globalsFile, globals);

  function newResolver(): Resolver {
    const compilerOptions = configured.options;
    return makeResolver(ts, { directory: root, fallbackDirectories, compilerOptions, virtual: (specifier) => cells.get(specifier) });
  }

  const host: ts.LanguageServiceHost & InternalHost = {
    getCompilationSettings: () => configured.options,
    getScriptFileNames: () => [globalsFile, cellFile],
    getScriptVersion: (file) => virtual.get(file)?.version ?? disk.version(file),
    getScriptSnapshot: (file) => virtual.get(file)?.snapshot ?? disk.snapshot(file),
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: (file) => virtual.has(file) || ts.sys.fileExists(file),
    readFile: (file) => ts.sys.readFile(file),
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    readDirectory: ts.sys.readDirectory,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getModuleResolutionCache: () => resolver.cache,
    hasInvalidatedResolutions: () => invalidated,
    resolveModuleNameLiterals: (literals, containing, _redirect, options, source) =>
      literals.map((literal) => ({
        resolvedModule: resolver.resolve(literal.text, containing, ts.getModeForUsageLocation(source, literal, options)),
      })),
    resolveTypeReferenceDirectiveReferences: (references, containing) =>
      references.map((reference) => ({
        resolvedTypeReferenceDirective: resolver.resolveType(typeof reference === "string" ? reference : reference.fileName, containing),
      })),
  };
  const registry = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames, root);
  const service = ts.createLanguageService(host, registry);
  let current = "";

  return {
    ts,
    service,
    cellFile,
    get resolver() {
      return resolver;
    },
    get problems() {
      return configured.problems;
    },
    get options() {
      return configured.options;
    },
    update(text) {
      if (tsconfigStamp(directory) !== configured.stamp) {
        configured = cellOptions(ts, directory);
        resolver = newResolver();
        invalidated = true;
      }
      const installed = resolver.refresh();
      if (installed) invalidated = true;
      disk.refresh(installed);
      if (text !== current || invalidated || version === 1) put(cellFile, text);
      current = text;
    },
    program() {
      const program = service.getProgram() as ts.Program;
      invalidated = false;
      return { program, file: program.getSourceFile(cellFile) as ts.SourceFile };
    },
    addCell(cell, text, extension) {
      const file = `${root}/__c${cell}${extension}`;
      put(file, text);
      cells.set(`./__c${cell}`, file);
    },
    forgetCells() {
      for (const file of cells.values()) virtual.delete(file);
      cells.clear();
    },
    parseAhead: () =>
      parseAhead(ts, { registry, options: configured.options, directory: root, roots: [resolver.nodeTypes], read: disk.read }),
  };
}

/** Members that the language service reads but does not declare; without them each program reads package files again. */
interface InternalHost {
  getModuleResolutionCache(): ts.ModuleResolutionCache;
  hasInvalidatedResolutions(): boolean;
}

/** Files on disk: packages are looked at again after an install, the user's own modules each time. */
function makeDiskFiles(ts: TypeScript) {
  const files = new Map<string, Snapshot>();
  const unchecked = new Set<string>();
  const stamp = (file: string): string => {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat ? `${stat.mtimeMs}:${stat.size}` : "";
  };
  const load = (file: string): Snapshot | undefined => {
    const known = files.get(file);
    if (known && !unchecked.has(file)) return known;
    unchecked.delete(file);
    const version = stamp(file);
    if (known?.version === version) return known;
    const text = ts.sys.readFile(file);
    if (text === undefined) return void files.delete(file);
    const loaded = { version, snapshot: ts.ScriptSnapshot.fromString(text) };
    files.set(file, loaded);
    return loaded;
  };
  return {
    read: load,
    version: (file: string): string => load(file)?.version ?? "",
    snapshot: (file: string): ts.IScriptSnapshot | undefined => load(file)?.snapshot,
    refresh(all: boolean): void {
      for (const file of files.keys()) if (all || !file.includes("/node_modules/")) unchecked.add(file);
    },
  };
}
