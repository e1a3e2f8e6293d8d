import { triangleSpec } from "./corner-spec.js";
import type { Drawing, Panel } from "./drawing.js";
import { CONFIG, PAPER, PIXELS_PER_MM, TITLE_SIZE, X_AXIS, Y_AXIS } from "./house.js";
import { legendHeight } from "./legend.js";
import { entriesOf, panelSpec, round } from "./panel.js";

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
  if (drawing.triangle) return { ...head, ...triangleSpec(drawing) };
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
