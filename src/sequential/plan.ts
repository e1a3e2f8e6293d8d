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
  { rounds = 5, failures = "stop", ...options }: RoundsOptions<Estimator>,
): RoundsPlan<Estimator> {
  const where = "rounds";
  assertMethod(method);
  const { n, seed, seconds = Infinity, prior, resume } = options;
  for (const [name, value] of Object.entries({ n, rounds })) {
    if (!(Number.isSafeInteger(value) && value >= 1)) throw new DomainError(where, name, value, "a whole number from 1");
  }
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new DomainError(where, "seed", seed, "an integer from 0 to 2^53 - 1");
  if (!(seconds > 0)) throw new DomainError(where, "seconds", seconds, "a number above 0");
  if (failures !== "stop" && failures !== "drop") throw new DomainError(where, "failures", failures, '"stop" or "drop"');
  if (resume && !(Number.isSafeInteger(resume.round) && resume.round >= 0 && resume.proposal))
    throw new DomainError(where, "resume", resume, "a round, or partial of an InterruptedError of rounds");
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

function assertSimulator(simulator: RoundSimulator, names: readonly string[]): void {
  if (typeof simulator === "function") return;
  if (typeof simulator?.draw !== "function")
    throw new DomainError("rounds", "simulator", simulator, "a simulator, or a function of theta that returns events");
  const own = Object.keys(simulator.parameters).join(", ");
  if (names.join(", ") !== own) throw new DomainError("rounds", "prior.names", names, `the simulator's parameters ${own}, in their order`);
}

function observationOf(simulator: RoundSimulator, given: ArrayLike<number>): Float64Array {
  const names = typeof simulator === "function" ? undefined : simulator.observables;
  if (given.length === 0 || (names && given.length !== names.length)) {
    throw new ShapeError(
      "rounds",
      "x",
      `[${given.length}]`,
      names ? `[${names.length}], one number for each of ${names.join(", ")}` : "[L]",
    );
  }
  const x = Float64Array.from(given);
  const bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DomainError("rounds", `x[${bad}]`, given[bad], "a finite number", "mend the observation first");
  return x;
}
