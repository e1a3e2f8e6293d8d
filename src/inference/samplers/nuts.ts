import { rowOf } from "../../numerics/matrix.js";
import { chainOptions, checkCount } from "./chain-options.js";
import { type ChainOptions, ChainRun } from "./chains.js";
import { divergenceNotes } from "./divergences.js";
import { type Kernel, moveChain } from "./kernel.js";
import { slopesAt } from "./leapfrog.js";
import { lockstep } from "./lockstep.js";
import { type NutsCounts, nutsMove } from "./nuts-move.js";
import type { Sampler } from "./sampler.js";
import { harmonicMean, StepSize } from "./step-size.js";

/** Options of `nuts`. */
export interface NutsOptions extends ChainOptions {
  /** Most doublings of a path; default 8, for 255 steps. */
  readonly doublings?: number;
}

const WANTED_ACCEPTANCE = 0.8;

/**
 * The no-U-turn sampler: Hamiltonian Monte Carlo whose paths end where they turn back. For many parameters and likelihoods with gradients.
 *
 * The mass matrix is the covariance found in the warm-up, the step size is adapted to an acceptance of 0.8 (harmonic mean over the chains) by dual averaging. Without `logL.gradient` it takes central
 * differences, at 2 D + 1 evaluations each. Divergences are in the diagnosis.
 *
 * @param options - Chains, warm-up, longest path.
 * @returns A sampler for `posterior(...).sample`.
 * @throws {DomainError} When an option is not a number of the kind its documentation says.
 * @source Hoffman, Gelman 2014 (arXiv 1111.4246); multinomial choice: Betancourt 2017 (arXiv 1701.02434)
 * @example
 * nuts({ doublings: 6 }).name; // "nuts"
 */
export function nuts({ doublings = 8, ...options }: NutsOptions = {}): Sampler {
  const optionsFor = chainOptions("nuts", options);
  checkCount("nuts", "doublings", doublings);
  return {
    name: "nuts",
    start: (target, settings) => new ChainRun(target, settings, optionsFor(settings.n), makeNutsKernel(target.dimension, doublings)),
  };
}

function makeNutsKernel(dimension: number, mostDoublings: number): Kernel {
  const step = new StepSize(dimension ** -0.25, WANTED_ACCEPTANCE);
  let acceptance = 1;
  let [divergent, transitions] = [0, 0];
  return {
    async sweep(space, chains) {
      const counts = chains.streams.map((): NutsCounts => ({ acceptance: 0, steps: 0, divergent: 0 }));
      const moves = chains.streams.map((source, i) =>
        nutsMove(rowOf(chains.position, i).slice(), { step: step.value, mostDoublings, source, counts: counts[i]! }),
      );
      const phases = await lockstep(moves, (points) => slopesAt(space, points));
      phases.forEach(({ q, logDensity }, i) => {
        moveChain(chains, i, q, logDensity);
      });
      acceptance = harmonicMean(counts.map((each) => each.acceptance / each.steps));
      divergent += counts.reduce((total, each) => total + each.divergent, 0);
      transitions += phases.length;
    },
    adapt: () => step.learn(acceptance),
    freeze() {
      step.freeze();
      [divergent, transitions] = [0, 0];
    },
    notes: () => divergenceNotes(divergent, transitions),
  };
}
