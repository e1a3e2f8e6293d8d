import type { Simulations } from "../data/simulations.js";
import { DomainError, ShapeError } from "../errors.js";
import type { EpochRecord } from "../nn/index.js";
import type { Matrix } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Key } from "../numerics/random.js";
import type { ToySimulator } from "./simulated-events.js";

/** A distribution over theta, given one x. */
export interface PosteriorGiven {
  /** Points `[n, D]`; the same key gives the same points. */
  sample(key: Key, n: number): Matrix | Promise<Matrix>;
  /** Logarithm of the density `[N]`, up to a constant; absent where there is none. */
  logProb?(theta: Matrix): Float64Array | Promise<Float64Array>;
}

/** What the checks ask of an estimator of the posterior. */
export interface VerifiablePosterior {
  /** The method. */
  readonly name: string;
  readonly parameters: ParameterRanges;
  readonly observables: readonly string[];
  /** The posterior given x `[L]`. */
  at(x: ArrayLike<number>): PosteriorGiven;
  /** What it was trained on. */
  readonly simulations?: Pick<Simulations, "x"> | undefined;
  /** Simulations that were kept from training. */
  readonly heldOut?: Pick<Simulations, "x"> | undefined;
  /** How each member was trained. */
  readonly training?:
    | readonly { readonly history: readonly EpochRecord[]; readonly bestEpoch: number | undefined; readonly stopped: string }[]
    | undefined;
}

/** The distribution of theta before x is seen, as far as the checks need it. */
export interface DrawnPrior {
  readonly names: readonly string[];
  /** n independent points `[n, D]`. */
  sample(key: Key, n: number): Matrix;
}

/** Refuses a prior or a simulator that is not the posterior's. */
export function assertSameNames(
  where: string,
  posterior: VerifiablePosterior,
  others: { simulator?: ToySimulator; prior?: DrawnPrior },
): void {
  const { simulator, prior } = others;
  const names = Object.keys(posterior.parameters);
  const pairs: [what: string, own: readonly string[], given: readonly string[] | undefined][] = [
    ["prior.names", names, prior?.names],
    ["simulator.parameters", names, simulator && Object.keys(simulator.parameters)],
    ["simulator.observables", posterior.observables, simulator?.observables],
  ];
  for (const [what, own, given] of pairs) {
    if (given === undefined || own.join() === given.join()) continue;
    throw new DomainError(where, what, given, own.join(", "), "give the prior and the simulator that the posterior was trained with");
  }
}

/** Refuses an option that is no whole number from a least one. */
export function assertCounts(where: string, counts: Readonly<Record<string, number>>, least = 1): void {
  for (const [name, value] of Object.entries(counts)) {
    if (!(Number.isSafeInteger(value) && value >= least)) throw new DomainError(where, name, value, `a whole number from ${least}`);
  }
}

/** Refuses an observation of another length than x, or with a value that is not finite; its name is the key. */
export function assertObservation(where: string, given: Readonly<Record<string, ArrayLike<number>>>, observables: readonly string[]): void {
  for (const [name, x] of Object.entries(given)) {
    if (x.length !== observables.length) {
      throw new ShapeError(where, name, `[${x.length}]`, `[${observables.length}]: ${observables.join(", ")}`);
    }
    const bad = observables.findIndex((_, j) => !Number.isFinite(x[j]));
    if (bad >= 0)
      throw new DomainError(where, `${name}[${bad}] (${observables[bad]})`, x[bad], "a finite number", "mend the observation first");
  }
}
