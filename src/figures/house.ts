/**
 * The house style: one place for colours, dashes, shapes, sizes and type.
 *
 * @module
 * @source Okabe, Ito 2008, Color Universal Design (the palette, without its yellow, which is lost on white)
 */

/** Style of one series: each differs from its neighbours in colour and, for grey print, in dash and shape. */
export interface Tone {
  readonly color: string;
  /** Dash lengths in pixels; empty for a solid line. */
  readonly dash: readonly number[];
  readonly shape: string;
}

/** Colour of what belongs to no series: text, axes, best fit and truth. */
export const INK = "#1a1a1a";
export const GRID = "#e8e8e8";
export const AXIS = "#767676";
export const PAPER = "#ffffff";
/** DejaVu Sans, and Verdana of nearly the same widths where a browser lacks it. */
export const FONT = "DejaVu Sans, Verdana, sans-serif";

const COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"] as const;
const DASHES = [[], [6, 2.5], [1.5, 2], [7, 2, 1.5, 2], [3.5, 2]] as const;
const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"] as const;

/** The tone with these places in the lists of colours, dashes and shapes; the lists repeat. */
export function toneOf(color: number, dash: number, shape: number): Tone {
  return { color: COLORS[color % COLORS.length]!, dash: DASHES[dash % DASHES.length]!, shape: SHAPES[shape % SHAPES.length]! };
}

/** The colour as it looks at this opacity on white paper. */
export function tint(color: string, opacity: number): string {
  const channels = [1, 3, 5].map((at) => Math.round(255 + opacity * (Number.parseInt(color.slice(at, at + 2), 16) - 255)));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

/** Pixels per millimetre at 96 to the inch. */
export const PIXELS_PER_MM = 96 / 25.4;
const POINT = 96 / 72;

/** Sizes of type in pixels: 8, 7.5 and 9 points. */
export const LABEL_SIZE = 7.5 * POINT;
export const AXIS_TITLE_SIZE = 8 * POINT;
export const TITLE_SIZE = 9 * POINT;

/** What axes with their labels take beside a plot, in pixels: nearly always so. */
export const X_AXIS = 38;
export const Y_AXIS = 48;

/** Vega-lite's configuration for every figure. */
export const CONFIG = {
  font: FONT,
  view: { stroke: null },
  mark: { aria: false },
  axis: {
    aria: false,
    domainColor: AXIS,
    gridColor: GRID,
    gridWidth: 0.75,
    labelColor: INK,
    labelFontSize: LABEL_SIZE,
    labelFlush: false,
    labelOverlap: "greedy",
    labelPadding: 3,
    tickColor: AXIS,
    tickSize: 4,
    titleColor: INK,
    titleFontSize: AXIS_TITLE_SIZE,
    titleFontWeight: "normal",
    titlePadding: 6,
  },
  legend: { aria: false, labelColor: INK, labelFontSize: LABEL_SIZE, titleColor: INK, titleFontSize: LABEL_SIZE },
  title: { aria: false, anchor: "start", color: INK, fontSize: TITLE_SIZE, fontWeight: "bold", frame: "group", offset: 6 },
} as const;
