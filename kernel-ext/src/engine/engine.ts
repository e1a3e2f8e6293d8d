/**
 * What compiles and runs cells, behind one small interface. The session knows this file and no engine's insides;
 * an engine knows nothing of Jupyter, sockets or threads.
 *
 * @module
 */

/** Problem found before a cell ran, at a place in the cell's own text. */
export interface Diagnostic {
  /** 1-based line in the cell. */
  readonly line: number;
  /** 1-based column in the cell, UTF-16 units. */
  readonly column: number;
  readonly message: string;
  /** TypeScript's number, e.g. 2322; absent for syntax errors of an engine without one. */
  readonly code?: number;
}

/** How a cell ended. Errors are values: `execute` never rejects because of user code. */
export type ExecuteResult =
  | { readonly status: "ok"; readonly value: unknown; readonly hasValue: boolean }
  | { readonly status: "diagnostics"; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly status: "error";
      readonly error: unknown;
      readonly name: string;
      readonly message: string;
      readonly traceback: readonly string[];
    };

export interface ExecuteRequest {
  readonly code: string;
  /** The execution count; tracebacks and diagnostics call the cell by it: `Cell [3], line 2`. */
  readonly cell: number;
  /** Called once the cell is compiled, right before its code runs: from here on an interrupt may end the JavaScript at any point. */
  readonly onRun?: () => void;
}

/** Completion candidates that replace `[start, end)` of the text, UTF-16 offsets. */
export interface Completion {
  readonly matches: readonly { readonly text: string; readonly kind: string }[];
  readonly start: number;
  readonly end: number;
}

/** What is known of the symbol under the cursor. */
export interface Inspection {
  readonly found: boolean;
  /** Type signature, as TypeScript prints it. */
  readonly signature: string;
  /** Documentation and tags, Markdown. */
  readonly documentation: string;
}

export type IsComplete = { readonly status: "complete" | "invalid" } | { readonly status: "incomplete"; readonly indent: string };

export interface Engine {
  /** Name and version as the kernel reports them, e.g. "typescript 5.9.3". */
  readonly name: string;
  readonly languageVersion: string;
  /** Compiles and runs one cell. Top-level await allowed. Only one at a time. */
  execute(request: ExecuteRequest): Promise<ExecuteResult>;
  /** Offsets are UTF-16 units of `code`. */
  complete(code: string, offset: number): Promise<Completion>;
  /** `detail` 0: signature and docs; 1: the declaration's source too, where there is one. */
  inspect(code: string, offset: number, detail: 0 | 1): Promise<Inspection>;
  isComplete(code: string): IsComplete;
  /** Told when the running cell was interrupted from outside: drop what belongs to it, keep all earlier state. */
  interrupt(): void;
  /** Forgets all declarations and values. */
  reset(): void;
  /** Does work ahead of the first cell (parses libraries); cheap to call twice. */
  warm(): Promise<void>;
  /** Releases watchers, threads, files. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** The notebook's folder: modules, packages, and tsconfig.json are looked up from here. */
  readonly directory: string;
  /**
   * Folders whose packages a notebook may import when its own folder has none of that name, e.g. the folder of the
   * package that installed the kernelspec.
   */
  readonly fallbackDirectories: readonly string[];
  /** Declarations of the global functions that the session puts in place, as the text of a .d.ts file. */
  readonly globals?: string;
  /** Folder for the compiler's code cache, which makes the next start faster; by default the platform's cache folder. */
  readonly cacheDirectory?: string;
}
