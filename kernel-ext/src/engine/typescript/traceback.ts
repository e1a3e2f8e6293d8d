import { findSourceMap, SourceMap, type SourceMapPayload } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { isError } from "../thrown.js";

/** What is kept of a cell that ran, to find its lines again. */
export interface RanCell {
  /** The execution count by which the user knows it. */
  readonly count: number;
  readonly sourceMap: string;
  /** From a 0-based line and column of the compiler's text to 1-based ones of the user's. */
  readonly toUser: (line: number, column: number) => { readonly line: number; readonly column: number };
}

export interface RanModule {
  readonly path: string;
  readonly sourceMap: string;
}

type Prepare = NonNullable<typeof Error.prepareStackTrace>;

export interface Tracebacks {
  add(filename: string, cell: RanCell): void;
  /** A module that was compiled by us. */
  addModule(url: string, module: RanModule): void;
  /** Stack with the cells' own lines, then causes and the errors of an AggregateError. */
  lines(error: unknown): string[];
  close(): void;
}

const ENGINE_FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));

/** Rewrites stacks while it is open, so that `console.log(error)` in a cell shows the cell's lines too. */
export function openTracebacks(): Tracebacks {
  const places = new Map<string, Place>();
  const previous = Error.prepareStackTrace;
  const prepare: Prepare = (error, frames) => {
    if (!frames.some((frame) => places.has(frame.getFileName() ?? ""))) return previous ? previous(error, frames) : plain(error, frames);
    return stackText(
      error,
      ofUser(frames).map((frame) => {
        const place = places.get(frame.getFileName() ?? "");
        return place ? named(functionName(frame), place(...position(frame))) : describeForeign(frame);
      }),
    );
  };
  Error.prepareStackTrace = prepare;
  return {
    add: (filename, { count, sourceMap, toUser }) => {
      places.set(
        filename,
        mapped(sourceMap, (line, column) => `Cell [${count}]:${formatPlace(toUser(line, column))}`),
      );
    },
    addModule: (url, { path, sourceMap }) => {
      places.set(
        url,
        mapped(sourceMap, (line, column) => `${path}:${line + 1}:${column + 1}`),
      );
    },
    lines: (error) => errorLines(error, new Set()),
    close() {
      if (Error.prepareStackTrace === prepare) Error.prepareStackTrace = previous;
      places.clear();
    },
  };
}

/** Text for a 0-based line and column of emitted code. */
type Place = (line: number, column: number) => string;

const formatPlace = ({ line, column }: { readonly line: number; readonly column: number }): string => `${line}:${column}`;

/** The source map is read when the first error asks for it. */
function mapped(sourceMap: string, show: Place): Place {
  let map: SourceMap | undefined;
  return (line, column) => {
    map ??= new SourceMap(JSON.parse(sourceMap) as SourceMapPayload);
    const entry = map.findEntry(line, column);
    return "originalLine" in entry ? show(entry.originalLine, entry.originalColumn) : show(line, column);
  };
}

const position = (frame: NodeJS.CallSite): [number, number] => [(frame.getLineNumber() ?? 1) - 1, (frame.getColumnNumber() ?? 1) - 1];

const stackText = (error: unknown, frames: readonly string[]): string =>
  [headline(error), ...frames.map((frame) => `    at ${frame}`)].join("\n");

const plain: Prepare = (error, frames) => stackText(error, frames.map(describeForeign));

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

function describeForeign(frame: NodeJS.CallSite): string {
  const entry = findSourceMap(frame.getFileName() ?? "")?.findEntry(...position(frame));
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

const nested = (label: string, [first = "", ...rest]: readonly string[]): string[] => [
  `  ${label}${first}`,
  ...rest.map((line) => `  ${line}`),
];

function stackOf(error: Error): string {
  if (typeof error.stack !== "string" || error.stack === "") return headline(error);
  return error.stack.replaceAll(LOADER_FRAME, "");
}

/** Frames of Node's module loader and of our hooks in it. */
const LOADER_FRAME = /\n {4}at [^\n]*(?:node:internal\/|data:text\/javascript,)[^\n]*/g;
