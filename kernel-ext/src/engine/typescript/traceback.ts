import { findSourceMap, SourceMap, type SourceMapPayload } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

/** What is kept of a cell that ran, to find its lines again. */
export interface RanCell {
  /** The execution count by which the user knows it. */
  readonly count: number;
  readonly sourceMap: string;
  /** From a 0-based line and column of the compiler's text to 1-based ones of the user's. */
  readonly toUser: (line: number, column: number) => { readonly line: number; readonly column: number };
}

type Prepare = NonNullable<typeof Error.prepareStackTrace>;

export interface Tracebacks {
  add(filename: string, cell: RanCell): void;
  /** Stack with the cells' own lines, then causes and the errors of an AggregateError. */
  lines(error: unknown): string[];
  close(): void;
}

const ENGINE_FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));

/** Rewrites stacks while it is open, so that `console.log(error)` in a cell shows the cell's lines too. */
export function openTracebacks(): Tracebacks {
  const cells = new Map<string, RanCell & { map?: SourceMap }>();
  const previous = Error.prepareStackTrace;
  const prepare: Prepare = (error, frames) => {
    if (!frames.some((frame) => cells.has(frame.getFileName() ?? ""))) return previous ? previous(error, frames) : plain(error, frames);
    return [headline(error), ...ofUser(frames).map((frame) => `    at ${describe(frame)}`)].join("\n");
  };
  const describe = (frame: NodeJS.CallSite): string => {
    const file = frame.getFileName() ?? "";
    const cell = cells.get(file);
    const [line, column] = [(frame.getLineNumber() ?? 1) - 1, (frame.getColumnNumber() ?? 1) - 1];
    if (!cell) return describeForeign(frame, line, column);
    cell.map ??= new SourceMap(JSON.parse(cell.sourceMap) as SourceMapPayload);
    const entry = cell.map.findEntry(line, column);
    const origin = "originalLine" in entry ? cell.toUser(entry.originalLine, entry.originalColumn) : { line: line + 1, column: column + 1 };
    return named(functionName(frame), `Cell [${cell.count}]:${origin.line}:${origin.column}`);
  };
  Error.prepareStackTrace = prepare;
  return {
    add: (filename, cell) => void cells.set(filename, cell),
    lines: (error) => errorLines(error, new Set()),
    close() {
      if (Error.prepareStackTrace === prepare) Error.prepareStackTrace = previous;
      cells.clear();
    },
  };
}

const plain: Prepare = (error, frames) => [headline(error), ...frames.map((frame) => `    at ${describeForeign(frame, (frame.getLineNumber() ?? 1) - 1, (frame.getColumnNumber() ?? 1) - 1)}`)].join("\n");

/** Frames without the engine's own, and without what called it. */
function ofUser(frames: readonly NodeJS.CallSite[]): NodeJS.CallSite[] {
  const own = frames.filter((frame) => !pathOf(frame).startsWith(ENGINE_FOLDER));
  const last = own.findLastIndex((frame) => !pathOf(frame).startsWith("node:") && pathOf(frame) !== "");
  return own.slice(0, last + 1);
}

function pathOf(frame: NodeJS.CallSite): string {
  const file = frame.getFileName() ?? "";
  return file.startsWith("file:") ? fileURLToPath(file) : file;
}

function describeForeign(frame: NodeJS.CallSite, line: number, column: number): string {
  const entry = findSourceMap(frame.getFileName() ?? "")?.findEntry(line, column);
  if (!entry || !("originalLine" in entry)) return String(frame);
  return named(functionName(frame), `${pathOf(frame)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
}

/** The name V8 gives the call; the wrapper around a cell has none. */
function functionName(frame: NodeJS.CallSite): string {
  const shown = String(frame);
  const name = shown.endsWith(")") ? shown.slice(0, shown.lastIndexOf(" (")) : shown.startsWith("async ") ? "async" : "";
  return frame.getFunctionName() ? name : name.startsWith("async") ? "async" : "";
}

const named = (name: string, place: string): string => (name === "" ? place : name === "async" ? `async ${place}` : `${name} (${place})`);

function headline(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch (broken) {
    return `<error whose name or message throws ${typeof broken}>`;
  }
}

function errorLines(error: unknown, seen: Set<unknown>): string[] {
  if (seen.has(error)) return ["[circular]"];
  seen.add(error);
  if (!isError(error)) return [`Uncaught ${inspect(error)}`];
  const causes = error.cause === undefined ? [] : nested("[cause]: ", errorLines(error.cause, seen));
  const errors = error instanceof AggregateError ? error.errors.flatMap((each) => nested("[errors]: ", errorLines(each, seen))) : [];
  return [...stackOf(error).split("\n"), ...causes, ...errors];
}

const nested = (label: string, [first = "", ...rest]: readonly string[]): string[] => [`  ${label}${first}`, ...rest.map((line) => `  ${line}`)];

function stackOf(error: Error): string {
  return typeof error.stack === "string" && error.stack !== "" ? error.stack : headline(error);
}

/** Errors of other realms included. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

/** Name and message of whatever was thrown. */
export function nameAndMessage(error: unknown): { readonly name: string; readonly message: string } {
  return isError(error) ? { name: String(error.name), message: String(error.message) } : { name: "Uncaught", message: inspect(error) };
}
