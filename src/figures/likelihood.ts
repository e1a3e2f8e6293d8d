import { ShapeError } from "../errors.js";
import type { Axis, Layer, Row, Series } from "./drawing.js";
import { Figure } from "./figure.js";
import { makeAxis, makeDrawing } from "./options.js";
import { bestLayer, type CheckedRegion, checkRegion, type RegionLike, type RegionOptions, truthLine } from "./region.js";

const STATISTIC = "test statistic −2 log λ";

/**
 * The test statistic of one parameter, cut at the levels of its intervals, with best fit and truth.
 *
 * @param region - What `confidenceRegion` returns for one parameter, or anything with these fields.
 * @param options - Truth, axis label with unit, size, metadata.
 * @returns The figure; the ends of intervals that the region does not state are interpolated linearly between the nodes.
 * @throws {ShapeError} When the region has not one parameter, or grid and values do not fit.
 * @throws {DomainError} When a number is NaN, the axis does not rise, a level is no probability, or a name is unknown.
 * @example
 * plotLikelihood(region, { truth: { slope: -0.8 }, labels: { slope: "slope (dimensionless)" } });
 */
export function plotLikelihood(region: RegionLike, options: RegionOptions = {}): Figure {
  const dimensions = Object.keys(region.parameters).length;
  if (dimensions !== 1)
    throw new ShapeError("plotLikelihood", "region", `[${dimensions}] parameters`, "one parameter", "draw two with contours");
  const checked = checkRegion("plotLikelihood", region, options);
  const rows = curveRows(checked);
  const y = statisticAxis(checked, rows);
  const truth = checked.truth ? [truthLine(checked.truth[0]!, y.domain[0], y.domain[1])] : [];
  const shown: Layer = { series: { swatch: "line" }, mark: "line", rows: within(rows, y.domain[1]) };
  const x = makeAxis("plotLikelihood", "x", checked.labels[0]!, [shown, ...truth], { part: 0.02 });
  const family = {};
  const curve: Layer = {
    series: { swatch: "line", family, ...(options.label === undefined ? {} : { label: options.label }) },
    mark: "line",
    rows,
  };
  const layers = [curve, ...levelLayers(checked, family), bestLayer(checked.best[0]!, 0), ...truth];
  const description = `${STATISTIC} against ${x.label}: ${checked.levels.map((level) => level.name).join(", ")}`;
  return new Figure(makeDrawing("plotLikelihood", { x, y, layers }, description, options));
}

function curveRows({ axes: [nodes = []], testStatistic }: CheckedRegion): Row[] {
  return nodes.flatMap((x, i) => (testStatistic[i]! < Infinity ? [{ x, y: testStatistic[i]! }] : []));
}

/** High enough for the highest level and not much higher: likelihoods fall without end. */
function statisticAxis({ levels }: CheckedRegion, rows: readonly Row[]): Axis {
  const highest = Math.max(...levels.map((level) => level.threshold));
  const top = Math.min(1.6 * highest, 1.05 * rows.reduce((most, row) => Math.max(most, row.y), highest));
  return { label: STATISTIC, domain: [-0.05 * top, top], scale: "linear" };
}

/** The stretch of the curve that is below the top, with one node more on each side. */
function within(rows: readonly Row[], top: number): readonly Row[] {
  const inside = rows.flatMap((row, i) => (row.y <= top ? [i] : []));
  return rows.slice(Math.max(0, (inside[0] ?? 0) - 1), (inside.at(-1) ?? rows.length - 1) + 2);
}

function levelLayers({ axes: [nodes = []], testStatistic, levels }: CheckedRegion, family: object): Layer[] {
  return levels.flatMap(({ name, threshold, intervals }): Layer[] => {
    const series: Series = { label: name, swatch: "band", family };
    const pieces = intervals?.map(({ low, high }) => [low, high] as const) ?? intervalsBelow(nodes, testStatistic, threshold);
    const boxes = pieces.map(([x, x2]) => ({ x, x2, y: 0, y2: threshold }));
    const tops = pieces.map(([x, x2]) => ({ x, x2, y: threshold, y2: threshold }));
    return [
      { series, mark: "boxes", rows: boxes, opacity: 0.12 },
      { series, mark: "segments", rows: tops, size: 1.6 },
    ];
  });
}

/**
 * Where a sampled curve is at most `level`, with linear interpolation between the nodes.
 *
 * @param nodes - Abscissae `[N]`, rising.
 * @param values - Ordinates `[N]`.
 * @param level - Height of the cut.
 * @returns Intervals `[low, high]` in order; one that reaches the end of the nodes ends there.
 */
export function intervalsBelow(
  nodes: readonly number[],
  values: readonly number[],
  level: number,
): (readonly [low: number, high: number])[] {
  const intervals: (readonly [number, number])[] = [];
  let low = values[0]! <= level ? nodes[0]! : undefined;
  for (let i = 1; i < nodes.length; i++) {
    const [before, after] = [values[i - 1]!, values[i]!];
    if (before <= level === after <= level) continue;
    const part = Number.isFinite(before) && Number.isFinite(after) ? (level - before) / (after - before) : before <= level ? 0 : 1;
    const crossing = nodes[i - 1]! + part * (nodes[i]! - nodes[i - 1]!);
    if (low === undefined) low = crossing;
    else {
      intervals.push([low, crossing]);
      low = undefined;
    }
  }
  return low === undefined ? intervals : [...intervals, [low, nodes.at(-1)!]];
}
