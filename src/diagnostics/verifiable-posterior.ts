import type { Simulations } from "../data/simulations.js";
import { DomainError, ShapeError } from "../errors.js";
import type { EpochRecord } from "../nn/index.js";
import { isList, type Matrix } from "../numerics/matrix.js";
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

/** What a check tries, and with what. */
interface Tried {
  readonly posterior: VerifiablePosterior;
  readonly simulator: ToySimulator;
  readonly prior: DrawnPrior;
}

/** Refuses what is no estimator, simulator or prior, and a prior or a simulator that is not the posterior's. */
export function assertTried(where: string, { posterior, simulator, prior }: Tried): void {
  assertEstimator(where, posterior);
  assertSimulator(where, simulator);
  if (typeof prior?.sample !== "function" || !isList(prior.names))
    throw new DomainError(where, "prior", prior, "a prior that can be drawn from", "make one, as uniform({ mu: [-2, 2] })");
  const names = Object.keys(posterior.parameters);
  const pairs: [what: string, own: readonly string[], given: readonly string[]][] = [
    ["prior.names", names, prior.names],
    ["simulator.parameters", names, Object.keys(simulator.parameters)],
    ["simulator.observables", posterior.observables, simulator.observables],
  ];
  for (const [what, own, given] of pairs) {
    if (own.join() === given.join()) continue;
    throw new DomainError(where, what, given, own.join(", "), "give the prior and the simulator that the posterior was trained with");
  }
}

function assertEstimator(where: string, posterior: VerifiablePosterior): void {
  if (typeof posterior?.at !== "function") {
    const [argument, value] = posterior ? ["posterior.at", posterior.at] : ["posterior", posterior];
    const advice = "give the trained estimator itself: awaited, and without .at(x)";
    throw new DomainError(where, argument, value, posterior ? "a function of x" : "an estimator of the posterior", advice);
  }
  if (typeof posterior.parameters !== "object" || posterior.parameters === null)
    throw new DomainError(where, "posterior.parameters", posterior.parameters, "the range of each parameter by name");
  if (!isList(posterior.observables))
    throw new DomainError(where, "posterior.observables", posterior.observables, "the names of x's columns");
}

/** Refuses what is no simulator. */
export function assertSimulator(where: string, simulator: ToySimulator): void {
  if (typeof simulator?.draw === "function" && typeof simulator.parameters === "object" && isList(simulator.observables)) return;
  const expected = "a simulator with parameters, observables and draw";
  throw new DomainError(
    where,
    "simulator",
    simulator,
    expected,
    "make one from a function by simulator({ name, parameters, observables }, f)",
  );
}

/** Refuses what cannot be drawn from. */
export function assertSampler(where: string, given: PosteriorGiven): void {
  if (typeof given?.sample === "function") return;
  throw new DomainError(where, "posterior.at(x).sample", given?.sample, "a function that draws n points [n, D]");
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
    if (!isList(x)) throw new DomainError(where, name, x, `${observables.length} numbers: ${observables.join(", ")}`);
    if (x.length !== observables.length) {
      throw new ShapeError(where, name, `[${x.length}]`, `[${observables.length}]: ${observables.join(", ")}`);
    }
    const bad = observables.findIndex((_, j) => !Number.isFinite(x[j]));
    if (bad >= 0)
      throw new DomainError(where, `${name}[${bad}] (${observables[bad]})`, x[bad], "a finite number", "mend the observation first");
  }
}
