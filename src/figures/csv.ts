import type { Drawing, Layer } from "./drawing.js";

const COLUMNS = ["part", "x", "y", "x2", "y2"] as const;

/** The numbers of a drawing in long form, one row each; what another layer repeats is left out. */
export function toCsv(drawing: Drawing): string {
  const rows = drawing.panels.flatMap((panel, i) => panel.layers.filter(holdsNumbers).flatMap((layer) => layerRows(layer, i)));
  return [["panel", "series", "mark", ...COLUMNS], ...rows].map((row) => `${row.join(",")}\n`).join("");
}

function holdsNumbers({ mark }: Layer): boolean {
  return mark !== "shapes" && mark !== "steps";
}

function layerRows({ series, mark, rows }: Layer, panel: number): string[][] {
  const head = [String(panel), quote(series.label ?? ""), mark];
  return rows.map((row) => [...head, ...COLUMNS.map((name) => String(row[name] ?? ""))]);
}

function quote(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
