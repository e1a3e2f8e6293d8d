import type { Series } from "./drawing.js";
import { INK, LABEL_SIZE, type Tone, tint, toneOf } from "./house.js";

/** A series with the tone it got in its panel. */
export interface Entry {
  readonly series: Series;
  readonly tone: Tone;
}

/** Side of Vega's box for a symbol and width of a swatch that starts there, in pixels. */
const BOX = 11;
const SWATCH = 22;
const GAP = 4;
const COLUMN_GAP = 12;
const LETTER = 0.6 * LABEL_SIZE;

/** Gives each series its tone: ink keeps its own; the others take the next colour, and the next dash or shape of those that have one. */
export function assignTones(series: readonly Series[]): Entry[] {
  const families = new Map<object, number>();
  let lines = 0;
  let points = 0;
  return [...new Set(series)].map((item) => {
    if (item.ink) return { series: item, tone: { color: INK, ...item.ink } };
    const family = item.family ?? item;
    const color = families.get(family) ?? families.size;
    families.set(family, color);
    const dash = item.swatch === "points" ? 0 : lines++;
    const shape = item.swatch === "points" || item.swatch === "marked" ? points++ : 0;
    return { series: item, tone: toneOf(color, dash, shape) };
  });
}

/**
 * The legend as a layer of its own: it has no rows, only scales whose ranges are the swatches. Above the plot, where it cannot hide data.
 *
 * @param entries - Every series of the panel.
 * @param width - Room in pixels.
 * @returns A Vega-Lite layer, or nothing when no series has a label.
 */
export function legendLayer(entries: readonly Entry[], width: number): object[] {
  const listed = entries.filter(
    ({ series }, i) => series.label !== undefined && entries.findIndex((entry) => entry.series.label === series.label) === i,
  );
  if (listed.length === 0) return [];
  const labels = listed.map(({ series }) => series.label!);
  const legend = {
    orient: "top",
    direction: "horizontal",
    title: null,
    columns: countColumns(labels, width),
    columnPadding: COLUMN_GAP,
    rowPadding: 3,
    offset: 4,
    labelLimit: Math.max(40, Math.round(width - SWATCH - GAP)),
    labelOffset: SWATCH - BOX + GAP,
    symbolOpacity: 1,
    symbolSize: BOX ** 2,
    symbolStrokeWidth: 1.6,
  };
  const channel = (range: readonly string[]) => ({ field: "series", type: "nominal", scale: { domain: labels, range }, legend });
  return [
    {
      data: { values: [] },
      mark: "point",
      encoding: {
        stroke: channel(listed.map(({ series, tone }) => (series.swatch === "points" ? "transparent" : tone.color))),
        fill: channel(listed.map(fillOf)),
        shape: channel(listed.map(shapeOf)),
      },
    },
  ];
}

function fillOf({ series, tone }: Entry): string {
  if (series.swatch === "points") return tone.color;
  if (series.swatch === "marked") return tone.color;
  return series.swatch === "line" ? "transparent" : tint(tone.color, 0.25);
}

/** As many columns as fit, each as wide as its widest entry. */
function countColumns(labels: readonly string[], width: number): number {
  for (let columns = labels.length; columns > 1; columns--) {
    const widest = new Array<number>(columns).fill(0);
    for (const [i, label] of labels.entries()) widest[i % columns] = Math.max(widest[i % columns]!, label.length * LETTER);
    const whole = widest.reduce((sum, entry) => sum + entry + SWATCH + GAP + COLUMN_GAP, -COLUMN_GAP);
    if (whole <= width) return columns;
  }
  return 1;
}

const UNIT = BOX / 2;
const MIDDLE = SWATCH / 2 - UNIT;

/** Outline in units of half the box, y down, from the box's left edge at -1 to the swatch's right edge. */
function shapeOf({ series, tone }: Entry): string {
  if (series.swatch === "points") return outline(POINTS[tone.shape] ?? POINTS.circle!, [MIDDLE, 0]);
  if (series.swatch === "marked") return `${dashes(tone.dash)}${outline(POINTS[tone.shape] ?? POINTS.circle!, [MIDDLE, 0])}`;
  const box = outline([-10, -4.5, 10, -4.5, 10, 4.5, -10, 4.5], [MIDDLE, 0]);
  if (series.swatch === "area") return box;
  return series.swatch === "band" ? `${box}${dashes(tone.dash)}` : dashes(tone.dash);
}

function dashes(pattern: readonly number[]): string {
  const dash = pattern.length > 0 ? pattern : [SWATCH];
  let path = "";
  for (let at = 0, i = 0; at < SWATCH; at += dash[i % dash.length]!, i++) {
    if (i % 2 === 0) path += `M${units(at - UNIT)},0L${units(Math.min(SWATCH, at + dash[i % dash.length]!) - UNIT)},0`;
  }
  return path;
}

/** A closed path through corners given in pixels. */
function outline(corners: readonly number[], [dx, dy]: readonly [number, number]): string {
  let path = "";
  for (let i = 0; i < corners.length; i += 2) path += `${i === 0 ? "M" : "L"}${units(corners[i]! + dx)},${units(corners[i + 1]! + dy)}`;
  return `${path}Z`;
}

function units(pixels: number): number {
  return Number((pixels / UNIT).toFixed(3));
}

function polygon(corners: number, radius: number, turn = 0, inner = radius): number[] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = turn - Math.PI / 2 + (2 * Math.PI * i) / corners;
    const r = i % 2 === 0 ? radius : inner;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  }).flat();
}

/** Corners of the point shapes in pixels. */
const POINTS: Readonly<Record<string, readonly number[]>> = {
  circle: polygon(24, 3.4),
  square: polygon(4, 4.4, Math.PI / 4),
  "triangle-up": polygon(3, 4.6),
  "triangle-down": polygon(3, 4.6, Math.PI),
  "triangle-right": polygon(3, 4.6, Math.PI / 2),
  diamond: polygon(4, 4.6),
  cross: [-1.4, -4, 1.4, -4, 1.4, -1.4, 4, -1.4, 4, 1.4, 1.4, 1.4, 1.4, 4, -1.4, 4, -1.4, 1.4, -4, 1.4, -4, -1.4, -1.4, -1.4],
  star: polygon(10, 6, 0, 2.3),
};
