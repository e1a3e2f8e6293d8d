import { chainOptions } from "./chain-options.js";
import { type ChainOptions, ChainRun } from "./chains.js";
import type { Sampler } from "./sampler.js";
import { makeSliceKernel } from "./slice-kernel.js";

/**
 * Slice sampling of many chains together: the default. It needs no gradients and no tuning.
 *
 * y ~ U(0, p(theta | x));   theta' ~ U{ theta : p(theta | x) > y }, one whitened coordinate after another, then two lines along a fitted mixture
 *
 * The chains begin in all modes, in proportion, from tempered draws of the prior. Where the likelihood has gradients and more than about ten parameters,
 * `nuts` needs fewer evaluations.
 *
 * @param options - Chains, warm-up.
 * @returns A sampler for `posterior(...).sample`.
 * @throws {DomainError} When an option is not a number of the kind its documentation says.
 * @source Neal 2003, "Slice sampling", Annals of Statistics 31, 705; directions and jumps of many chains: Karamanis, Beutler 2021 (arXiv 2002.06212)
 * @example
 * slice({ chains: 50 }).name; // "slice"
 */
export function slice(options: ChainOptions = {}): Sampler {
  const optionsFor = chainOptions("slice", options);
  return {
    name: "slice",
    start: (target, settings) => new ChainRun(target, settings, optionsFor(settings.n), makeSliceKernel(target.dimension)),
  };
}
