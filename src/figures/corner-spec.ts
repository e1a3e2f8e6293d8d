/**
 * The lower triangle of a square of panels in Vega-Lite's words: panels of one column share their horizontal axis, those of one row their
 * vertical axis, and only the outer ones have numbers and labels.
 *
 * @module
 */
import { type FewTicks, fewTicks, LETTER } from "./corner-ticks.js";
import type { Axis, Drawing, Panel } from "./drawing.js";
import { AXIS_TITLE_SIZE, LABEL_SIZE, PIXELS_PER_MM, TITLE_SIZE } from "./house.js";
import { assignTones, type Entry, type LegendPlace, legendHeight, legendLayer, legendWidth } from "./legend.js";
import { layerSpecs, round, scaleSpec } from "./panel.js";

/** Between panels, in pixels. */
const GAP = 8;
const PADDING = 4;
const LINE = 1.25 * LABEL_SIZE;
/** Ticks, their distance to the numbers, and that of the label. */
const TICK = 7;
const LABEL = 6 + 1.3 * AXIS_TITLE_SIZE;
/** What the last number of an axis may need beyond it. */
const OVERHANG = 10;
const SMALLEST = 40;

/** Height of the only panel of a triangle of one, as a part of its width. */
const FLAT = 0.62;

type Sketch = Omit<Drawing, "height">;

/** What the width alone decides. */
interface Measures {
  readonly entries: readonly Entry[];
  /** Of a panel. */
  readonly width: number;
  /** Of the vertical axes' numbers. */
  readonly yExtent: number;
  /** Lines of the captions. */
  readonly lines: number;
  /** Height of a legend above the panels; 0 for one inside the triangle's free half. */
  readonly legendAbove: number;
  readonly legendWidth: number;
  readonly legendTitle: readonly string[];
  /** All that the panels leave, in height. */
  readonly taken: number;
}

interface Layout extends Measures {
  readonly height: number;
  readonly ticks: readonly { readonly x: FewTicks; readonly y: FewTicks }[];
}

/** Height in millimetres at which the panels are square. */
export function squareHeight(drawing: Sketch): number {
  const { width, taken } = measure(drawing);
  const side = drawing.columns === 1 ? FLAT * width : width;
  return (taken + drawing.columns * (side + GAP)) / PIXELS_PER_MM;
}

/** Most panels in a row that a figure of this width in millimetres has room for. */
export function mostColumns(width: number): number {
  return Math.max(1, Math.floor((width * PIXELS_PER_MM - 70) / (SMALLEST + GAP)));
}

/** The drawing of a triangle without its head. */
export function triangleSpec(drawing: Drawing): object {
  const layout = layOut(drawing);
  const { columns, panels, triangle } = drawing;
  const cells = Array.from({ length: columns * columns }, (_, cell) => {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const panel = column > row ? undefined : panels[(row * (row + 1)) / 2 + column];
    return cellSpec(panel, { row, column, last: columns - 1 }, layout);
  });
  const title = triangle?.title === undefined ? {} : { title: triangle.title };
  const independent = { x: "independent", y: "independent", stroke: "independent", fill: "independent", shape: "independent" };
  const square = { concat: cells, columns, spacing: GAP, bounds: "flush", resolve: { scale: independent } };
  if (layout.legendAbove === 0) return { ...title, ...square };
  const whole = columns * (layout.width + GAP);
  const head = { width: round(whole), height: round(layout.legendAbove), layer: legendLayer(layout.entries, whole, placeOf(layout, 0)) };
  return { ...title, vconcat: [head, square], spacing: layout.lines * LINE + 4, bounds: "flush", resolve: { scale: independent } };
}

function measure(drawing: Sketch): Measures {
  const { columns, panels, triangle } = drawing;
  const [first, ...others] = panels; // the first has no regions, whose levels the legend is for: it comes last
  const entries = assignTones([...others, first!].flatMap(({ layers }) => layers.map(({ series }) => series)));
  const whole = drawing.width * PIXELS_PER_MM - 2 * PADDING;
  const widest = Math.max(
    0,
    ...axesOf(drawing)
      .slice(1)
      .map(({ domain }) => fewTicks(domain, whole / columns, GAP / 2, true).width),
  );
  const left = columns === 1 ? 0 : TICK + widest + LABEL;
  const width = Math.max(SMALLEST, (whole - left - OVERHANG - GAP * (columns - 1)) / columns);
  const lines = captionLines(panels, width);
  const title = triangle?.legendTitle ?? [];
  const size = {
    width: Math.max(legendWidth(entries), ...title.map((line) => line.length * LETTER)),
    height: legendHeight(entries, 1) + LINE * title.length,
  };
  const inside = fitsInside(size, { columns, side: width, caption: lines * LINE });
  const legendAbove = inside ? 0 : legendHeight(entries, columns * (width + GAP)) + LINE * title.length;
  const above = lines * LINE + 4 + legendAbove + (triangle?.title === undefined ? 0 : TITLE_SIZE + 8);
  const taken = above + TICK + LINE + LABEL + 2 * PADDING - GAP;
  return { entries, yExtent: TICK + widest, width, lines, legendAbove, legendWidth: size.width, legendTitle: title, taken };
}

