import { DomainError, ShapeError } from "../errors.js";
import { describe, type PlotOptions } from "./curve.js";
import type { Layer, Row, Series } from "./drawing.js";
import { Figure } from "./figure.js";
import { makeAxis, makeDrawing, toNumbers, toNumbersOf } from "./options.js";

/** One set of values to be counted. */
export interface HistogramSeries {
  /** Values `[N]`. */
  readonly values: ArrayLike<number>;
  /** Weight of each value `[N]`; default 1. */
  readonly weights?: ArrayLike<number>;
  /** Name in the legend; default none. */
  readonly label?: string;
}

/** Options of histogram figures. */
export interface HistogramOptions extends PlotOptions {
  /** Number of bins of equal width, or their rising edges; default a bin for each whole number when all values are, else as many as the Freedman-Diaconis rule says. */
  readonly bins?: number | ArrayLike<number>;
  /** Scales each histogram to an area of one; default false, counts. */
  readonly density?: boolean;
}

const MOST_BINS = 100;

/**
 * Histograms of one set of values or of several, with common bins.
 *
 * A bin holds its lower edge; the last one holds both. Values outside of given edges are left out.
 *
 * @param series - Values, or one record or several with values, weights and label.
 * @param options - Axis labels with units, bins, density; size, title, metadata.
 * @returns The figure.
 * @throws {ShapeError} When a series is empty, or weights and values have different lengths.
 * @throws {DomainError} When a number is not finite, or `bins` is neither a number from 1 nor rising edges.
 * @example
 * plotHistogram([1, 2, 2, 3], { x: "column", y: "balls" });
 */
export function plotHistogram(series: ArrayLike<number> | HistogramSeries | readonly HistogramSeries[], options: HistogramOptions): Figure {
  const list = toSeries(series).map((item, i) => ({ ...item, ...checkSeries(`series[${i}]`, item) }));
  if (list.length === 0) throw new ShapeError("plotHistogram", "series", "[0]", "at least one number");
  const edges = makeEdges(
    list.flatMap(({ values }) => values),
    options.bins,
  );
  const layers = list.flatMap(({ values, weights, label }) => {
    const heights = count(values, weights, edges);
    return histogramLayers(
      { swatch: "area", ...(label === undefined ? {} : { label }) },
      edges,
      options.density ? toDensity(heights, edges) : heights,
    );
  });
  const x = makeAxis("plotHistogram", "x", options.x, layers, { part: 0.02 });
  const y = makeAxis("plotHistogram", "y", options.y, layers, { part: 0.05, zero: true });
  return new Figure(makeDrawing("plotHistogram", { x, y, layers }, `histogram of ${describe(x.label, y.label, list)}`, options));
}

function toSeries(series: ArrayLike<number> | HistogramSeries | readonly HistogramSeries[]): readonly HistogramSeries[] {
  if (isSeries(series)) return [series];
  return typeof series[0] === "number" ? [{ values: series as ArrayLike<number> }] : (series as readonly HistogramSeries[]);
}

/** Arrays have a method of this name. */
function isSeries(series: object): series is HistogramSeries {
  return "values" in series && typeof series.values !== "function";
}

function checkSeries(argument: string, { values, weights }: HistogramSeries) {
  const numbers = toNumbers("plotHistogram", `${argument}.values`, values);
  return {
    values: numbers,
    weights: weights ? toNumbersOf("plotHistogram", `${argument}.weights`, weights, numbers.length) : numbers.map(() => 1),
  };
}

function makeEdges(values: readonly number[], bins: number | ArrayLike<number> | undefined): number[] {
  if (bins !== undefined && typeof bins !== "number") return checkEdges(bins);
  const sorted = Float64Array.from(values).sort();
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  if (bins === undefined && high - low < MOST_BINS && values.every(Number.isInteger)) return evenly(low - 0.5, high + 0.5, high - low + 1);
  const number = bins ?? freedmanDiaconis(sorted);
  if (!(Number.isInteger(number) && number >= 1))
    throw new DomainError("plotHistogram", "bins", bins, "a whole number from 1, or rising edges");
  return low === high ? evenly(low - 0.5, high + 0.5, number) : evenly(low, high, number);
}

function checkEdges(edges: ArrayLike<number>): number[] {
  const numbers = toNumbers("plotHistogram", "bins", edges);
  if (numbers.length < 2) throw new ShapeError("plotHistogram", "bins", `[${numbers.length}]`, "[B + 1] edges of at least one bin");
  const fall = numbers.findIndex((edge, i) => i > 0 && !(edge > numbers[i - 1]!));
  if (fall > 0) throw new DomainError("plotHistogram", `bins[${fall}]`, numbers[fall], "edges that rise");
  return numbers;
}

/** Bins of width 2 IQR / n^(1/3). */
function freedmanDiaconis(sorted: Float64Array): number {
  const n = sorted.length;
  const range = sorted[Math.floor(0.75 * (n - 1))]! - sorted[Math.floor(0.25 * (n - 1))]!;
  const width = (2 * range) / Math.cbrt(n);
  return width > 0
    ? Math.min(MOST_BINS, Math.max(1, Math.ceil((sorted[n - 1]! - sorted[0]!) / width)))
    : Math.min(MOST_BINS, Math.ceil(Math.sqrt(n)));
}

function evenly(low: number, high: number, bins: number): number[] {
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + ((high - low) * i) / bins));
}

function count(values: readonly number[], weights: readonly number[], edges: readonly number[]): number[] {
  const heights = new Array<number>(edges.length - 1).fill(0);
  for (const [i, value] of values.entries()) {
    const bin = value === edges.at(-1) ? heights.length - 1 : upperBound(edges, value) - 1;
    if (bin >= 0 && bin < heights.length) heights[bin]! += weights[i]!;
  }
  return heights;
}

/** How many of the rising edges are at most the value. */
function upperBound(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toDensity(heights: readonly number[], edges: readonly number[]): number[] {
  const total = heights.reduce((sum, height) => sum + height, 0);
  if (!(total > 0))
    throw new DomainError("plotHistogram", "series", total, "a positive total weight inside the bins", "widen the bins or draw counts");
  return heights.map((height, i) => height / (total * (edges[i + 1]! - edges[i]!)));
}

function histogramLayers(series: Series, edges: readonly number[], heights: readonly number[]): Layer[] {
  const boxes: Row[] = heights.map((height, i) => ({ x: edges[i]!, x2: edges[i + 1]!, y: 0, y2: height }));
  return [
    { series, mark: "bins", rows: boxes },
    { series, mark: "steps", rows: boxes },
  ];
}
