import { rowOf } from "../../numerics/matrix.js";
import type { Mixture } from "./mixture.js";
import type { Chains, Space } from "./whitening.js";

/** A transition of all chains that leaves the density of a space as it is. */
export interface Kernel {
  /** Moves every chain once, in place; `q` is a mixture that does not depend on where the chains are. */
  sweep(space: Space, chains: Chains, q: Mixture | undefined): Promise<void>;
  /** Learns from the sweeps since the last call; called in the warm-up alone. */
  adapt(): void;
  /** Called once after the warm-up: what was learnt stays. */
  freeze(): void;
  /** What is not well, after sampling. */
  notes(): readonly string[];
}

/** Puts a chain at a point. */
export function moveChain(chains: Chains, chain: number, point: ArrayLike<number>, logDensity: number): void {
  rowOf(chains.position, chain).set(point);
  chains.logDensity[chain] = logDensity;
}
