import { rowOf } from "../../numerics/matrix.js";
import { type Kernel, moveChain } from "./kernel.js";
import { lockstep } from "./lockstep.js";
import { sliceSweep } from "./slice-move.js";
import type { Chains, Space } from "./whitening.js";

const FIRST_WIDTH = 3;
const LEAST_WIDTH = 1e-12;
const MOST_WIDTH = 1e12;

/**
 * Coordinate-wise slice sampling of all chains; the widths are common to them.
 *
 * @source Neal 2003; widths: Karamanis, Beutler 2021 (arXiv 2002.06212), equation 7: w <- w 2 N_e / (N_e + N_c)
 */
export function makeSliceKernel(dimension: number): Kernel {
  const widths = new Float64Array(dimension).fill(FIRST_WIDTH);
  const counts = { expansions: new Float64Array(dimension), contractions: new Float64Array(dimension) };
  return {
    async sweep(space: Space, chains: Chains) {
      const moves = chains.streams.map((source, i) =>
        sliceSweep({ point: rowOf(chains.position, i).slice(), logDensity: chains.logDensity[i]! }, widths, source, counts),
      );
      const places = await lockstep(moves, (points) => space.logDensity(points));
      places.forEach(({ point, logDensity }, i) => {
        moveChain(chains, i, point, logDensity);
      });
    },
    adapt() {
      for (let d = 0; d < dimension; d++) {
        const [expansions, contractions] = [counts.expansions[d]!, counts.contractions[d]!];
        const ratio = (2 * Math.max(1, expansions)) / Math.max(1, expansions + contractions);
        widths[d] = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, widths[d]! * ratio));
      }
      counts.expansions.fill(0);
      counts.contractions.fill(0);
    },
    freeze: () => undefined,
    notes: () => [],
  };
}
