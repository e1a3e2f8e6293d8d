import type { Series } from "./drawing.js";
import { INK, LABEL_SIZE, type Tone, toneOf } from "./house.js";
import { BOX, SWATCH, swatchFill, swatchOutline } from "./swatch.js";

/** A series with the tone it got in its panel. */
export interface Entry {
  readonly series: Series;
  readonly tone: Tone;
}

/** Where a legend stands that is not above its plot: the place of its corner in pixels, and a title in lines. */
export interface LegendPlace {
  readonly x: number;
  readonly y: number;
  readonly title: readonly string[];
}

const GAP = 4;
const COLUMN_GAP = 12;
const ROW = 20;
const OFFSET = 4;
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
    const dash = item.swatch === "points" || item.dash ? 0 : lines++;
    const shape = item.swatch === "points" || item.swatch === "marked" ? points++ : 0;
    return { series: item, tone: { ...toneOf(color, dash, shape), ...(item.dash && { dash: item.dash }) } };
  });
}

/** Series that the legend lists: each label once, what is drawn in ink last. */
function listed(entries: readonly Entry[]): readonly Entry[] {
  const named = entries.filter(
    ({ series }, i) => series.label !== undefined && entries.findIndex((entry) => entry.series.label === series.label) === i,
  );
  return [...named.filter(({ series }) => !series.ink), ...named.filter(({ series }) => series.ink)];
}

/** Height in pixels that the legend takes above a plot of this width. */
export function legendHeight(entries: readonly Entry[], width: number): number {
  const labels = listed(entries).map(({ series }) => series.label!);
  return labels.length === 0 ? 0 : Math.ceil(labels.length / countColumns(labels, width)) * ROW + OFFSET;
}

/** Width in pixels of a legend of one column. */
export function legendWidth(entries: readonly Entry[]): number {
  return Math.max(0, ...listed(entries).map(({ series }) => series.label!.length * LETTER + SWATCH + GAP));
}

/**
 * The legend as a layer of its own: it has no rows, only scales whose ranges are the swatches. Above the plot, where it cannot hide data,
 * or at another place.
 *
 * @param entries - Every series of the panel.
 * @param width - Width of the plot, or of the place, in pixels.
 * @param place - Where it stands when not above the plot.
 * @returns A Vega-Lite layer, or nothing when no series has a label.
 */
export function legendLayer(entries: readonly Entry[], width: number, place?: LegendPlace): object[] {
  const shown = listed(entries);
  if (shown.length === 0) return [];
  const labels = shown.map(({ series }) => series.label!);
  const placed = place && { orient: "none", legendX: place.x, legendY: place.y, ...titleOf(place.title) };
  const legend = { ...makeLegend(labels, width), ...placed };
  const channel = (range: readonly string[]) => ({ field: "series", type: "nominal", scale: { domain: labels, range }, legend });
  return [
    {
      data: { values: [] },
      mark: "point",
      encoding: {
        stroke: channel(shown.map(({ series, tone }) => (series.swatch === "points" ? "transparent" : tone.color))),
        fill: channel(shown.map(({ series, tone }) => swatchFill(series, tone))),
        shape: channel(shown.map(({ series, tone }) => swatchOutline(series.swatch, tone))),
      },
    },
  ];
}

function titleOf(title: readonly string[]): object {
  return title.length === 0 ? {} : { title, titleFontWeight: "normal", titleLimit: 1000 };
}

function makeLegend(labels: readonly string[], width: number): object {
  return {
    orient: "top",
    direction: "horizontal",
    title: null,
    columns: countColumns(labels, width),
    columnPadding: COLUMN_GAP,
    rowPadding: 3,
    offset: OFFSET,
    labelLimit: Math.max(40, Math.round(width - SWATCH - GAP)),
    labelOffset: SWATCH - BOX + GAP,
    symbolOpacity: 1,
    symbolSize: BOX ** 2,
    symbolStrokeWidth: 1.6,
  };
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
