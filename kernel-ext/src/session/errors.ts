import type { ExecuteResult } from "../engine/engine.js";
import type { ErrorContent } from "../wire/messages.js";

type Failure = Exclude<ExecuteResult, { readonly status: "ok" }>;

/** What an interrupted cell reports. */
export const INTERRUPTED: ErrorContent = {
  ename: "Interrupted",
  evalue: "the cell was interrupted; its effects up to that point are kept",
  traceback: ["\u001b[31mInterrupted\u001b[39m: the cell was interrupted; its effects up to that point are kept"],
};

/** Error content of anything thrown, for errors that did not pass through the engine. */
export function errorContent(error: unknown): ErrorContent {
  if (!(error instanceof Error)) return withoutStack("Error", `${typeof error} thrown: ${printable(error)}`);
  const ename = String(error.name || "Error");
  const evalue = String(error.message);
  const stack = typeof error.stack === "string" ? error.stack : `${ename}: ${evalue}`;
  return { ename, evalue, traceback: [stack] };
}

/** Error content of a cell that did not end well. */
export function failureContent(failure: Failure, cell: { readonly code: string; readonly count: number }): ErrorContent {
  if (failure.status === "error") return { ename: failure.name, evalue: failure.message, traceback: [...failure.traceback] };
  const lines = cell.code.split("\n");
  const traceback = failure.diagnostics.map(({ line, column, message, code }) => {
    const label = code === undefined ? "error" : `error TS${code}`;
    const place = `Cell [${cell.count}], line ${line}, column ${column}`;
    return `${place} - \u001b[31m${label}\u001b[39m: ${message}\n${quote(lines[line - 1] ?? "", column)}`;
  });
  const [first] = failure.diagnostics;
  return { ename: "CompileError", evalue: first ? `${first.message} (line ${first.line}, column ${first.column})` : "", traceback };
}

function quote(line: string, column: number): string {
  const pad = line.slice(0, column - 1).replace(/[^\t]/gu, " ");
  return `    ${line}\n    ${pad}\u001b[31m^\u001b[39m`;
}

function withoutStack(ename: string, evalue: string): ErrorContent {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

function printable(value: unknown): string {
  try {
    return String(value);
  } catch (error) {
    if (error instanceof Error) return Object.prototype.toString.call(value);
    throw error;
  }
}