function axesOf({ panels, columns }: Sketch): Axis[] {
  return Array.from({ length: columns }, (_, d) => panels[(d * (d + 1)) / 2 + d]!.x);
}

function layOut(drawing: Drawing): Layout {
  const measures = measure(drawing);
  const height = Math.max(SMALLEST, (drawing.height * PIXELS_PER_MM - measures.taken) / drawing.columns - GAP);
  const ticks = axesOf(drawing).map(({ domain }) => ({
    x: fewTicks(domain, measures.width, GAP / 2),
    y: fewTicks(domain, height, GAP / 2, true),
  }));
  return { ...measures, height, ticks };
}

function placeOf({ legendTitle: title }: Measures, x: number): LegendPlace {
  return { x, y: 0, title };
}

/** Whether a legend has room right of and above the diagonal. */
function fitsInside(
  size: { width: number; height: number },
  { columns, side, caption }: { columns: number; side: number; caption: number },
) {
  const column = Math.floor((columns * (side + GAP) - GAP - size.width) / (side + GAP));
  return column >= 1 && column * (side + GAP) - 2 * GAP - caption >= size.height;
}

/** One line for a caption where the widest fits, else one for each piece or two. */
function captionLines(panels: readonly Panel[], width: number): number {
  const captions = panels.flatMap(({ caption }) => (caption ? [caption] : []));
  if (captions.length === 0) return 0;
  const most = Math.max(...captions.map(({ length }) => length));
  return (
    Array.from({ length: most }, (_, i) => i + 1).find((lines) =>
      captions.every((caption) => broken(caption, lines).every((line) => line.length * LETTER <= width + GAP)),
    ) ?? most
  );
}

function broken(pieces: readonly string[], lines: number): string[] {
  if (lines === 1) return [pieces.join(" ")];
  if (lines >= pieces.length) return [...pieces];
  return lines === 2 ? [pieces[0]!, pieces.slice(1).join(" ")] : [...pieces.slice(0, lines - 1), pieces.slice(lines - 1).join(" ")];
}

interface Place {
  readonly row: number;
  readonly column: number;
  readonly last: number;
}

function cellSpec(panel: Panel | undefined, place: Place, layout: Layout): object {
  const { entries, width, height, legendAbove } = layout;
  const size = { width: round(width), height: round(height) };
  if (!panel) {
    const corner = place.row === 0 && place.column === place.last && legendAbove === 0;
    const legend = corner ? legendLayer(entries, layout.legendWidth + GAP, placeOf(layout, Math.min(GAP, width - layout.legendWidth))) : [];
    return { ...size, layer: legend.length > 0 ? legend : [NOTHING] };
  }
  const caption = panel.caption ? { title: { text: broken(panel.caption, layout.lines), ...CAPTION } } : {};
  const encoding = { x: channel("x", panel.x, place, layout), y: channel("y", panel.y, place, layout) };
  return { ...size, ...caption, encoding, layer: layerSpecs(panel, entries) };
}

const NOTHING = { data: { values: [] }, mark: "point" };
const CAPTION = { anchor: "middle", fontSize: LABEL_SIZE, fontWeight: "normal", offset: 4 } as const;

function channel(field: "x" | "y", { label, domain, scale }: Axis, { row, column, last }: Place, layout: Layout): object {
  const channel = { field, type: "quantitative", scale: scaleSpec(domain, scale) };
  if (field === "y" && row === column) return { ...channel, axis: null };
  const { values, format } = layout.ticks[field === "x" ? column : row]![field];
  const outer = field === "x" ? row === last : column === 0;
  const side = field === "x" ? layout.width : layout.height;
  const extent = field === "y" ? { minExtent: layout.yExtent, maxExtent: layout.yExtent } : {};
  const named = outer ? { title: label, titleLimit: Math.round(side + GAP), format, ...extent } : { title: null, labels: false };
  return { ...channel, axis: { grid: false, values, ...named } };
}
