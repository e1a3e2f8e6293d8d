import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { FormatError } from "../../errors.js";

/** One output of a code cell, as nbformat 4.5 has it (text joined, not split into lines). */
export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | { output_type: "display_data"; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { output_type: "execute_result"; execution_count: number; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

interface CellMetadata {
  tags?: string[];
  [name: string]: unknown;
}

export interface CodeCell {
  cell_type: "code";
  id: string;
  source: string;
  metadata: CellMetadata;
  execution_count: number | null;
  outputs: Output[];
}

interface TextCell {
  cell_type: "markdown" | "raw";
  id: string;
  source: string;
  metadata: CellMetadata;
  attachments?: unknown;
}

export interface Notebook {
  nbformat: 4;
  nbformat_minor: 5;
  metadata: Record<string, unknown>;
  cells: (CodeCell | TextCell)[];
}

/**
 * Reads a notebook of format 4 and brings it to 4.5.
 *
 * @throws {FormatError} When the file is no JSON, no notebook, or of another major format; names the place.
 */
export function readNotebook(file: string): Notebook {
  const refuse = (reason: string, advice?: string) => new FormatError("galton run", file, reason, advice);
  const json = parseJson(readFileSync(file, "utf8"), refuse) as Partial<Record<"nbformat" | "metadata" | "cells", unknown>> | null;
  if (typeof json !== "object" || json === null || !("nbformat" in json))
    throw refuse("is JSON but no notebook (it has no nbformat)", "pass a file that Jupyter saved");
  if (json.nbformat !== 4)
    throw refuse(`has nbformat ${String(json.nbformat)}; expected 4`, "open it in JupyterLab and save it, which brings it up to date");
  if (!Array.isArray(json.cells)) throw refuse("has no list of cells");
  const cells = json.cells.map((cell: unknown, index) => toCell(cell, (reason) => refuse(`cell ${index + 1} ${reason}`)));
  return { nbformat: 4, nbformat_minor: 5, metadata: (json.metadata ?? {}) as Record<string, unknown>, cells };
}

/** Writes it as Jupyter does (sorted keys, text split into lines), to a temporary name first. */
export function writeNotebook(file: string, notebook: Notebook): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(sorted({ ...notebook, cells: notebook.cells.map(splitCell) }), undefined, 1)}\n`);
  renameSync(temporary, file);
}

function parseJson(text: string, refuse: (reason: string, advice?: string) => FormatError): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refuse(`is no JSON (${error.message})`, "pass a notebook, a file that ends in .ipynb");
  }
}

function toCell(value: unknown, refuse: (reason: string) => FormatError): CodeCell | TextCell {
  const cell = value as Record<string, unknown> | null;
  if (typeof cell !== "object" || cell === null) throw refuse("is no object");
  const source = joined(cell.source);
  if (source === undefined) throw refuse("has no source text");
  const common = {
    id: typeof cell.id === "string" ? cell.id : randomUUID().slice(0, 8),
    source,
    metadata: (cell.metadata ?? {}) as CellMetadata,
  };
  if (cell.cell_type === "code") return { cell_type: "code", ...common, execution_count: null, outputs: [] };
  if (cell.cell_type !== "markdown" && cell.cell_type !== "raw")
    throw refuse(`has cell_type ${JSON.stringify(cell.cell_type)}; expected code, markdown or raw`);
  return { cell_type: cell.cell_type, ...common, ...(cell.attachments ? { attachments: cell.attachments } : {}) };
}

function joined(text: unknown): string | undefined {
  if (typeof text === "string") return text;
  return Array.isArray(text) && text.every((line) => typeof line === "string") ? text.join("") : undefined;
}

function splitCell(cell: CodeCell | TextCell): object {
  const source = lines(cell.source);
  return cell.cell_type === "code" ? { ...cell, source, outputs: cell.outputs.map(splitOutput) } : { ...cell, source };
}

function splitOutput(output: Output): object {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (output.output_type === "error") return output;
  return {
    ...output,
    data: Object.fromEntries(
      Object.entries(output.data).map(([mime, value]) => [mime, typeof value === "string" && !isJson(mime) ? lines(value) : value]),
    ),
  };
}

function isJson(mime: string): boolean {
  return mime === "application/json" || mime.endsWith("+json");
}

function lines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** nbformat writes object keys in order; so a notebook that went through Jupyter and one that went through us differ in nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  );
}
