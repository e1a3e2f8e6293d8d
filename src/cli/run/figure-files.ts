import { renameSync, writeFileSync } from "node:fs";
import { renderSvg } from "../../index.js";
import { UsageError } from "../command.js";
import type { Notebook } from "./notebook-file.js";

const FORMATS = ["pdf", "svg", "png"] as const;
export type FigureFormat = (typeof FORMATS)[number];

/** @throws {UsageError} When a format is unknown. */
export function toFormats(text: string): FigureFormat[] {
  const names = text.split(",").filter(Boolean);
  const unknown = names.find((name) => !(FORMATS as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new UsageError(`galton run: --figures ${JSON.stringify(unknown)} is unknown; expected some of ${FORMATS.join(", ")}`);
  return names as FigureFormat[];
}

/** Writes every figure of the outputs, in their order, as `<stem>-figure-<n>.<format>`. @returns The paths written. */
export async function saveFigures(notebook: Notebook, stem: string, formats: readonly FigureFormat[]): Promise<string[]> {
  const written: string[] = [];
  for (const [index, svg] of figuresOf(notebook).entries()) {
    for (const format of formats) {
      const path = `${stem}-figure-${index + 1}.${format}`;
      writeFileSync(`${path}.tmp`, await renderSvg(svg, format));
      renameSync(`${path}.tmp`, path);
      written.push(path);
    }
  }
  return written;
}

function figuresOf(notebook: Notebook): string[] {
  const outputs = notebook.cells.flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []));
  return outputs.flatMap((output) =>
    "data" in output && typeof output.data["image/svg+xml"] === "string" ? [output.data["image/svg+xml"]] : [],
  );
}
