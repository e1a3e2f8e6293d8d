import { DomainError, ShapeError } from "../errors.js";
import { columnOf, type MatrixLike, toMatrix } from "../numerics/matrix.js";
import { momentsOf, quantileOfSorted } from "../numerics/quantiles.js";
import type { Layer, Panel, Row, Series } from "./drawing.js";
import { Figure } from "./figure.js";
import { assertList, assertNames, assertOptions, assertRecord } from "./given-record.js";
import { type AxisOptions, type FigureOptions, makeAxis, makeDrawing, toNumbersOf } from "./options.js";
import { percent } from "./region.js";

/** Replicated data and the observation. */
export interface PredictiveLike {
  /** Names `[L]`. */
  readonly observables: readonly string[];
  /** Data simulated at draws from the posterior (or the prior) `[M, L]`, M at least 10. */
  readonly replicated: MatrixLike;
  /** The observation `[L]`. */
  readonly observed: ArrayLike<number>;
}

/** What `posteriorPredictive` returns: the observation's values stand beside the names. */
export interface PredictiveCheckLike {
  /** Name of each observable and its value in the observation `[L]`. */
  readonly observables: readonly { readonly name: string; readonly value: number }[];
  /** Data simulated at draws from the posterior `[M, L]`, M at least 10. */
  readonly replicated: MatrixLike;
}

/** Options of predictive checks. */
export interface PredictiveOptions extends FigureOptions {
  /** Probability that each central interval holds, 0 to 1; default 0.5 and 0.9. */
  readonly levels?: readonly number[];
  /** Positions of the observables along a horizontal axis `[L]`, rising: times, energies; default none, a row for each observable. */
  readonly at?: ArrayLike<number>;
  /** Horizontal axis with unit; default, without `at`, the distance to the predictive median in predictive standard deviations; with `at`, it must be given. */
  readonly x?: AxisOptions;
  /** Vertical axis with unit, with `at`. */
  readonly y?: AxisOptions;
}

/**
 * Predictive check: where the observation lies among data that were replicated from the posterior (or the prior).
 *
 * An observation outside says that the model cannot produce such data; inside does not say that the posterior is right. Without `at` each observable is a
 * row, in units of its predictive standard deviation (in its own where that is zero); with `at` the intervals are bands along an axis.
 *
 * @param data - Names, replicated data, observation; or what `posteriorPredictive` returns.
 * @param options - Levels, positions, axes; size, title, metadata.
 * @returns The figure.
 * @throws {ShapeError} When there are fewer than ten replications, or lengths differ.
 * @throws {DomainError} When a number is not finite, positions do not rise, a level is no probability, or an axis lacks its label.
 * @example
 * plotPredictive(await posteriorPredictive(samples, simulator, { x: [0.1, 1.2], seed: 1 }));
 * plotPredictive({ observables: ["mean", "spread"], replicated, observed: [0.1, 1.2] });
 */
export function plotPredictive(data: PredictiveLike | PredictiveCheckLike, options: PredictiveOptions = {}): Figure {
  assertOptions("plotPredictive", options);
  const levels = checkLevels(options.levels ?? [0.5, 0.9]);
  const summaries = summarise(readPredictive(data), levels);
  const [widest] = levels as [number];
  const outside = summaries.filter(({ observed, intervals }) => observed < intervals[0]![0] || observed > intervals[0]![1]).length;
  const description = `predictive check of ${summaries.length} observables: ${outside} outside their ${percent(widest)} interval`;
  if (options.at) return new Figure(makeDrawing("plotPredictive", bandPanel(summaries, levels, options, options.at), description, options));
  const sized = { ...options, height: options.height ?? 28 + 6 * Math.max(2, summaries.length) };
  return new Figure(makeDrawing("plotPredictive", rowPanel(summaries, levels, options), description, sized));
}

/** One observable. */
interface Summary {
  readonly name: string;
  readonly observed: number;
  readonly median: number;
  readonly std: number;
  /** Central intervals, widest first. */
  readonly intervals: readonly (readonly [low: number, high: number])[];
}

function readPredictive(data: PredictiveLike | PredictiveCheckLike): PredictiveLike {
  const advice = "give what posteriorPredictive returns, awaited";
  assertRecord("plotPredictive", "data", data, { fields: ["observables", "replicated"], advice });
  if (!Array.isArray(data.observables)) throw new DomainError("plotPredictive", "observables", data.observables, "a list of names", advice);
  if ("observed" in data) {
    assertNames("plotPredictive", "observables", data.observables);
    return data;
  }
  const { observables, replicated } = data;
  for (const [l, observable] of observables.entries())
    assertRecord("plotPredictive", `observables[${l}]`, observable, {
      fields: ["name", "value"],
      advice: "give observed, or the values here",
    });
  return { observables: observables.map(({ name }) => name), replicated, observed: observables.map(({ value }) => value) };
}

const FEWEST = 10;

