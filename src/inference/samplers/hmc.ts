import { DomainError } from "../../errors.js";
import { rowOf, zeros } from "../../numerics/matrix.js";
import { chainOptions } from "./chain-options.js";
import { type ChainOptions, ChainRun } from "./chains.js";
import { divergenceNotes } from "./divergences.js";
import { type Kernel, moveChain } from "./kernel.js";
import { DIVERGENCE, kick, kickAndDrift, negativeEnergy, type Phase, slopesAt } from "./leapfrog.js";
import type { Sampler } from "./sampler.js";
import { harmonicMean, StepSize } from "./step-size.js";
import type { Chains, Space } from "./whitening.js";

/** Options of `hmc`. */
export interface HmcOptions extends ChainOptions {
  /** Mean length of a path in whitened coordinates; default 1.5, a quarter of the period of a normal. Each sweep's is between half and one and a half of it. */
  readonly length?: number;
}

const WANTED_ACCEPTANCE = 0.8;
const MOST_STEPS = 100;

/**
 * Hamiltonian Monte Carlo: paths along the gradient of the log density, of one random length for all chains.
 *
 * H(q, p) = -log p(q) + |p|^2 / 2,   p ~ N(0, I);   leapfrog steps;   accept with probability min(1, exp(H - H'))
 *
 * The mass matrix is the covariance found in the warm-up, the step size is adapted to a harmonic mean acceptance of 0.8 over the
 * chains. Without `logL.gradient` it takes central differences, at
 * 2 D + 1 evaluations each.
 *
 * @param options - Chains, warm-up, path length.
 * @returns A sampler for `posterior(...).sample`.
 * @throws {DomainError} When an option is not a number of the kind its documentation says.
 * @source Neal 2011 (arXiv 1206.1901); step size: Hoffman, Gelman 2014 (arXiv 1111.4246), algorithm 5; over many chains: Hoffman, Radul, Sountsov 2021 (ChEES)
 * @example
 * hmc({ length: 2 }).name; // "hmc"
 */
export function hmc({ length = 1.5, ...options }: HmcOptions = {}): Sampler {
  const optionsFor = chainOptions("hmc", options);
  if (!(length > 0 && length < Infinity)) throw new DomainError("hmc", "length", length, "a finite number above 0");
  return {
    name: "hmc",
    start: (target, settings) => new ChainRun(target, settings, optionsFor(settings.n), makeHmcKernel(target.dimension, length)),
  };
}

function makeHmcKernel(dimension: number, length: number): Kernel {
  const step = new StepSize(dimension ** -0.25, WANTED_ACCEPTANCE);
  let acceptance = 1;
  let [divergent, transitions] = [0, 0];
  return {
    async sweep(space, chains) {
      const part = 0.5 + chains.streams[0]!.uniform();
      const starts = await startPhases(space, chains);
      const ends = await paths(space, starts, { step: step.value, steps: Math.min(MOST_STEPS, Math.ceil((part * length) / step.value)) });
      const gains = ends.map((end, i) => negativeEnergy(end) - negativeEnergy(starts[i]!));
      gains.forEach((gain, i) => {
        if (Math.log(chains.streams[i]!.uniform()) < gain) moveChain(chains, i, ends[i]!.q, ends[i]!.logDensity);
      });
      acceptance = harmonicMean(gains.map((gain) => Math.min(1, Math.exp(gain))));
      divergent += gains.filter((gain) => gain < -DIVERGENCE).length;
      transitions += gains.length;
    },
    adapt: () => step.learn(acceptance),
    freeze() {
      step.freeze();
      [divergent, transitions] = [0, 0];
    },
    notes: () => divergenceNotes(divergent, transitions),
  };
}

async function startPhases(space: Space, chains: Chains): Promise<Phase[]> {
  const slopes = await slopesAt(space, chains.position);
  return slopes.map(({ slope }, i) => ({
    q: rowOf(chains.position, i).slice(),
    p: Float64Array.from({ length: space.dimension }, () => chains.streams[i]!.normal()),
    slope,
    logDensity: chains.logDensity[i]!,
  }));
}

/** Leapfrog paths of all chains, step by step together. */
async function paths(space: Space, starts: readonly Phase[], { step, steps }: { step: number; steps: number }): Promise<Phase[]> {
  let phases = [...starts];
  for (let k = 0; k < steps; k++) {
    const halfway = phases.map((phase) => kickAndDrift(phase, step));
    const points = zeros(phases.length, space.dimension);
    halfway.forEach(({ q }, i) => {
      rowOf(points, i).set(q);
    });
    const slopes = await slopesAt(space, points);
    phases = halfway.map((half, i) => kick(half, step, slopes[i]!));
  }
  return phases;
}
