/**
 * What a figure holds before it becomes a Vega-Lite document: plain records that can be laid over each other.
 *
 * @module
 */

/** One data row; pixels never appear here. `part` separates pieces of one line. */
export interface Row {
  readonly x: number;
  readonly y: number;
  readonly x2?: number;
  readonly y2?: number;
  readonly part?: number;
}

/** How a series looks in the legend. */
export type Swatch = "line" | "marked" | "band" | "area" | "points";

/** What shares a colour, a dash and a shape, and one line of the legend. */
export interface Series {
  /** Text in the legend; a series without one is not listed. */
  readonly label?: string;
  readonly swatch: Swatch;
  /** Series of one family share a colour and differ in their dash: the levels of one region. */
  readonly family?: object;
  /** Drawn in ink rather than in the next colour; such series carry their own dash and shape. */
  readonly ink?: { readonly dash: readonly number[]; readonly shape: string };
  /** Opacity of the fill in the legend, 0 to 1, where it matters: of regions within each other. */
  readonly fill?: number;
  /** Its own dash instead of the next one. */
  readonly dash?: readonly number[];
}

/**
 * What is drawn: lines through points, the band between y and y2, boxes, points, straight segments, closed shapes;
 * of rows that are the bins of a histogram, the area (`bins`) and its upper edge (`steps`).
 */
export type MarkKind = "line" | "band" | "boxes" | "points" | "segments" | "shapes" | "bins" | "steps";

/** Rows drawn in one way. */
export interface Layer {
  readonly series: Series;
  readonly mark: MarkKind;
  readonly rows: readonly Row[];
  /** Opacity of the fill, 0 to 1. */
  readonly opacity?: number;
  /** Area of a point in square pixels, or width of a line in pixels. */
  readonly size?: number;
}

/** An axis as drawn. */
export interface Axis {
  readonly label: string;
  readonly domain: readonly [low: number, high: number];
  readonly scale: "linear" | "log";
  /** What stands at 0, 1, 2, ... instead of numbers. */
  readonly names?: readonly string[];
}

/** One pair of axes and what is drawn in it. */
export interface Panel {
  readonly title?: string;
  /** Numbers above the panel of a triangle, in pieces that may stand in one line or below each other. */
  readonly caption?: readonly string[];
  readonly x: Axis;
  readonly y: Axis;
  readonly layers: readonly Layer[];
}

/** A whole figure. */
export interface Drawing {
  readonly panels: readonly Panel[];
  /** Panels in a row. */
  readonly columns: number;
  /** The panels are the lower triangle of a square with so many columns, row by row, under one legend and this title. */
  readonly triangle?: { readonly title?: string; readonly legendTitle?: readonly string[] };
  /** Outer size in millimetres. */
  readonly width: number;
  readonly height: number;
  /** One sentence for people who do not see it. */
  readonly description: string;
  readonly metadata: Readonly<Record<string, string | number>>;
}
