import { DomainError, ShapeError } from "../errors.js";
import { forEachIndex, indexBelow, linspace } from "../numerics/axes.js";
import { type ParameterRanges, type Theta, toTheta } from "../numerics/parameters.js";
import { maximum } from "../numerics/sums.js";
import type { LogLikelihoodFunction } from "./log-likelihood-function.js";

/** Values of a function on a product grid. */
export interface Grid {
  /** Nodes along each parameter, in the parameter's unit. */
  readonly axes: readonly Float64Array[];
  /** Number of nodes along each parameter. */
  readonly shape: readonly number[];
  /** Values in row-major order: the last parameter runs fastest. */
  readonly values: Float64Array;
}

/** One `[low, high]` per parameter. */
export type Box = readonly (readonly [low: number, high: number])[];

/** A function of the row `[D]`. */
export type RowFunction = (row: ArrayLike<number>) => number;

/** Nodes along each parameter by default, for one and for two parameters. */
export const DEFAULT_POINTS = [401, 81];

const MAX_NODES = 4_000_000;
const COARSE = [101, 31];
const MAX_ZOOMS = 20;

/** The log-likelihood as a function of the row; refuses NaN and +Infinity, which no likelihood takes. */
export function rowFunction<Ranges extends ParameterRanges>(where: string, logL: LogLikelihoodFunction<Ranges>): RowFunction {
  return (row) => {
    const theta = toTheta(row, logL.parameters);
    const value = logL(theta as Theta<Ranges>);
    if (!(value < Infinity)) throw new DomainError(where, `logL(${JSON.stringify(theta)})`, value, "a finite number or -Infinity");
    return value;
  };
}

/** Ranges as a box; checks that they are finite. */
export function boxOf(where: string, parameters: ParameterRanges): Box {
  return Object.entries(parameters).map(([name, [low, high]]) => {
    if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
      throw new DomainError(where, `parameters.${name}`, [low, high], "a finite range [low, high]", "give it finite ends");
    }
    return [low, high];
  });
}

/** Refuses more than two parameters. */
export function assertOneOrTwo(where: string, parameters: ParameterRanges): void {
  const names = Object.keys(parameters);
  if (names.length < 1 || names.length > 2) {
    throw new ShapeError(
      where,
      "logL.parameters",
      `[${names.length}] (${names.join(", ")})`,
      "one or two parameters",
      "profile the others",
    );
  }
}

/** Regular grid of the log-likelihood over its whole range. */
export function makeGrid<Ranges extends ParameterRanges>(where: string, logL: LogLikelihoodFunction<Ranges>, points: number): Grid {
  const box = boxOf(where, logL.parameters);
  checkPoints(where, points, box.length);
  return gridOver(rowFunction(where, logL), box, points);
}

/** Refuses a number of nodes per parameter that is no grid, or too many to keep. */
export function checkPoints(where: string, points: number, dimensions: number): void {
  if (!(Number.isInteger(points) && points >= 3 && points ** dimensions <= MAX_NODES)) {
    throw new DomainError(where, "points", points, `an integer from 3 with at most ${MAX_NODES} nodes in all`);
  }
}

/** Values at the nodes of a regular grid over a box. */
export function gridOver(f: RowFunction, box: Box, points: number): Grid {
  const axes = box.map(([low, high]) => linspace(low, high, points));
  const shape = axes.map((axis) => axis.length);
  const values = new Float64Array(shape.reduce((product, n) => product * n, 1));
  const row = new Float64Array(axes.length);
  forEachIndex(shape, (index, place) => {
    for (let d = 0; d < axes.length; d++) row[d] = axes[d]![index[d]!]!;
    values[place] = f(row);
  });
  return { axes, shape, values };
}

/**
 * The smallest box found that holds the peak and all nodes where f is at most `drop` below it, with one node more on
 * each side. It narrows over coarse grids, so a second peak between the nodes of the first grid can be missed.
 */
export function boxAround(
  f: RowFunction,
  box: Box,
  { peak, drop }: { peak: { row: ArrayLike<number>; value: number }; drop: number },
): Box {
  let current = box;
  for (let zoom = 0; zoom < MAX_ZOOMS; zoom++) {
    const grid = gridOver(f, current, COARSE[box.length - 1]!);
    const floor = Math.max(peak.value, maximum(grid.values)) - drop;
    const next = grid.axes.map((axis, d) => extent(grid, d, { floor, keep: indexBelow(axis, peak.row[d]!) }));
    const shrinks = next.some(([low, high], d) => high - low < 0.6 * (current[d]![1] - current[d]![0]));
    current = next;
    if (!shrinks) break;
  }
  return current;
}

/** Range along one axis of the nodes at or above the floor and of the cell `keep`, one node more on each side. */
function extent({ axes, shape, values }: Grid, d: number, { floor, keep }: { floor: number; keep: number }): readonly [number, number] {
  let [first, last] = [keep, keep + 1];
  forEachIndex(shape, (index, place) => {
    if (values[place]! < floor) return;
    first = Math.min(first, index[d]!);
    last = Math.max(last, index[d]!);
  });
  const axis = axes[d]!;
  return [axis[Math.max(first - 1, 0)]!, axis[Math.min(last + 1, axis.length - 1)]!];
}
