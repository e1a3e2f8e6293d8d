import { randomUUID } from "node:crypto";
import { UsageError } from "../command.js";
import type { CodeCell, Notebook } from "./notebook-file.js";

/** Names and values given by `--set name=value`; a value is JSON where it parses as such, else text. */
export type Settings = ReadonlyMap<string, unknown>;

/** @throws {UsageError} When an item is not of the form name=value or a name comes twice. */
export function parseSettings(items: readonly string[]): Settings {
  const settings = new Map<string, unknown>();
  for (const item of items) {
    const [, name, text] = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(item) ?? [];
    if (name === undefined || text === undefined)
      throw new UsageError(`galton run: --set ${JSON.stringify(item)} is not of the form name=value`);
    if (settings.has(name)) throw new UsageError(`galton run: --set ${name} is given twice; expected one value for each name`);
    settings.set(name, jsonOrText(text));
  }
  return settings;
}

/**
 * Puts a cell with the given values behind the one tagged `parameters` (papermill's convention; its tag is `injected-parameters`).
 *
 * @throws {UsageError} When no cell is tagged `parameters`, or it declares no such name.
 */
export async function injectParameters(notebook: Notebook, settings: Settings, file: string): Promise<void> {
  if (settings.size === 0) return;
  const index = notebook.cells.findIndex((cell) => cell.cell_type === "code" && cell.metadata.tags?.includes("parameters"));
  if (index < 0)
    throw new UsageError(`galton run: --set was given but ${file} has no cell tagged "parameters"; tag the cell that declares them`);
  const names = await declaredNames(notebook.cells[index]!.source);
  for (const name of settings.keys()) {
    if (!names.includes(name))
      throw new UsageError(`galton run: --set ${name} is not a parameter of ${file}; expected one of ${names.join(", ")}`);
  }
  notebook.cells = notebook.cells.filter((cell) => !cell.metadata.tags?.includes("injected-parameters"));
  notebook.cells.splice(index + 1, 0, injected(settings));
}

function injected(settings: Settings): CodeCell {
  const source = [...settings].map(([name, value]) => `let ${name} = ${JSON.stringify(value)};`).join("\n");
  return {
    cell_type: "code",
    id: randomUUID().slice(0, 8),
    source,
    metadata: { tags: ["injected-parameters"] },
    execution_count: null,
    outputs: [],
  };
}

/** The compiler is loaded only when there is something to set. */
async function declaredNames(source: string): Promise<string[]> {
  const { default: ts } = await import("typescript");
  const file = ts.createSourceFile("parameters.ts", source, ts.ScriptTarget.Latest);
  const declarations = file.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => declarationList.declarations);
  return declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
