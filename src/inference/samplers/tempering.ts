import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import { fold, type Key, type Stream, split, stream } from "../../numerics/random.js";
import { logSumExp } from "../../numerics/sums.js";
import type { Target } from "../posterior/target.js";
import type { Points } from "./first-draws.js";
import { fitMixture } from "./fit-mixture.js";
import { jump } from "./jump.js";
import { normalisedWeights, resampled, weightSize } from "./resampling.js";
import { makeSliceKernel } from "./slice-kernel.js";
import { type Chains, spaceOf, unwhitened, whitened, whiteningOf } from "./whitening.js";

/** How particles go from the prior to the posterior. */
export interface TemperingOptions {
  readonly particles: number;
  /** Rounds of jumps and a slice sweep at each temperature. */
  readonly sweeps: number;
  /** Effective number of the weighted particles that a step to the next temperature leaves at least. */
  readonly least: number;
  readonly key: Key;
}

/** On the way to the posterior, two rounds of jumps that move more than this part of the particles each have mixed them without slices. */
const ENOUGH_JUMP = 0.5;

/** What tempering has come to. */
export class Tempering {
  /** Inverse temperature that was reached: 0 is the prior, 1 the posterior. */
  beta = 0;
  /** log of the integral of prior times likelihood^beta over what the first points stand for. */
  logEvidence = 0;

  constructor(
    private readonly target: Target,
    private readonly options: TemperingOptions,
  ) {}

  /**
   * Carries points of the prior to the posterior, through p(theta) L(theta)^beta for rising beta, with resampling and slice moves at each.
   *
   * @param first - Points of the prior.
   * @returns Particles `[P, D]` in the unbounded space, about distributed as the posterior, in proportion between its modes.
   * @source Del Moral, Doucet, Jasra 2006 (sequential Monte Carlo samplers); steps by effective size: Jasra et al. 2011
   */
  async run(first: Points): Promise<Points> {
    const { particles, key } = this.options;
    let points = first;
    for (let step = 0; this.beta < 1; step++) {
      const source = stream(fold(key, 2 * step));
      const next = this.nextBeta(points.logL);
      const logWeights = points.logL.map((value) => (next - this.beta) * value);
      this.logEvidence += logSumExp(logWeights) - Math.log(points.logL.length);
      this.beta = next;
      points = await this.move(
        chosen(points, resampled(normalisedWeights(logWeights), particles, source)),
        source,
        fold(key, 2 * step + 1),
      );
    }
    return points;
  }

  /** The largest step that leaves the weights an effective size; by bisection. */
  private nextBeta(logL: Float64Array): number {
    const least = Math.min(this.options.least, logL.length / 2);
    const sizeAt = (beta: number) => weightSize(logL.map((value) => (beta - this.beta) * value));
    if (sizeAt(1) >= least) return 1;
    let [low, high] = [this.beta, 1];
    // In logarithms: the first steps of a sharp likelihood are many orders below one.
    for (let k = 0; k < 60 && high - low > 1e-3 * (high - this.beta); k++) {
      const middle = low > this.beta ? (low + high) / 2 : this.beta + (high - this.beta) / 16;
      if (sizeAt(middle) >= least) low = middle;
      else high = middle;
    }
    return low > this.beta ? low : high;
  }

  private async move(points: Points, source: Stream, key: Key): Promise<Points> {
    const whitening = whiteningOf(points.u);
    const space = spaceOf(this.target, whitening, this.beta);
    const position = whitened(whitening, points.u);
    const q = fitMixture(position, source, { tries: 1, most: 500 });
    const chains: Chains = { position, logDensity: await space.logDensity(position), streams: split(key, position.rows).map(stream) };
    const kernel = makeSliceKernel(space.dimension);
    for (let sweep = 0; sweep < this.options.sweeps; sweep++) {
      const jumped = [await jump(space, chains, q), await jump(space, chains, q)];
      if (this.beta < 1 && Math.min(...jumped) > ENOUGH_JUMP) continue;
      await kernel.sweep(space, chains, undefined);
      kernel.adapt();
    }
    const u = unwhitened(whitening, chains.position);
    return { u, logL: (await this.target.parts(u)).logL };
  }
}

function chosen({ u, logL }: Points, rows: Uint32Array): Points {
  const picked: Matrix = zeros(rows.length, u.columns);
  rows.forEach((row, i) => {
    rowOf(picked, i).set(rowOf(u, row));
  });
  return { u: picked, logL: Float64Array.from(rows, (row) => logL[row]!) };
}
