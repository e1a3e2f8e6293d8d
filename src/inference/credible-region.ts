import type { ParameterRanges } from "../numerics/parameters.js";
import { findRoot } from "../numerics/roots.js";
import { maximum } from "../numerics/sums.js";
import { type GridPosterior, productWeights } from "./grid-posterior.js";
import { lineMassAbove } from "./line-density.js";
import { checkLevels, type Interval, intervalsBelow, type Region } from "./region.js";

/**
 * Region of highest posterior density: the smallest that holds the given probability.
 *
 * { theta : p(theta | x) >= h },   h such that int_{p >= h} p(theta | x) dtheta = probability
 *
 * Its test statistic is -2 log( p(theta | x) / p(mode | x) ), so that the figures of confidence regions draw it. It is not invariant: in other
 * parameters the region of highest density is another one.
 *
 * @param posterior - From `gridPosterior`.
 * @param options - `levels`: probabilities in (0, 1).
 * @returns Levels with thresholds and intervals, mode, and the test statistic on the posterior's grid.
 * @throws {ShapeError} When there is no level.
 * @throws {DomainError} When a level is no probability.
 * @example
 * credibleRegion(posterior, { levels: [0.68, 0.95] }).levels[0].intervals;
 */
export function credibleRegion<Ranges extends ParameterRanges>(
  posterior: GridPosterior<Ranges>,
  { levels }: { readonly levels: readonly number[] },
): Region<Ranges> {
  checkLevels("credibleRegion", levels);
  const { axes, shape, density } = posterior.grid;
  const top = maximum(density);
  return {
    parameters: posterior.parameters,
    levels: levels.map((probability) => {
      const height = axes.length === 1 ? lineHeight({ axis: axes[0]!, density }, probability) : planeHeight(posterior.grid, probability);
      return { probability, threshold: -2 * Math.log(height / top), intervals: axes.length === 1 ? cut(posterior, height) : [] };
    }),
    best: { theta: posterior.mode },
    grid: { axes, shape, testStatistic: density.map((value) => -2 * Math.log(value / top)) },
    method: "posterior mass",
    note: "smallest region that holds the posterior probability",
  };
}

function lineHeight(line: { axis: Float64Array; density: Float64Array }, probability: number): number {
  return findRoot((height) => lineMassAbove(line, height) - probability, [0, maximum(line.density)]);
}

/** Sorts the nodes by density and adds up their probabilities; linear between the last node inside and the first outside. */
function planeHeight({ axes, shape, density }: GridPosterior["grid"], probability: number): number {
  const weights = productWeights(axes, shape);
  const order = Array.from(density.keys()).sort((a, b) => density[b]! - density[a]!);
  let below = 0;
  for (let k = 0; k < order.length; k++) {
    const mass = weights[order[k]!]! * density[order[k]!]!;
    // A node stands for the mass around it, half of which is denser than the node itself.
    if (below + mass / 2 >= probability && k > 0) {
      const before = below - (weights[order[k - 1]!]! * density[order[k - 1]!]!) / 2;
      const part = (probability - before) / (below + mass / 2 - before);
      return density[order[k - 1]!]! + Math.min(1, Math.max(0, part)) * (density[order[k]!]! - density[order[k - 1]!]!);
    }
    below += mass;
  }
  return density[order.at(-1)!]!;
}

function cut<Ranges extends ParameterRanges>({ grid, parameters }: GridPosterior<Ranges>, height: number): Interval[] {
  const axis = grid.axes[0]!;
  const at = (x: number) => {
    const i = Math.min(
      axis.length - 2,
      axis.findLastIndex((node) => node <= x),
    );
    return grid.density[i]! + ((grid.density[i + 1]! - grid.density[i]!) * (x - axis[i]!)) / (axis[i + 1]! - axis[i]!);
  };
  return intervalsBelow((x) => -at(x), [...axis], { threshold: -height, range: Object.values(parameters)[0]! });
}
