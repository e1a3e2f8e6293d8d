import { DomainError, ShapeError } from "../errors.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { RoundMethod } from "./method.js";
import type { RoundsOptions } from "./round.js";
import type { RoundSimulator } from "./round-simulator.js";

/** Checked options with their defaults. */
export interface RoundsPlan<Estimator> extends Omit<RoundsOptions<Estimator>, "failures" | "rounds" | "x"> {
  readonly method: RoundMethod<Estimator>;
  readonly simulator: RoundSimulator;
  readonly x: Float64Array;
  readonly rounds: number;
  readonly failures: "drop" | "stop";
  /** Ranges of theta's columns. */
  readonly parameters: ParameterRanges;
}

/** Checks what users give. */
export function checkedPlan<Estimator>(
  method: RoundMethod<Estimator>,
  simulator: RoundSimulator,
  given: RoundsOptions<Estimator>,
): RoundsPlan<Estimator> {
  const where = "rounds";
  assertMethod(method);
  if (typeof given !== "object" || given === null) throw new DomainError(where, "options", given, "options with prior, x, n and seed");
  const { rounds = 5, failures = "stop", ...options } = given;
  const { n, seed, seconds = Infinity, prior, resume } = options;
  for (const [name, value] of Object.entries({ n, rounds })) {
    if (!(Number.isSafeInteger(value) && value >= 1)) throw new DomainError(where, name, value, "a whole number from 1");
  }
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new DomainError(where, "seed", seed, "an integer from 0 to 2^53 - 1");
  if (!(typeof seconds === "number" && seconds > 0)) throw new DomainError(where, "seconds", seconds, "a number above 0");
  if (failures !== "stop" && failures !== "drop") throw new DomainError(where, "failures", failures, '"stop" or "drop"');
  if (resume && !(Number.isSafeInteger(resume.round) && resume.round >= 0 && resume.proposal))
    throw new DomainError(where, "resume", resume, "a round, or partial of an InterruptedError of rounds");
  assertObjects(options);
  assertSimulator(simulator, prior.names);
  const parameters = typeof simulator === "function" ? (prior.parameters as ParameterRanges) : simulator.parameters;
  return { ...options, method, simulator, x: observationOf(simulator, options.x), rounds, failures, parameters };
}

function assertMethod(method: RoundMethod): void {
  const missing = (["fit", "posterior", "propose"] as const).find((name) => typeof method?.[name] !== "function");
  if (missing === undefined) return;
  const advice = "give snl(), apt(), tsnpe() or activeLearning(); npe and nle know no rounds";
  throw new DomainError("rounds", `method.${missing}`, method?.[missing], "a function", advice);
}

function assertObjects({ prior, signal, fit }: Pick<RoundsOptions, "prior" | "signal" | "fit">): void {
  if (typeof prior?.sample !== "function")
    throw new DomainError("rounds", "prior", prior, "a prior that can be drawn from", "make one, as uniform({ mu: [-2, 2] })");
  if (signal !== undefined && typeof signal?.aborted !== "boolean")
    throw new DomainError("rounds", "signal", signal, "an AbortSignal", "give controller.signal");
  if (fit !== undefined && (typeof fit !== "object" || fit === null))
    throw new DomainError("rounds", "fit", fit, "options of the training, e.g. { epochs: 100 }");
}

function assertSimulator(simulator: RoundSimulator, names: readonly string[]): void {
  if (typeof simulator === "function") return;
  if (typeof simulator?.draw !== "function" || !simulator.parameters || !Array.isArray(simulator.observables))
    throw new DomainError("rounds", "simulator", simulator, "a simulator, or a function of theta that returns events");
  const own = Object.keys(simulator.parameters).join(", ");
  if (names.join(", ") !== own) throw new DomainError("rounds", "prior.names", names, `the simulator's parameters ${own}, in their order`);
}

function observationOf(simulator: RoundSimulator, given: ArrayLike<number>): Float64Array {
  const names = typeof simulator === "function" ? undefined : simulator.observables;
  const expected = names ? `[${names.length}], one number for each of ${names.join(", ")}` : "[L]";
  if (typeof given !== "object" || typeof given?.length !== "number") throw new DomainError("rounds", "x", given, `numbers ${expected}`);
  if (given.length === 0 || (names && given.length !== names.length)) {
    throw new ShapeError("rounds", "x", `[${given.length}]`, expected);
  }
  const bad = Array.from(given).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DomainError("rounds", `x[${bad}]`, given[bad], "a finite number", "mend the observation first");
  return Float64Array.from(given);
}
