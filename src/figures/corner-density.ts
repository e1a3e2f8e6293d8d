import { cosineMeans, cosineMeans2, type Nodes, smoothed, smoothed2, type Weights } from "./corner-cosines.js";
import { kernelVariance, kernelVariances } from "./corner-width.js";
import type { Grid } from "./isolines.js";

/** One parameter's samples `[N]` on their range. */
export interface Column {
  readonly values: Float64Array;
  /** Where they lie on the range, 0 to 1; NaN outside. */
  readonly positions: Float64Array;
  readonly low: number;
  readonly high: number;
  /** How many independent samples it is worth. */
  readonly size: number;
}

const FINE = 256;
/** A kernel that is wider than the one of least error by this leaves fewer ripples in contours, at a cost below the statistical error. */
const SMOOTHER = 1.3;

/** The marginal density of one parameter at nodes over its range. */
export function density(column: Column, weights: Weights): { readonly xs: number[]; readonly values: Float64Array } {
  const nodes = { ...column, intervals: FINE };
  const means = cosineMeans(column.positions, weights, FINE);
  return { xs: nodesOf(nodes), values: smoothed(means, kernelVariance(means, column.size), nodes) };
}

/** A joint density, and its heights that enclose given masses. */
export interface JointDensity {
  readonly grid: Grid;
  /** One for each mass asked for: the highest-density region above it holds that part of the samples. */
  readonly heights: readonly number[];
}

/** The joint density of two parameters at the nodes of a grid. */
export function jointDensity(
  [x, y]: readonly [Column, Column],
  weights: Weights,
  { intervals, masses }: { readonly intervals: number; readonly masses: readonly number[] },
): JointDensity {
  const [across, up] = [x, y].map(({ low, high }) => ({ low, high, intervals })) as [Nodes, Nodes];
  const means = cosineMeans2(x.positions, y.positions, weights, intervals);
  const [wide, high] = kernelVariances(means, Math.min(x.size, y.size));
  const values = smoothed2(means, [SMOOTHER ** 2 * wide, SMOOTHER ** 2 * high], [across, up]);
  return {
    grid: { xs: nodesOf(across), ys: nodesOf(up), values },
    heights: heightsOf({ xs: x.positions, ys: y.positions, weights, values, intervals }, masses),
  };
}

function nodesOf({ low, high, intervals }: Nodes): number[] {
  return Array.from({ length: intervals + 1 }, (_, i) => (i === intervals ? high : low + ((high - low) * i) / intervals));
}

interface OnGrid {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly weights: Weights;
  readonly values: Float64Array;
  readonly intervals: number;
}

const BINS = 4096;

/**
 * Heights above which a part of the samples lies: quantiles of the density at the samples themselves, so that smoothing, which widens a density,
 * does not make the regions hold too much. Samples beyond the grid count as lowest.
 *
 * @source Hyndman 1996, The American Statistician 50, 120
 */
function heightsOf(on: OnGrid, masses: readonly number[]): number[] {
  const top = on.values.reduce((most, value) => Math.max(most, value), 0);
  const mass = new Float64Array(BINS);
  for (let i = 0; i < on.xs.length; i++) {
    const height = heightAt(on, i);
    mass[Math.min(BINS - 1, Math.floor((BINS * height) / top))]! += on.weights.of ? on.weights.of[i]! : on.weights.each;
  }
  return masses.map((enclosed) => (top / BINS) * binAbove(mass, enclosed));
}

/** Bilinear, as the lines of equal density are traced. */
function heightAt({ xs, ys, values, intervals }: OnGrid, i: number): number {
  const x = intervals * xs[i]!;
  const y = intervals * ys[i]!;
  if (Number.isNaN(x + y)) return 0;
  const a = Math.min(Math.floor(x), intervals - 1);
  const b = Math.min(Math.floor(y), intervals - 1);
  const at = a * (intervals + 1) + b;
  const next = at + intervals + 1;
  const low = values[at]! + (y - b) * (values[at + 1]! - values[at]!);
  return low + (x - a) * (values[next]! + (y - b) * (values[next + 1]! - values[next]!) - low);
}

/** The place, in bins, above which this mass lies. */
function binAbove(mass: Float64Array, enclosed: number): number {
  let above = 0;
  for (let bin = BINS - 1; bin > 0; bin--) {
    if (above + mass[bin]! >= enclosed) return bin + 1 - (enclosed - above) / mass[bin]!;
    above += mass[bin]!;
  }
  return 0.5;
}
