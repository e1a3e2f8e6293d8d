import { density, type JointDensity, jointDensity } from "./corner-density.js";
import { quantileOfRanks } from "./corner-ranks.js";
import type { Posterior } from "./corner-samples.js";
import type { Layer, Row, Series } from "./drawing.js";
import { isolines, type Point } from "./isolines.js";
import { levelName, percent } from "./region.js";

/** How the posteriors look: one is filled and has a line for each mass; of several each has one kind of line. */
export interface Look {
  /** Series of each posterior's marginals. */
  readonly marginals: readonly Series[];
  /** Series of each mass, lowest first, for each posterior. */
  readonly masses: readonly (readonly Series[])[];
  readonly quantiles: Series;
  readonly filled: boolean;
  /** Width of lines, 1 for panels of the usual size. */
  readonly weight: number;
}

/** Opacity of one fill. */
const FILL = 0.16;
const DOTTED = [1.5, 2] as const;

/** Series for these posteriors. */
export function lookOf(posteriors: readonly Posterior[], masses: readonly number[], quantiles: readonly number[]): Look {
  const weight = posteriors[0]!.columns.length > 6 ? 0.65 : 1;
  const family = {};
  const quantileSeries: Series = { label: `quantiles ${quantiles.map(percent).join(", ")}`, swatch: "line", family, dash: DOTTED };
  const [only, ...others] = posteriors;
  if (others.length === 0) {
    const marginal: Series = { swatch: "area", family, dash: [], ...(only?.label === undefined ? {} : { label: only.label }) };
    const levels = masses.map((mass, m): Series => {
      const fill = 1 - (1 - FILL) ** (masses.length - m); // the fills of the larger regions lie below
      return { label: levelName(mass, "enclosed mass", undefined), swatch: "band", family, fill };
    });
    return { marginals: [marginal], masses: [levels], quantiles: quantileSeries, filled: true, weight };
  }
  const series = posteriors.map(({ label }): Series => ({ swatch: "line", ...(label === undefined ? {} : { label }) }));
  return { marginals: series, masses: series.map((item) => masses.map(() => item)), quantiles: quantileSeries, filled: false, weight };
}

/** One parameter's marginals: smooth, or as counts in bins. */
export function marginalLayers(posteriors: readonly Posterior[], d: number, look: Look, bins: number | undefined): Layer[] {
  return posteriors.flatMap((posterior, p) => {
    const series = look.marginals[p]!;
    if (bins !== undefined) return stairLayers(series, boxesOf(posterior, d, bins), look.filled);
    const { xs, values } = density(posterior.columns[d]!, posterior.weights);
    const rows = xs.map((x, i) => ({ x, y: values[i]! }));
    const fill: Layer = { series, mark: "band", rows: rows.map(({ x, y }) => ({ x, y: 0, y2: y })), opacity: FILL };
    return [...(look.filled ? [fill] : []), { series, mark: "line", rows, size: 1.6 * look.weight } as const];
  });
}

function stairLayers(series: Series, rows: readonly Row[], filled: boolean): Layer[] {
  return [...(filled ? [{ series, mark: "bins", rows, opacity: FILL } as const] : []), { series, mark: "steps", rows, size: 1.4 }];
}

function boxesOf({ columns, weights }: Posterior, d: number, bins: number): Row[] {
  const { values, low, high } = columns[d]!;
  const width = (high - low) / bins;
  const heights = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low || value > high) continue;
    heights[Math.min(bins - 1, Math.floor((value - low) / width))]! += weights.of ? weights.of[i]! : weights.each;
  }
  return Array.from(heights, (mass, bin) => ({ x: low + bin * width, x2: low + (bin + 1) * width, y: 0, y2: mass / width }));
}

/** Upright lines at the quantiles of one parameter of the only posterior. */
export function quantileLayers(posterior: Posterior, d: number, look: Look, quantiles: readonly number[], top: number): Layer[] {
  const rows = quantiles.map((p) => quantileOfRanks(posterior.ranks[d]!, p)).map((x) => ({ x, x2: x, y: 0, y2: top }));
  return rows.length === 0 ? [] : [{ series: look.quantiles, mark: "segments", rows, size: 1.1 }];
}

/** Regions of two parameters: x is the first of the pair. */
export function regionLayers(
  posteriors: readonly Posterior[],
  [i, j]: readonly [number, number],
  look: Pick<Look, "masses" | "filled" | "weight">,
  options: { readonly intervals: number; readonly masses: readonly number[] },
): Layer[] {
  return posteriors.flatMap(({ columns, weights }, p) => {
    const joint = jointDensity([columns[i]!, columns[j]!], weights, options);
    return options.masses.flatMap((_, m) => massLayers(joint, m, look.masses[p]![m]!, look));
  });
}

function massLayers(
  { grid, heights }: JointDensity,
  m: number,
  series: Series,
  { filled, weight }: Pick<Look, "filled" | "weight">,
): Layer[] {
  const { lines, areas } = isolines({ ...grid, values: Float64Array.from(grid.values, (value) => -value) }, -heights[m]!);
  const line: Layer = { series, mark: "line", rows: toRows(lines), size: (!filled && m > 0 ? 0.9 : 1.5) * weight };
  return filled ? [{ series, mark: "shapes", rows: toRows(areas), opacity: FILL }, line] : [line];
}

function toRows(pieces: readonly (readonly Point[])[]): Row[] {
  return pieces.flatMap((piece, part) => piece.map(([x, y]) => ({ part, x, y })));
}

const TRUTH: Series = { label: "truth", swatch: "marked", ink: { dash: [], shape: "star" } };

/** Lines across the panel at the truth, and a star where they cross. A coordinate that is not known has no line. */
export function truthLayers(
  x: number | undefined,
  y: number | undefined,
  [left, right]: readonly [number, number],
  [low, high]: readonly [number, number],
): Layer[] {
  const upright = x === undefined ? [] : [{ x, x2: x, y: low, y2: high }];
  const level = y === undefined ? [] : [{ x: left, x2: right, y, y2: y }];
  const lines: Layer = { series: TRUTH, mark: "segments", rows: [...upright, ...level], size: 0.9 };
  const star: Layer[] = x === undefined || y === undefined ? [] : [{ series: TRUTH, mark: "points", rows: [{ x, y }], size: 60 }];
  return lines.rows.length === 0 ? [] : [lines, ...star];
}
