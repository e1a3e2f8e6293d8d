import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import type { Stream } from "../numerics/random.js";
import type { Simulator, SimulatorOptions } from "./contract.js";
import { assertOptions } from "./simulator.js";

/** The two hypotheses of an event. */
export interface HypothesisPair<Ranges extends ParameterRanges> {
  readonly numerator: Theta<Ranges>;
  readonly denominator: Theta<Ranges>;
}

/** One event and what its author knows of it. */
export interface GoldDraw<Ranges extends ParameterRanges> {
  /** What was observed `[L]`. */
  readonly x: ArrayLike<number>;
  /** log p(x, z given numerator) - log p(x, z given denominator). */
  readonly jointLogRatio: number;
  /** Gradient at the numerator of log p(x, z given theta); may be left out when mining without the score. */
  readonly jointScore?: Theta<Ranges>;
}

/** One event: drawn at theta, which is one of the pair, from `source` alone. */
export type GoldRun<Ranges extends ParameterRanges> = (
  theta: Theta<Ranges>,
  source: Stream,
  pair: HypothesisPair<Ranges>,
) => GoldDraw<Ranges>;

/** A simulator that computes its own gold. */
export interface GoldSimulator<Ranges extends ParameterRanges = ParameterRanges> extends Omit<SimulatorOptions<Ranges>, "score"> {
  /** One event. */
  runWithGold(theta: Theta<Ranges>, source: Stream, pair: HypothesisPair<Ranges>): GoldDraw<Ranges>;
}

/** What `mine` takes. */
export type AnySimulator<Ranges extends ParameterRanges = ParameterRanges> = GoldSimulator<Ranges> | Simulator<Ranges>;

/**
 * Makes a simulator whose author computes the joint ratio and score himself, where there is no trace to replay: from matrix elements, or from a
 * latent variable whose density is known. Nothing is checked but that the numbers are finite; a wrong formula gives a wrong ratio.
 *
 * @param options - Name, parameters with ranges, observables; where workers find it.
 * @param run - One event.
 * @returns A simulator for `mine`.
 * @throws {DomainError} When there is no parameter or observable, a name repeats, or a range is empty.
 * @example
 * const shift = goldSimulator({ name: "shift", parameters: { mean: [-4, 4] }, observables: ["x"] }, ({ mean }, source, { numerator, denominator }) => {
 *   const z = mean + 2 * source.normal();
 *   const jointLogRatio = ((z - denominator.mean) ** 2 - (z - numerator.mean) ** 2) / 8;
 *   return { x: [z + source.normal()], jointLogRatio, jointScore: { mean: (z - numerator.mean) / 4 } };
 * });
 * const mined = await mine(shift, { numerator: { mean: 1 }, denominator: { mean: 0 }, n: 100, seed: 1 });
 */
export function goldSimulator<const Ranges extends ParameterRanges>(
  options: Omit<SimulatorOptions<Ranges>, "score">,
  run: GoldRun<Ranges>,
): GoldSimulator<Ranges> {
  assertOptions("goldSimulator", options);
  return { ...options, runWithGold: run };
}
