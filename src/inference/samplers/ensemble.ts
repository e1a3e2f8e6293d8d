import { DomainError } from "../../errors.js";
import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import { chainOptions } from "./chain-options.js";
import { type ChainOptions, ChainRun } from "./chains.js";
import { type Kernel, moveChain } from "./kernel.js";
import type { Sampler } from "./sampler.js";
import type { Chains, Space } from "./whitening.js";

/** Stretches lie between 1 / a and a. */
const STRETCH = 2;
/** Stretch moves that make a sweep, at least; D of them in more dimensions. */
const LEAST_MOVES = 4;

/**
 * Affine-invariant ensemble sampling: each chain moves along the line to a chain of the other half.
 *
 * y = x_j + z (x_k - x_j),   g(z) ~ 1 / sqrt(z) on [1/2, 2];   accept with probability min(1, z^(D-1) p(y) / p(x_k))
 *
 * It needs no gradients and no tuning; above about ten parameters, and for curved posteriors, `slice` and `nuts` mix better.
 *
 * @param options - Chains (an even number above 2 D; the default is raised to it), warm-up.
 * @returns A sampler for `posterior(...).sample`.
 * @throws {DomainError} When an option is not a number of the kind its documentation says; from `sample` when there are too few chains for the parameters.
 * @source Goodman, Weare 2010, Comm. App. Math. Comp. Sci. 5, 65; halves: Foreman-Mackey et al. 2013 (arXiv 1202.3665), algorithm 3
 * @example
 * ensemble({ chains: 64 }).name; // "ensemble"
 */
export function ensemble(options: ChainOptions = {}): Sampler {
  const optionsFor = chainOptions("ensemble", options);
  return {
    name: "ensemble",
    start(target, settings) {
      const least = 2 * target.dimension + 2;
      const given = optionsFor(settings.n);
      if (options.chains !== undefined && (given.chains < least || given.chains % 2 !== 0)) {
        throw new DomainError("ensemble", "chains", given.chains, `an even number from ${least}, for ${target.dimension} parameters`);
      }
      return new ChainRun(target, settings, { ...given, chains: Math.max(given.chains, least) }, makeStretchKernel(target.dimension));
    },
  };
}

function makeStretchKernel(dimension: number): Kernel {
  return {
    async sweep(space, chains) {
      for (let move = 0; move < Math.max(LEAST_MOVES, dimension); move++) {
        await stretchHalf(space, chains, 0);
        await stretchHalf(space, chains, 1);
      }
    },
    adapt: () => undefined,
    freeze: () => undefined,
    notes: () => [],
  };
}

/** Moves one half of the chains along lines to chains of the other. */
async function stretchHalf(space: Space, chains: Chains, half: 0 | 1): Promise<void> {
  const size = chains.position.rows / 2;
  const D = space.dimension;
  const proposed: Matrix = zeros(size, D);
  const stretches = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const source = chains.streams[half * size + i]!;
    const z = ((STRETCH - 1) * source.uniform() + 1) ** 2 / STRETCH;
    const mine = rowOf(chains.position, half * size + i);
    const other = rowOf(chains.position, (1 - half) * size + source.integer(size));
    for (let d = 0; d < D; d++) proposed.values[i * D + d] = other[d]! + z * (mine[d]! - other[d]!);
    stretches[i] = z;
  }
  const logDensity = await space.logDensity(proposed);
  for (let i = 0; i < size; i++) {
    const chain = half * size + i;
    const logRatio = (D - 1) * Math.log(stretches[i]!) + logDensity[i]! - chains.logDensity[chain]!;
    if (Math.log(chains.streams[chain]!.uniform()) < logRatio) moveChain(chains, chain, rowOf(proposed, i), logDensity[i]!);
  }
}
