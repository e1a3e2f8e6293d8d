import { DomainError } from "../errors.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Run, Simulator, SimulatorOptions } from "./contract.js";
import { drawOnce, pathLogProb } from "./path.js";

/**
 * Makes a simulator from a plain function whose every random number comes from `sample`.
 *
 * Since each draw has a known distribution, the trace of an event can be replayed at other parameters: this gives the joint
 * likelihood ratio and the joint score, which `mine` collects. It is undefined when the support of a draw moves with theta, when
 * theta enters after the draws (x = z + theta with z drawn without it: draw x itself), or when a random number comes from elsewhere.
 *
 * @param options - Name, parameters with ranges, observables; where workers find it; a score where it is known.
 * @param run - One event: parameters in, observables `[L]` out.
 * @returns The simulator.
 * @throws {DomainError} When there is no parameter or observable, a name repeats, or a range is empty.
 * @source Brehmer, Louppe, Pavez, Cranmer 2018, arXiv:1805.12244, section II
 * @example
 * const coins = simulator({ name: "coins", parameters: { p: [0, 1] }, observables: ["heads"] }, (theta, sample) => {
 *   let heads = 0;
 *   for (let i = 0; i < 10; i++) heads += sample("coin", bernoulli(theta.p));
 *   return [heads];
 * });
 */
export function simulator<const Ranges extends ParameterRanges>(options: SimulatorOptions<Ranges>, run: Run<Ranges>): Simulator<Ranges> {
  assertOptions("simulator", options);
  const self: Simulator<Ranges> = {
    ...options,
    run,
    draw: (theta, key) => drawOnce(self, theta, key),
    logProb: (theta, trace) => pathLogProb(self, theta, trace),
  };
  return self;
}

/** Checks names and ranges. */
export function assertOptions(where: string, { parameters, observables }: SimulatorOptions): void {
  const ranges = Object.entries(parameters);
  if (ranges.length === 0) throw new DomainError(where, "parameters", parameters, "at least one parameter, { name: [low, high] }");
  for (const [name, range] of ranges) {
    if (!(range[0] < range[1])) throw new DomainError(where, `parameters.${name}`, range, "[low, high] with low below high");
  }
  if (observables.length === 0) throw new DomainError(where, "observables", observables, "at least one name");
  if (new Set(observables).size < observables.length) {
    throw new DomainError(where, "observables", observables, "names that differ from each other");
  }
}