function summarise({ observables, replicated, observed }: PredictiveLike, levels: readonly number[]): Summary[] {
  const count = observables.length;
  if (count === 0) throw new ShapeError("plotPredictive", "observables", "[0]", "at least one name");
  const matrix = toMatrix("plotPredictive", "replicated", replicated, count);
  if (matrix.rows < FEWEST)
    throw new ShapeError(
      "plotPredictive",
      "replicated",
      `[${matrix.rows}, ${count}]`,
      `[M, ${count}] with M at least ${FEWEST}`,
      "simulate more",
    );
  const values = toNumbersOf("plotPredictive", "observed", observed, count, "give one number for each observable");
  return observables.map((name, l) => {
    const sorted = columnOf(matrix, l).sort();
    const intervals = levels.map((level) => [0.5 - level / 2, 0.5 + level / 2].map((p) => quantileOfSorted(sorted, p)) as [number, number]);
    return { name, observed: values[l]!, median: quantileOfSorted(sorted, 0.5), std: momentsOf(sorted).std, intervals };
  });
}

/** Widest first, so that the narrower ones lie above. */
function checkLevels(levels: readonly number[]): number[] {
  assertList("plotPredictive", "levels", levels);
  if (levels.length === 0) throw new ShapeError("plotPredictive", "levels", "[0]", "at least one level");
  const bad = levels.findIndex((level) => !(level > 0 && level < 1));
  if (bad >= 0) throw new DomainError("plotPredictive", `levels[${bad}]`, levels[bad], "a number between 0 and 1");
  return [...levels].sort((a, b) => b - a);
}

/** The predictive intervals share a colour; the medians have it too. */
function seriesOf(levels: readonly number[]): { intervals: Series[]; median: Series } {
  const family = {};
  let clear = 1;
  const intervals = levels.map((level, i): Series => {
    clear *= 1 - opacityOf(i, levels.length);
    return { label: `${percent(level)} predictive interval`, swatch: "area", family, dash: [], fill: 1 - clear };
  });
  return { intervals, median: { label: "predictive median", swatch: "line", family, dash: [] } };
}

const OBSERVED_POINT: Series = { label: "observed", swatch: "points", ink: { dash: [], shape: "diamond" } };
const OBSERVED_LINE: Series = { label: "observed", swatch: "marked", ink: { dash: [], shape: "circle" } };

/** The widest is the lightest. */
function opacityOf(i: number, count: number): number {
  return 0.2 + (0.35 * i) / Math.max(1, count - 1);
}

/** A row for each observable, the first on top. */
function rowPanel(summaries: readonly Summary[], levels: readonly number[], options: PredictiveOptions): Panel {
  const { intervals, median } = seriesOf(levels);
  const scaled = summaries.map((summary) => {
    const unit = summary.std > 0 ? summary.std : 1;
    return (value: number) => (value - summary.median) / unit;
  });
  const place = (l: number) => summaries.length - 1 - l;
  const box = (l: number, [low, high]: readonly [number, number], half: number): Row => {
    return { x: scaled[l]!(low), x2: scaled[l]!(high), y: place(l) - half, y2: place(l) + half };
  };
  const layers: Layer[] = [
    ...intervals.map((series, i): Layer => {
      const rows = summaries.map((summary, l) => box(l, summary.intervals[i]!, 0.3));
      return { series, mark: "boxes", rows, opacity: opacityOf(i, levels.length) };
    }),
    { series: median, mark: "segments", rows: summaries.map((_, l) => box(l, [summaries[l]!.median, summaries[l]!.median], 0.3)), size: 2 },
    {
      series: OBSERVED_POINT,
      mark: "points",
      rows: summaries.map(({ observed }, l) => ({ x: scaled[l]!(observed), y: place(l) })),
      size: 60,
    },
  ];
  const x = makeAxis("plotPredictive", "x", options.x ?? "distance to the median (predictive std)", layers, { part: 0.05 });
  const names = summaries.map(({ name }) => name).reverse();
  return { x, y: { label: "", domain: [-0.6, summaries.length - 0.4], scale: "linear", names }, layers };
}

/** Bands along the positions, the observation as a line. */
function bandPanel(summaries: readonly Summary[], levels: readonly number[], options: PredictiveOptions, at: ArrayLike<number>): Panel {
  const xs = toNumbersOf("plotPredictive", "at", at, summaries.length, "give one position for each observable");
  const fall = xs.findIndex((x, i) => i > 0 && !(x > xs[i - 1]!));
  if (fall > 0) throw new DomainError("plotPredictive", `at[${fall}]`, xs[fall], "positions that rise");
  const { intervals, median } = seriesOf(levels);
  const points = (pick: (summary: Summary) => number) => summaries.map((summary, l): Row => ({ x: xs[l]!, y: pick(summary) }));
  const layers: Layer[] = [
    ...intervals.map((series, i): Layer => {
      const rows = summaries.map((summary, l) => ({ x: xs[l]!, y: summary.intervals[i]![0], y2: summary.intervals[i]![1] }));
      return { series, mark: "band", rows, opacity: opacityOf(i, levels.length) };
    }),
    { series: median, mark: "line", rows: points((summary) => summary.median) },
    { series: OBSERVED_LINE, mark: "line", rows: points(({ observed }) => observed), size: 1.2 },
    { series: OBSERVED_LINE, mark: "points", rows: points(({ observed }) => observed), size: 14 },
  ];
  const x = makeAxis("plotPredictive", "x", options.x ?? "", layers, { part: 0.01 });
  const y = makeAxis("plotPredictive", "y", options.y ?? "", layers, { part: 0.05 });
  return { x, y, layers };
}
