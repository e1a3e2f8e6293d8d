import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type ts from "typescript";
import type { Diagnostic } from "../engine.js";
import type { TypeScript } from "./load.js";

export interface CellOptions {
  readonly options: ts.CompilerOptions;
  /** What is wrong with the folder's tsconfig.json; nothing runs until it is mended. */
  readonly problems: readonly Diagnostic[];
  /** Changes when tsconfig.json does. */
  readonly stamp: string;
}

/** Compiler options for cells: strict, ECMAScript modules, and what a tsconfig.json in the notebook's folder says. */
export function cellOptions(ts: TypeScript, directory: string): CellOptions {
  const file = join(directory, "tsconfig.json");
  const stamp = tsconfigStamp(directory);
  const { options, errors } = stamp === "" ? { options: {}, errors: [] } : readConfig(ts, file);
  const problems = errors.map((error) => ({
    line: 1,
    column: 1,
    code: error.code,
    message: `tsconfig.json: ${ts.flattenDiagnosticMessageText(error.messageText, "\n")}; mend ${file}`,
  }));
  const types = ["node", ...(options.types ?? [])];
  return { options: { ...DEFAULTS, lib: librariesOfThisNode(), ...options, ...fixed(ts), types }, problems, stamp };
}

export function tsconfigStamp(directory: string): string {
  const stat = statSync(join(directory, "tsconfig.json"), { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}` : "";
}

const DEFAULTS: ts.CompilerOptions = { strict: true, allowJs: false };

/** What the engine relies on. Cells are checked as ES modules and emitted as CommonJS, whose requires become imports. */
function fixed(ts: TypeScript): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    resolveJsonModule: true,
    allowImportingTsExtensions: true,
    allowSyntheticDefaultImports: true,
    esModuleInterop: false,
    isolatedModules: false,
    verbatimModuleSyntax: false,
    preserveConstEnums: true,
    sourceMap: true,
    inlineSources: false,
    inlineSourceMap: false,
    declaration: false,
    composite: false,
    incremental: false,
    noEmit: false,
    noEmitOnError: false,
    noEmitHelpers: false,
    importHelpers: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    skipLibCheck: true,
    newLine: ts.NewLineKind.LineFeed,
  };
}

/** Only what this version of Node has: a missing method is then a diagnostic, not a crash. */
function librariesOfThisNode(): string[] {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= 24) return ["lib.esnext.d.ts"];
  const disposal = ["lib.esnext.disposable.d.ts", "lib.decorators.d.ts"];
  return major >= 22
    ? ["lib.es2024.d.ts", "lib.esnext.iterator.d.ts", "lib.esnext.collection.d.ts", ...disposal]
    : ["lib.es2023.d.ts", ...disposal];
}

/** A notebook's folder need not hold a module. */
const NO_INPUTS = 18003;

function readConfig(ts: TypeScript, file: string): { options: ts.CompilerOptions; errors: readonly ts.Diagnostic[] } {
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
  if (error) return { options: {}, errors: [error] };
  const host = { ...ts.sys, readDirectory: () => [] };
  const { options, errors } = ts.parseJsonConfigFileContent(config, host, dirname(file), undefined, file);
  return { options, errors: errors.filter(({ category, code }) => category === ts.DiagnosticCategory.Error && code !== NO_INPUTS) };
}
