import { type EngineName, GLOBALS, guardProcess, kernelInfo, type Message, makeEngine, Session } from "galton-kernel";
import { packageDirectory } from "../package.js";
import type { CodeCell, Notebook } from "./notebook-file.js";
import { OutputCollector } from "./outputs.js";

/** Where and why a notebook stopped. */
export interface Failure {
  /** Which code cell, from 1. */
  readonly cell: number;
  /** Line in that cell, from 1, where it is known. */
  readonly line: number | undefined;
  readonly message: string;
}

/**
 * Runs all code cells in order through the kernel's own session; outputs and execution counts go into the notebook.
 *
 * @param directory - Folder from which the cells import, and their working directory, as in Jupyter.
 * @param onCell - Told the number of each code cell before it runs.
 * @returns What stopped it, or undefined when all ran.
 */
export async function runNotebook(notebook: Notebook, directory: string, onCell: (cell: number) => void): Promise<Failure | undefined> {
  const collector = new OutputCollector();
  const engineName = engineOf(notebook);
  const engine = await makeEngine(engineName, { directory, fallbackDirectories: [packageDirectory], globals: GLOBALS });
  const info = kernelInfo(engineName);
  const session = new Session({ engine, info, send: (message) => collect(collector, message) });
  notebook.metadata = { ...notebook.metadata, language_info: info.language_info };
  const release = guardProcess(session);
  const before = process.cwd();
  process.chdir(directory);
  try {
    const cells = notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
    for (const [index, cell] of cells.entries()) {
      onCell(index + 1);
      collector.begin(cell.outputs);
      const failed = await runCell(session, cell);
      if (failed && !cell.metadata.tags?.includes("raises-exception")) return { cell: index + 1, ...failed };
    }
    return undefined;
  } finally {
    process.chdir(before);
    release();
    await session.close();
  }
}

async function runCell(session: Session, cell: CodeCell): Promise<Omit<Failure, "cell"> | undefined> {
  if (cell.source.trim() === "") return undefined;
  const reply = await session.request("execute_request", { code: cell.source, stop_on_error: false, allow_stdin: false });
  cell.execution_count = reply.execution_count;
  if (reply.status === "ok") return undefined;
  if (reply.status === "aborted") return { line: undefined, message: "was not run" };
  return { line: lineOf(reply.traceback.join("\n"), reply.execution_count), message: `${reply.ename}: ${reply.evalue}` };
}

/** The first place in this very cell that the traceback names. */
function lineOf(traceback: string, count: number): number | undefined {
  const line = new RegExp(`Cell \\[${count}\\](?::|, line )(\\d+)`).exec(traceback)?.[1];
  return line === undefined ? undefined : Number(line);
}

function collect(collector: OutputCollector, { channel, header, content }: Message): void {
  // A copy, as a transport would make: the session may change what it sent.
  if (channel === "iopub") collector.take({ type: header.msg_type, content: JSON.parse(JSON.stringify(content)) });
}

function engineOf({ metadata }: Notebook): EngineName {
  const { name } = (metadata.kernelspec ?? {}) as { name?: string };
  return name?.endsWith("tslab") ? "tslab" : "typescript";
}
