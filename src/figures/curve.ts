import { DomainError, ShapeError } from "../errors.js";
import type { Layer, Series } from "./drawing.js";
import { Figure } from "./figure.js";
import { type AxisOptions, type FigureOptions, makeAxis, makeDrawing, toNumbers, toNumbersOf } from "./options.js";

/** One curve, with a band around it when `low` and `high` are given. */
export interface CurveSeries {
  /** Abscissae `[N]`, in the order in which the curve runs. */
  readonly x: ArrayLike<number>;
  /** Ordinates `[N]`. */
  readonly y: ArrayLike<number>;
  /** Lower edge of the band `[N]`; unit of y. */
  readonly low?: ArrayLike<number>;
  /** Upper edge of the band `[N]`; unit of y. */
  readonly high?: ArrayLike<number>;
  /** Name in the legend; default none. */
  readonly label?: string;
  /** Marks the points as well as the line; default false. */
  readonly points?: boolean;
}

/** Options of figures with two free axes. */
export interface PlotOptions extends FigureOptions {
  /** Horizontal axis: label with unit, or label, domain and scale. */
  readonly x: AxisOptions;
  /** Vertical axis: label with unit, or label, domain and scale. */
  readonly y: AxisOptions;
}

/**
 * Curves through given points, each with an optional band.
 *
 * @param series - One curve or several; they differ in colour and dash.
 * @param options - Axis labels with units; size, title, metadata.
 * @returns The figure.
 * @throws {ShapeError} When a series is empty or its arrays have different lengths.
 * @throws {DomainError} When a number is not finite, or only one edge of a band is given.
 * @example
 * plotCurve({ x: [0, 1, 2], y: [0, 1, 4], label: "exact" }, { x: "time (s)", y: "height (m)" });
 */
export function plotCurve(series: CurveSeries | readonly CurveSeries[], options: PlotOptions): Figure {
  const list = toList(series);
  if (list.length === 0) throw new ShapeError("plotCurve", "series", "[0]", "at least one curve");
  const layers = list.flatMap((item, i) => curveLayers("plotCurve", list.length === 1 ? "series" : `series[${i}]`, item));
  const x = makeAxis("plotCurve", "x", options.x, layers, { part: 0 });
  const y = makeAxis("plotCurve", "y", options.y, layers, { part: 0.05, zero: true });
  return new Figure(makeDrawing("plotCurve", { x, y, layers }, describe(x.label, y.label, list), options));
}

/** Band, line and points of one curve. */
export function curveLayers(where: string, argument: string, { x, y, low, high, label, points = false }: CurveSeries): Layer[] {
  const xs = toNumbers(where, `${argument}.x`, x);
  const ys = toNumbersOf(where, `${argument}.y`, y, xs.length);
  if ((low === undefined) !== (high === undefined)) {
    throw new DomainError(
      where,
      `${argument}.${low ? "high" : "low"}`,
      undefined,
      "both edges of the band",
      "give low and high, or neither",
    );
  }
  const series: Series = { swatch: low ? "band" : points ? "marked" : "line", ...(label === undefined ? {} : { label }) };
  const rows = xs.map((value, i) => ({ x: value, y: ys[i]! }));
  const band =
    low && high
      ? bandLayers(series, xs, [
          toNumbersOf(where, `${argument}.low`, low, xs.length),
          toNumbersOf(where, `${argument}.high`, high, xs.length),
        ])
      : [];
  return [...band, { series, mark: "line", rows }, ...(points ? [{ series, mark: "points", rows } as const] : [])];
}

function bandLayers(series: Series, xs: readonly number[], [low, high]: readonly [number[], number[]]): Layer[] {
  return [{ series, mark: "band", rows: xs.map((x, i) => ({ x, y: low[i]!, y2: high[i]! })) }];
}

/** One thing or several as several. */
export function toList<Item>(items: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(items) ? items : [items as Item];
}

/** Sentence for a figure of named series. */
export function describe(x: string, y: string, series: readonly { readonly label?: string }[]): string {
  const names = series.flatMap(({ label }) => (label === undefined ? [] : [label]));
  return `${y} against ${x}${names.length > 0 ? `: ${names.join("; ")}` : ""}`;
}
