import { createRequire } from "node:module";
import { join } from "node:path";

/** What is used of tslab 1.0.22 and of its fork of the compiler; neither package declares it for others. */
export interface Tslab {
  readonly version: string;
  readonly converter: {
    createConverter(): Converter;
    isCompleteCode(code: string): { readonly completed: boolean; readonly indent?: string };
  };
  readonly executor: {
    createExecutor(directory: string, converters: Converters, console: TslabConsole): Executor;
  };
  readonly compiler: Compiler;
}

export interface Converter {
  close(): void;
}

/** The executor reads `node` anew for each cell, so that it can be replaced. */
export interface Converters {
  node: Converter;
  readonly browser: Converter;
  close(): void;
}

export interface TslabConsole {
  log(value: unknown): void;
  error(first: unknown, ...rest: readonly unknown[]): void;
}

export interface Executor {
  execute(code: string): Promise<boolean>;
  inspect(code: string, offset: number): QuickInfo | undefined;
  complete(code: string, offset: number): { readonly start: number; readonly end: number; readonly candidates: readonly string[] };
  reset(): void;
  interrupt(): void;
  readonly locals: Record<string, unknown>;
  close(): void;
}

interface Part {
  readonly text: string;
}

export interface QuickInfo {
  readonly displayParts?: readonly Part[];
  readonly documentation?: readonly Part[];
  readonly tags?: readonly { readonly name: string; readonly text?: readonly Part[] }[];
}

/** What the converter throws when files change faster than it compiles; it is of no use afterwards. */
export const isStuck = (error: unknown): boolean => error instanceof Error && error.message === "Unexpected pending rebuildTimer";

/** File functions of the compiler's fork; the converter asks them at each call. */
export interface FileSystem {
  getCurrentDirectory(): string;
  fileExists(path: string): boolean;
  directoryExists(path: string): boolean;
  readFile(path: string, encoding?: string): string | undefined;
  getDirectories(path: string): string[];
  realpath?(path: string): string;
  watchFile?(path: string): { close(): void };
  watchDirectory?(path: string): { close(): void };
}

export interface Compiler {
  readonly version: string;
  readonly sys: FileSystem;
}

/** Loads tslab from the kernel's own packages, or from the notebook's. */
export function loadTslab(directory: string): Tslab {
  const require = requireThatFinds("tslab/package.json", [import.meta.url, join(directory, "cell.js")]);
  const inner = createRequire(require.resolve("tslab/package.json"));
  return {
    version: (require("tslab/package.json") as { version: string }).version,
    converter: require("tslab/dist/converter") as Tslab["converter"],
    executor: require("tslab/dist/executor") as Tslab["executor"],
    compiler: inner("@tslab/typescript-for-tslab") as Compiler,
  };
}

function requireThatFinds(specifier: string, places: readonly string[]): NodeJS.Require {
  for (const place of places) {
    const require = createRequire(place);
    try {
      require.resolve(specifier);
      return require;
    } catch (missing) {
      if (!(missing instanceof Error) || !("code" in missing) || missing.code !== "MODULE_NOT_FOUND") throw missing;
    }
  }
  throw new Error(
    'makeTslabEngine: the package "tslab" is not installed; expected tslab 1.0.22; run `npm install tslab@1.0.22` beside the kernel or the notebook',
  );
}
