import { ShapeError } from "../errors.js";
import type { Axis, Layer, Row, Series } from "./drawing.js";
import { Figure } from "./figure.js";
import { isolines, type Point } from "./isolines.js";
import { plotLikelihood } from "./likelihood.js";
import { extentOf, makeAxis, makeDrawing } from "./options.js";
import { bestLayer, type CheckedRegion, checkRegion, type RegionLike, type RegionOptions, truthPoint } from "./region.js";

/**
 * Confidence or credible regions of two parameters as lines of equal test statistic, filled lightly, with best fit and truth.
 *
 * The lines are interpolated linearly between the nodes of the grid and end where the grid ends. A region of one parameter is drawn
 * by `plotLikelihood`. To compare regions, give each a `label` and lay the figures over each other with `overlay`.
 *
 * @param region - What `confidenceRegion` returns, or anything with these fields.
 * @param options - Truth, axis labels with units, size, metadata.
 * @returns The figure; its CSV holds the lines.
 * @throws {ShapeError} When the region has more than two parameters, or grid and values do not fit.
 * @throws {DomainError} When a number is NaN, an axis does not rise, a level is no probability, or a name is unknown.
 * @example
 * contours(region, { truth: { slope: -0.8, offset: 0 }, labels: { slope: "slope (dimensionless)" } });
 */
export function contours(region: RegionLike, options: RegionOptions = {}): Figure {
  const dimensions = Object.keys(region.parameters).length;
  if (dimensions === 1) return plotLikelihood(region, options);
  if (dimensions !== 2)
    throw new ShapeError("contours", "region", `[${dimensions}] parameters`, "one or two parameters", "profile or fix the others");
  const checked = checkRegion("contours", region, options);
  const layers = [...levelLayers(checked), bestLayer(checked.best[0]!, checked.best[1]!), ...truthLayers(checked)];
  const [x, y] = (["x", "y"] as const).map((name, d) => rangeAxis(name, layers, checked.labels[d]!, checked.ranges[d]!));
  const description = `confidence regions of ${checked.labels.join(" and ")}: ${checked.levels.map((level) => level.name).join(", ")}`;
  return new Figure(makeDrawing("contours", { x: x!, y: y!, layers }, description, options));
}

/** With a margin, but not beyond the parameter's range. */
function rangeAxis(name: "x" | "y", layers: readonly Layer[], label: string, [least, most]: readonly [number, number]): Axis {
  const [low, high] = extentOf(layers, name);
  const gap = 0.07 * (high - low) || 0.5 * (most - least);
  const domain = [Math.min(low, Math.max(low - gap, least)), Math.max(high, Math.min(high + gap, most))] as const;
  return makeAxis("contours", name, { label, domain }, layers, { part: 0 });
}

function levelLayers({ axes, testStatistic, levels }: CheckedRegion): Layer[] {
  const family = {};
  const traced = levels.map(({ name, threshold }) => {
    const series: Series = { label: name, swatch: "band", family };
    return { series, ...isolines({ xs: axes[0]!, ys: axes[1]!, values: testStatistic }, threshold) };
  });
  const fills = traced.map(({ series, areas }): Layer => ({ series, mark: "shapes", rows: toRows(areas), opacity: 0.14 }));
  const lines = traced.map(({ series, lines }): Layer => ({ series, mark: "line", rows: toRows(lines) }));
  return [...fills, ...lines];
}

function truthLayers({ truth }: CheckedRegion): Layer[] {
  return truth ? [truthPoint(truth[0]!, truth[1]!)] : [];
}

function toRows(pieces: readonly (readonly Point[])[]): Row[] {
  return pieces.flatMap((piece, part) => piece.map(([x, y]) => ({ part, x, y })));
}
