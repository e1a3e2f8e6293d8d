import { indexBelow } from "../numerics/axes.js";
import { cumulativeSum } from "../numerics/sums.js";

/** A density that is linear between the nodes of an axis. */
export interface LineDensity {
  /** Rising nodes. */
  readonly axis: Float64Array;
  /** Values at the nodes, per unit of the axis. */
  readonly density: Float64Array;
}

/** Probability of each cell between neighbouring nodes. */
function cellMasses({ axis, density }: LineDensity): Float64Array {
  return axis.slice(1).map((right, i) => ((right - axis[i]!) * (density[i]! + density[i + 1]!)) / 2);
}

/** Where a piecewise linear density has probability p below. */
export function lineQuantile(line: LineDensity, p: number): number {
  const { axis, density } = line;
  const below = cumulativeSum([0, ...cellMasses(line)]);
  const target = p * below.at(-1)!;
  const i = Math.min(Math.max(indexBelow(below, target), 0), axis.length - 2);
  const width = axis[i + 1]! - axis[i]!;
  const [left, right] = [density[i]!, density[i + 1]!];
  const mass = Math.max(0, target - below[i]!) / width;
  // Root t in [0, 1] of left t + (right - left) t^2 / 2 = mass, in the form that does not cancel for right near left.
  const t = (2 * mass) / (left + Math.sqrt(Math.max(0, left * left + 2 * (right - left) * mass)));
  return axis[i]! + width * Math.min(1, t || 0);
}

/** Probability of the set where a piecewise linear density is above a height. */
export function lineMassAbove(line: LineDensity, height: number): number {
  const { axis, density } = line;
  let mass = 0;
  for (let i = 0; i + 1 < axis.length; i++) {
    const [small, large] = [density[i]!, density[i + 1]!].sort((a, b) => a - b) as [number, number];
    if (large <= height) continue;
    const part = small >= height ? 1 : (large - height) / (large - small);
    mass += ((axis[i + 1]! - axis[i]!) * part * (Math.max(small, height) + large)) / 2;
  }
  return mass;
}
