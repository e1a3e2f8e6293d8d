import { MissingGoldError, ShapeError } from "../errors.js";
import type { Matrix } from "../numerics/matrix.js";
import { rowOf, zeros } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { fold, type Key, uniforms } from "../numerics/random.js";

/** What simulates the toys. */
export interface ToySimulator {
  readonly parameters: ParameterRanges;
  readonly observables: readonly string[];
  /** One event. */
  draw(theta: Theta, key: Key): { readonly x: ArrayLike<number> };
}

/** A simulation that fails is done again with another key; after so many, its error goes on. */
const ATTEMPTS = 20;

/** Events `[n, L]` at one theta; like mining, it leaves out simulations that fail. */
export function eventsAt(simulator: ToySimulator, theta: Theta, { n, key }: { readonly n: number; readonly key: Key }): Matrix {
  const x = zeros(n, simulator.observables.length);
  for (let i = 0; i < n; i++) rowOf(x, i).set(oneEvent(simulator, theta, fold(key, i)));
  return x;
}

/** The observables `[L]` of one event. */
export function oneEvent(simulator: ToySimulator, theta: Theta, key: Key): ArrayLike<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return Array.from(simulator.draw(theta, attempt === 1 ? key : fold(key, attempt)).x);
    } catch (error) {
      if (attempt === ATTEMPTS || error instanceof MissingGoldError || error instanceof ShapeError) throw error;
    }
  }
}

/** A theta drawn evenly from the ranges, away from their ends by a part of each. */
export function thetaWithin(ranges: ParameterRanges, key: Key, margin = 0): Theta {
  const u = uniforms(key, Object.keys(ranges).length);
  return Object.fromEntries(
    Object.entries(ranges).map(([name, [low, high]], j) => [name, low + (high - low) * (margin + (1 - 2 * margin) * u[j]!)]),
  );
}
