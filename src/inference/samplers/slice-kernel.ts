import { rowOf } from "../../numerics/matrix.js";
import type { Stream } from "../../numerics/random.js";
import { type Kernel, moveChain } from "./kernel.js";
import { lockstep } from "./lockstep.js";
import type { Mixture } from "./mixture.js";
import { type Line, type SliceCounts, sliceSweep } from "./slice-move.js";
import type { Chains, Space } from "./whitening.js";

const FIRST_WIDTH = 3;
const LEAST_WIDTH = 1e-12;
const MOST_WIDTH = 1e12;
/** Updates of each sweep along a mixture's own directions. */
const MIXTURE_LINES = 2;

interface Axis {
  line: Line;
  readonly counts: SliceCounts;
}

/**
 * Slice sampling of all chains, one coordinate after another in a random order, and then along differences of points of a component of the mixture, which
 * follow a bent ridge where coordinates cross it. The widths are common to all chains.
 *
 * @source Neal 2003; widths and directions: Karamanis, Beutler 2021 (arXiv 2002.06212), equation 7, w <- w 2 N_e / (N_e + N_c), and section 2.4
 */
export function makeSliceKernel(dimension: number): Kernel {
  const axes: Axis[] = Array.from({ length: dimension }, (_, d) => ({
    line: { direction: Float64Array.from({ length: dimension }, (_, k) => (k === d ? 1 : 0)), width: FIRST_WIDTH },
    counts: { expansions: 0, contractions: 0 },
  }));
  return {
    async sweep(space: Space, chains: Chains, q: Mixture | undefined) {
      const moves = chains.streams.map((source, i) => {
        const place = { point: rowOf(chains.position, i).slice(), logDensity: chains.logDensity[i]! };
        return sliceSweep(place, [...shuffled(axes, source), ...mixtureLines(q, source)], source);
      });
      const places = await lockstep(moves, (points) => space.logDensity(points));
      places.forEach(({ point, logDensity }, i) => {
        moveChain(chains, i, point, logDensity);
      });
    },
    adapt: () => axes.forEach(adaptWidth),
    freeze: () => undefined,
    notes: () => [],
  };
}

function mixtureLines(q: Mixture | undefined, source: Stream): Axis[] {
  if (!q) return [];
  return Array.from({ length: MIXTURE_LINES }, () => ({
    line: { direction: q.direction(source), width: FIRST_WIDTH },
    counts: { expansions: 0, contractions: 0 },
  }));
}

function adaptWidth(axis: Axis): void {
  const { expansions, contractions } = axis.counts;
  const ratio = (2 * Math.max(1, expansions)) / Math.max(1, expansions + contractions);
  axis.line = { ...axis.line, width: Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, axis.line.width * ratio)) };
  Object.assign(axis.counts, { expansions: 0, contractions: 0 });
}

function shuffled<Item>(items: readonly Item[], source: Stream): Item[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = source.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
