import type { Stream } from "../../numerics/random.js";
import { DIVERGENCE, kick, kickAndDrift, negativeEnergy, type Phase, type Slope } from "./leapfrog.js";
import type { Move } from "./lockstep.js";

/** A path of 2^depth steps: its ends, its sum of momenta and a point chosen in proportion to density. */
interface Tree {
  readonly first: Phase;
  readonly last: Phase;
  readonly momentum: Float64Array;
  readonly chosen: Phase;
  /** log of the sum of exp(-H) over the path, relative to the start. */
  readonly logWeight: number;
  /** The path turns back on itself, or has diverged: it must not be doubled again. */
  readonly ended: boolean;
}

/** What a transition tells of itself. */
export interface NutsCounts {
  acceptance: number;
  steps: number;
  divergent: number;
}

/** How a path is followed. */
export interface NutsPath {
  readonly step: number;
  readonly mostDoublings: number;
  readonly source: Stream;
  readonly counts: NutsCounts;
}

interface Branch extends NutsPath {
  /** +1 onward in time, -1 backward. */
  readonly direction: 1 | -1;
  /** -H at the start of the transition. */
  readonly start: number;
}

/**
 * A transition of the no-U-turn sampler: doubles a path, forward or backward, until it turns, and chooses a point of it by its density.
 *
 * turned: p_first . rho <= 0 or p_last . rho <= 0,   rho the sum of the momenta of the path
 *
 * @param q - Where the chain is `[D]`.
 * @param path - Step size, limit, random numbers, counts.
 * @returns Where the chain is afterwards.
 * @source Hoffman, Gelman 2014 (arXiv 1111.4246), algorithm 6; choice of the point and turning: Betancourt 2017 (arXiv 1701.02434), appendix A
 */
export function* nutsMove(q: Float64Array, path: NutsPath): Move<Slope, Phase> {
  const at = yield q;
  const p = Float64Array.from(q, () => path.source.normal());
  const start: Phase = { q, p, ...at };
  let tree: Tree = { first: start, last: start, momentum: p, chosen: start, logWeight: 0, ended: false };
  for (let depth = 0; depth < path.mostDoublings && !tree.ended; depth++) {
    const direction = path.source.uniform() < 0.5 ? 1 : -1;
    const edge = direction === 1 ? tree.last : tree.first;
    const grown = yield* grow(edge, depth, { ...path, direction, start: negativeEnergy(start) });
    if (grown.ended) break;
    // Towards the new half whenever it weighs more: further away than in proportion, and as exact.
    const takes = Math.log(path.source.uniform()) < grown.logWeight - tree.logWeight;
    tree = { ...joined(tree, grown, direction), chosen: takes ? grown.chosen : tree.chosen };
  }
  return tree.chosen;
}

function* grow(edge: Phase, depth: number, branch: Branch): Move<Slope, Tree> {
  if (depth === 0) return yield* leaf(edge, branch);
  const near = yield* grow(edge, depth - 1, branch);
  if (near.ended) return near;
  const far = yield* grow(branch.direction === 1 ? near.last : near.first, depth - 1, branch);
  if (far.ended) return far;
  const tree = joined(near, far, branch.direction);
  const takes = Math.log(branch.source.uniform()) < far.logWeight - tree.logWeight;
  return { ...tree, chosen: takes ? far.chosen : near.chosen };
}

function* leaf(edge: Phase, { step, direction, start, counts }: Branch): Move<Slope, Tree> {
  const half = kickAndDrift(edge, direction * step);
  const phase = kick(half, direction * step, yield half.q);
  const gain = negativeEnergy(phase) - start;
  counts.steps++;
  counts.acceptance += Math.min(1, Math.exp(gain));
  const diverged = gain < -DIVERGENCE;
  if (diverged) counts.divergent++;
  return { first: phase, last: phase, momentum: phase.p, chosen: phase, logWeight: gain, ended: diverged };
}

/** Two paths that follow each other, as one; the caller chooses the point. */
function joined(near: Tree, far: Tree, direction: 1 | -1): Tree {
  const [before, after] = direction === 1 ? [near, far] : [far, near];
  const momentum = before.momentum.map((value, d) => value + after.momentum[d]!);
  const [larger, smaller] = near.logWeight > far.logWeight ? [near.logWeight, far.logWeight] : [far.logWeight, near.logWeight];
  // The halves' borders too: a path of exactly one period has ends that do not tell of the turn.
  const ended =
    turned(momentum, before.first, after.last) ||
    turned(plus(before.momentum, after.first.p), before.first, after.first) ||
    turned(plus(after.momentum, before.last.p), before.last, after.last);
  return {
    first: before.first,
    last: after.last,
    momentum,
    chosen: near.chosen,
    logWeight: larger + Math.log1p(Math.exp(smaller - larger)),
    ended,
  };
}

function turned(momentum: Float64Array, first: Phase, last: Phase): boolean {
  return dot(momentum, first.p) <= 0 || dot(momentum, last.p) <= 0;
}

function plus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, d) => value + b[d]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, d) => total + value * b[d]!, 0);
}
