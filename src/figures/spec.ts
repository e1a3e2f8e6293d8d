import type { Axis, Drawing, Layer, Panel, Row } from "./drawing.js";
import { CONFIG, PAPER, PIXELS_PER_MM, type Tone } from "./house.js";
import { assignTones, legendLayer } from "./legend.js";

/** A Vega-Lite document: JSON with the keys of version 5. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

const SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";
const PADDING = 4;
const AXIS_ROOM = 46;

/** The drawing as a Vega-Lite 5 document with its data inside. */
export function makeSpec(drawing: Drawing): VegaLiteSpec {
  const width = drawing.width * PIXELS_PER_MM;
  const height = drawing.height * PIXELS_PER_MM;
  const head = { $schema: SCHEMA, description: drawing.description, background: PAPER, padding: PADDING, config: CONFIG };
  const [only] = drawing.panels;
  if (only && drawing.panels.length === 1) {
    const size = { width: round(width), height: round(height) };
    return { ...head, autosize: { type: "fit", contains: "padding" }, ...size, ...panelSpec(only, width, height) };
  }
  const rows = Math.ceil(drawing.panels.length / drawing.columns);
  const panelWidth = (width - 2 * PADDING) / drawing.columns - AXIS_ROOM;
  const panelHeight = (height - 2 * PADDING) / rows - AXIS_ROOM;
  const concat = drawing.panels.map((panel) => ({
    width: round(panelWidth),
    height: round(panelHeight),
    ...panelSpec(panel, panelWidth, panelHeight),
  }));
  const independent = { stroke: "independent", fill: "independent", shape: "independent" };
  return { ...head, concat, columns: drawing.columns, resolve: { scale: independent, legend: independent } };
}

function panelSpec(panel: Panel, width: number, height: number): VegaLiteSpec {
  const entries = assignTones(panel.layers.map((layer) => layer.series));
  const marks = panel.layers.map((layer) => layerSpec(layer, panel, entries.find((entry) => entry.series === layer.series)!.tone));
  return {
    ...(panel.title === undefined ? {} : { title: panel.title }),
    encoding: { x: channel("x", panel.x, width / 75), y: channel("y", panel.y, height / 45) },
    layer: [...legendLayer(entries, width - AXIS_ROOM), ...marks],
  };
}

function channel(field: "x" | "y", { label, domain, scale }: Axis, ticks: number): object {
  const largest = Math.max(Math.abs(domain[0]), Math.abs(domain[1]));
  const format = largest >= 1e6 || largest < 1e-3 ? { format: "~e" } : {};
  const axis = { title: label, grid: true, tickCount: Math.max(2, Math.round(ticks)), ...format };
  return { field, type: "quantitative", scale: { domain: domain.map(round), type: scale, nice: false, zero: false }, axis };
}

function layerSpec(layer: Layer, panel: Panel, tone: Tone): object {
  const values = layer.rows.map(roundRow);
  const clip = isInside(layer.rows, panel) ? {} : { clip: true };
  const { mark, encoding } = MARKS[layer.mark](layer, tone);
  return { data: { values }, mark: { ...mark, ...clip }, encoding };
}

interface MarkSpec {
  readonly mark: object;
  readonly encoding: object;
}

const IN_ORDER = { order: { value: null } };
const TO_X2 = { x2: { field: "x2" } };
const TO_Y2 = { y2: { field: "y2" } };
const BY_PART = { detail: { field: "part", type: "nominal" } };

/** Shapes that Vega lacks, within [-1, 1], y down. */
const VEGA_SHAPES: Readonly<Record<string, string>> = {
  star: "M0,-1.3L0.3,-0.4L1.24,-0.4L0.48,0.15L0.76,1.05L0,0.5L-0.76,1.05L-0.48,0.15L-1.24,-0.4L-0.3,-0.4Z",
};

const MARKS: Readonly<Record<Layer["mark"], (layer: Layer, tone: Tone) => MarkSpec>> = {
  line: ({ size = 1.6, rows }, tone) => ({
    mark: { type: "line", ...stroke(tone, size), strokeJoin: "round" },
    encoding: { ...IN_ORDER, ...(rows[0]?.part === undefined ? {} : BY_PART) },
  }),
  band: ({ opacity = 0.2 }, { color }) => ({ mark: { type: "area", color, fillOpacity: opacity, line: false }, encoding: TO_Y2 }),
  boxes: ({ opacity = 0.25 }, { color }) => ({
    mark: { type: "rect", color, fillOpacity: opacity, strokeWidth: 0 },
    encoding: { ...TO_X2, ...TO_Y2 },
  }),
  points: ({ size = 22, opacity = 1 }, { color, shape }) => ({
    mark: {
      type: "point",
      filled: true,
      color,
      shape: VEGA_SHAPES[shape] ?? shape,
      size,
      opacity: 1,
      fillOpacity: opacity,
      strokeWidth: 0,
    },
    encoding: {},
  }),
  segments: ({ size = 1.2 }, tone) => ({ mark: { type: "rule", ...stroke(tone, size) }, encoding: { ...TO_X2, ...TO_Y2 } }),
  words: (_, { color }) => ({
    mark: { type: "text", align: "right", baseline: "bottom", dx: -4, dy: -2, color, fontSize: CONFIG.axis.labelFontSize },
    encoding: { text: { field: "text", type: "nominal" } },
  }),
  shapes: ({ opacity = 0.15 }, { color }) => ({
    mark: { type: "line", strokeWidth: 0, fill: color, fillOpacity: opacity },
    encoding: { ...IN_ORDER, ...BY_PART },
  }),
};

function stroke({ color, dash }: Tone, width: number): object {
  return { color, strokeWidth: width, ...(dash.length > 0 ? { strokeDash: dash } : {}) };
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
