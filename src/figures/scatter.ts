import { ShapeError } from "../errors.js";
import { type CurveSeries, curveLayers, describe, type PlotOptions, toList } from "./curve.js";
import type { Layer } from "./drawing.js";
import { Figure } from "./figure.js";
import { makeAxis, makeDrawing, toNumbers, toNumbersOf } from "./options.js";

/** One cloud of points. */
export interface ScatterSeries {
  /** Abscissae `[N]`. */
  readonly x: ArrayLike<number>;
  /** Ordinates `[N]`. */
  readonly y: ArrayLike<number>;
  /** Name in the legend; default none. */
  readonly label?: string;
}

/** Options of scatter figures. */
export interface ScatterOptions extends PlotOptions {
  /** Curves over the points, e.g. the exact function; default none. */
  readonly curves?: CurveSeries | readonly CurveSeries[];
}

/**
 * Points, with curves over them where given. Many points become small and translucent, so that their density shows.
 *
 * @param series - One cloud or several; they differ in colour and shape.
 * @param options - Axis labels with units, curves; size, title, metadata.
 * @returns The figure.
 * @throws {ShapeError} When a series is empty or its arrays have different lengths.
 * @throws {DomainError} When a number is not finite.
 * @example
 * plotScatter({ x: [1, 2, 3], y: [1, 4, 9] }, { x: "n", y: "n squared", curves: { x: [1, 3], y: [1, 9] } });
 */
export function plotScatter(series: ScatterSeries | readonly ScatterSeries[], options: ScatterOptions): Figure {
  const list = toList(series);
  if (list.length === 0) throw new ShapeError("plotScatter", "series", "[0]", "at least one series of points");
  const clouds = list.map((item, i) => cloudLayer("plotScatter", list.length === 1 ? "series" : `series[${i}]`, item));
  const curves = toList(options.curves ?? []);
  const lines = curves.flatMap((item, i) => curveLayers("plotScatter", curves.length === 1 ? "curves" : `curves[${i}]`, item));
  const layers = [...clouds, ...lines];
  const x = makeAxis("plotScatter", "x", options.x, layers, { part: 0.03 });
  const y = makeAxis("plotScatter", "y", options.y, layers, { part: 0.05 });
  const count = list.reduce((sum, item) => sum + item.x.length, 0);
  const description = `${count} points, ${describe(x.label, y.label, [...list, ...curves])}`;
  return new Figure(makeDrawing("plotScatter", { x, y, layers }, description, options));
}

/** Points, small and translucent where there are many. */
export function cloudLayer(where: string, argument: string, { x, y, label }: ScatterSeries): Layer {
  const xs = toNumbers(where, `${argument}.x`, x);
  const ys = toNumbersOf(where, `${argument}.y`, y, xs.length);
  const rows = xs.map((value, i) => ({ x: value, y: ys[i]! }));
  const crowd = Math.sqrt(xs.length);
  const opacity = round(Math.min(0.85, Math.max(0.18, 14 / crowd)));
  const size = round(Math.min(26, Math.max(6, 420 / crowd)));
  return { series: { swatch: "points", ...(label === undefined ? {} : { label }) }, mark: "points", rows, opacity, size };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
