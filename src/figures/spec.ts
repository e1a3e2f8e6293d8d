import type { Axis, Drawing, Layer, MarkKind, Panel, Row } from "./drawing.js";
import { CONFIG, PAPER, PIXELS_PER_MM, TITLE_SIZE, type Tone, X_AXIS, Y_AXIS } from "./house.js";
import { assignTones, type Entry, legendHeight, legendLayer } from "./legend.js";
import { isWinding, MARKS, rowsOf } from "./marks.js";
import { linearTicks, logTicks } from "./ticks.js";

/** A Vega-Lite document: JSON with the keys of version 5. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

const SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";
const PADDING = 4;
const SPACING = 16;
const SMALLEST = 40;

/** The drawing as a Vega-Lite 5 document with its data inside. */
export function makeSpec(drawing: Drawing): VegaLiteSpec {
  const head = { $schema: SCHEMA, description: drawing.description, background: PAPER, padding: PADDING, config: CONFIG };
  const [width, height] = [drawing.width * PIXELS_PER_MM, drawing.height * PIXELS_PER_MM];
  const [first, ...others] = drawing.panels;
  return others.length === 0 ? { ...head, ...singleSpec(first!, width, height) } : { ...head, ...gridSpec(drawing, width, height) };
}

function singleSpec(panel: Panel, width: number, height: number): VegaLiteSpec {
  const size = { width: round(width), height: round(height) };
  return { autosize: { type: "fit", contains: "padding" }, ...size, ...panelSpec(panel, width - Y_AXIS, height - X_AXIS) };
}

/** Vega-Lite sizes the plots of a grid, not the whole: what axes and legends take is estimated here, and the rest is scaled when drawn. */
function gridSpec({ panels, columns }: Drawing, width: number, height: number): VegaLiteSpec {
  const rows = Math.ceil(panels.length / columns);
  const plotWidth = Math.max(SMALLEST, (width - 2 * PADDING + SPACING) / Math.min(columns, panels.length) - Y_AXIS - SPACING);
  const legends = Array.from({ length: rows }, (_, row) =>
    Math.max(...panels.slice(row * columns, (row + 1) * columns).map((panel) => aboveOf(panel, plotWidth))),
  );
  const taken = legends.reduce((sum, legend) => sum + legend + X_AXIS, SPACING * (rows - 1) + 2 * PADDING);
  const plotHeight = Math.max(SMALLEST, (height - taken) / rows);
  const size = { width: round(plotWidth), height: round(plotHeight) };
  const independent = { stroke: "independent", fill: "independent", shape: "independent" };
  const concat = panels.map((panel) => ({ ...size, ...panelSpec(panel, plotWidth, plotHeight) }));
  return { concat, columns, spacing: SPACING, resolve: { scale: independent, legend: independent } };
}

function aboveOf(panel: Panel, width: number): number {
  return legendHeight(entriesOf(panel), width) + (panel.title === undefined ? 0 : TITLE_SIZE + 8);
}

function entriesOf(panel: Panel): Entry[] {
  return assignTones(panel.layers.map((layer) => layer.series));
}

function panelSpec(panel: Panel, width: number, height: number): VegaLiteSpec {
  const entries = entriesOf(panel);
  const toneOf = ({ series }: Layer) => entries.find((entry) => entry.series === series)!.tone;
  const bottomUp = [...panel.layers].sort((a, b) => depthOf(b) - depthOf(a));
  return {
    ...(panel.title === undefined ? {} : { title: panel.title }),
    encoding: { x: channel("x", panel.x, width / 65), y: channel("y", panel.y, height / 40) },
    layer: [...legendLayer(entries, width), ...bottomUp.map((layer) => layerSpec(layer, panel, toneOf(layer)))],
  };
}

/** Fills lie at the bottom and what is drawn in ink on top, also when figures are laid over each other. */
function depthOf({ mark, series }: Layer): number {
  if (series.ink) return 0;
  return FILLS.includes(mark) ? 2 : 1;
}

const FILLS: readonly MarkKind[] = ["band", "bins", "boxes", "shapes"];

function channel(field: "x" | "y", { label, domain, scale }: Axis, ticks: number): object {
  const axis = { title: label, grid: true, ...(scale === "log" ? logTicks(domain) : linearTicks(domain, ticks)) };
  const spacing = scale === "log" ? {} : { zero: false };
  return { field, type: "quantitative", scale: { domain: domain.map(round), type: scale, nice: false, ...spacing }, axis };
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
function round(value: number): number {
  return Number(value.toPrecision(9));
}
