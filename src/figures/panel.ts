/**
 * One panel in Vega-Lite's words: axes, legend and layers.
 *
 * @module
 */
import type { Axis, Layer, MarkKind, Panel, Row } from "./drawing.js";
import type { Tone } from "./house.js";
import { assignTones, type Entry, legendLayer } from "./legend.js";
import { isWinding, MARKS, rowsOf } from "./marks.js";
import { linearTicks, logTicks, namedTicks } from "./ticks.js";

/** The panel's series with their tones. */
export function entriesOf(panel: Panel): Entry[] {
  return assignTones(panel.layers.map((layer) => layer.series));
}

/** A panel with its own legend. */
export function panelSpec(panel: Panel, width: number, height: number): object {
  const entries = entriesOf(panel);
  return {
    ...(panel.title === undefined ? {} : { title: panel.title }),
    encoding: { x: channel("x", panel.x, width / 65), y: channel("y", panel.y, height / 40) },
    layer: [...legendLayer(entries, width), ...layerSpecs(panel, entries)],
  };
}

/** The panel's layers, those that lie at the bottom first. */
export function layerSpecs(panel: Panel, entries: readonly Entry[]): object[] {
  const toneOf = ({ series }: Layer) => entries.find((entry) => entry.series === series)!.tone;
  const bottomUp = [...panel.layers].sort((a, b) => depthOf(b) - depthOf(a));
  return bottomUp.map((layer) => layerSpec(layer, panel, toneOf(layer)));
}

/** Fills lie at the bottom and what is drawn in ink on top, also when figures are laid over each other. */
function depthOf({ mark, series }: Layer): number {
  if (FILLS.includes(mark)) return 2;
  return series.ink ? 0 : 1;
}

const FILLS: readonly MarkKind[] = ["band", "bins", "boxes", "shapes"];

function channel(field: "x" | "y", { label, domain, scale, names }: Axis, ticks: number): object {
  const places = names ? namedTicks(names) : scale === "log" ? logTicks(domain) : linearTicks(domain, ticks);
  const axis = { title: label === "" ? null : label, grid: true, ...places };
  return { field, type: "quantitative", scale: scaleSpec(domain, scale), axis };
}

/** What Vega-Lite shall map to pixels. */
export function scaleSpec(domain: Axis["domain"], scale: Axis["scale"]): object {
  return { domain: domain.map(round), type: scale, nice: false, ...(scale === "log" ? {} : { zero: false }) };
}

function layerSpec(layer: Layer, panel: Panel, tone: Tone): object {
  const rows = rowsOf(layer);
  const clip = isInside(rows, panel) ? {} : { clip: true };
  const { mark, encoding } = MARKS[layer.mark](layer, tone);
  if (!isWinding(layer.mark, rows)) return { data: { values: rows.map(roundRow) }, mark: { ...mark, ...clip }, encoding };
  const values = rows.map((row, order) => ({ ...roundRow(row), order }));
  return { data: { values }, mark: { ...mark, ...clip }, encoding: { ...encoding, order: { field: "order", type: "quantitative" } } };
}

function isInside(rows: readonly Row[], { x, y }: Panel): boolean {
  const within = (value: number | undefined, { domain }: Axis) => value === undefined || (value >= domain[0] && value <= domain[1]);
  return rows.every((row) => within(row.x, x) && within(row.x2, x) && within(row.y, y) && within(row.y2, y));
}

function roundRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? round(value) : value]),
  ) as unknown as Row;
}

/** Nine digits: finer than any print, and shorter in the file. */
export function round(value: number): number {
  return Number(value.toPrecision(9));
}
