import { DomainError, MissingGoldError, ShapeError } from "../errors.js";
import { type ParameterRanges, type Theta, toTheta } from "../numerics/parameters.js";
import { type Key, stream } from "../numerics/random.js";
import { logSumExp } from "../numerics/sums.js";
import type { Simulator } from "./contract.js";
import type { EventRunner } from "./event-runner.js";
import { simulatorThrew } from "./failure.js";
import type { GoldSimulator, HypothesisPair } from "./gold-simulator.js";
import { scoreOnTape } from "./score.js";

/** One event to be mined. */
export interface EventGold {
  readonly key: Key;
  /** Its number, for messages. */
  readonly number: number;
  /** 0: drawn from theta0; 1: from theta1. */
  readonly label: 0 | 1;
  /** `[D]`. */
  readonly theta0: Float64Array;
  /** `[D]`, or of a marginal `[K, D]`. */
  readonly theta1: Float64Array;
  /** K; undefined without a marginal. */
  readonly draws: number | undefined;
  /** Receives the joint score `[D]`; undefined when it is not wanted. */
  readonly score: Float64Array | undefined;
  /** Receives the score at theta1 `[D]` of an event drawn there; undefined when it is not wanted. */
  readonly denominatorScore: Float64Array | undefined;
}

/** What was mined. */
export interface MinedEvent {
  /** `[L]`. */
  readonly x: ArrayLike<number>;
  readonly jointLogRatio: number;
}

/** Mines by replaying the event's trace. */
export function mineEvent(simulator: Simulator, runner: EventRunner): (event: EventGold) => MinedEvent {
  return ({ key, number, label, theta0, theta1, draws, score, denominatorScore }) => {
    const D = theta0.length;
    const own = label === 0 ? theta0 : theta1.subarray(0, D);
    runner.record(own, key, number);
    runner.verify(own);
    // Logarithms of p relative to where the event was drawn.
    const atTheta0 = label === 0 ? 0 : logRatioTo(runner, theta0);
    const atTheta1 = draws === undefined ? (label === 1 ? 0 : logRatioTo(runner, theta1)) : logMean(runner, theta1, { D, known: label });
    if (!Number.isFinite(atTheta1)) throw impossible(runner, theta1.subarray(0, D));
    if (score) scoreOnTape(simulator, runner, { row: theta0, atRow: atTheta0 }, score);
    if (denominatorScore && label === 1) scoreOnTape(simulator, runner, { row: own, atRow: 0 }, denominatorScore);
    return { x: runner.tape.x, jointLogRatio: atTheta0 - atTheta1 };
  };
}

/** Log of the mean over the K thetas, relative to where the event was drawn; `known`: whether that was the first of them. A theta may be impossible. */
function logMean(runner: EventRunner, thetas: Float64Array, { D, known }: { readonly D: number; readonly known: 0 | 1 }): number {
  const K = thetas.length / D;
  const logs = Float64Array.from({ length: K }, (_, k) =>
    known === 1 && k === 0 ? 0 : runner.replay(thetas.subarray(k * D, (k + 1) * D)),
  );
  return logSumExp(logs) - Math.log(K);
}

/** Mines a simulator that computes its own gold. */
export function mineOwnGold({ name, parameters, observables, runWithGold }: GoldSimulator): (event: EventGold) => MinedEvent {
  const names = Object.keys(parameters);
  return ({ key, number, label, theta0, theta1, score, denominatorScore }) => {
    const [numerator, denominator] = [toTheta(theta0, parameters), toTheta(theta1, parameters)];
    const own = label === 0 ? numerator : denominator;
    const event = `${name}, event ${number} at ${JSON.stringify(own)}`;
    const run = (pair: HypothesisPair<ParameterRanges>) => {
      try {
        return runWithGold(own, stream(key), pair);
      } catch (error) {
        throw simulatorThrew("mine", event, error);
      }
    };
    const { x, jointLogRatio, jointScore } = run({ numerator, denominator });
    assertObserved(x, observables, event);
    assertFinite(`jointLogRatio of ${event}`, jointLogRatio);
    if (score) keepScore(jointScore, { names, event, out: score });
    if (denominatorScore && label === 1) {
      // The same event with the two hypotheses exchanged: the score is that at the numerator.
      const other = run({ numerator: denominator, denominator: numerator });
      keepScore(other.jointScore, { names, event, out: denominatorScore });
    }
    return { x, jointLogRatio };
  };
}

function keepScore(
  score: Theta | undefined,
  { names, event, out }: { readonly names: readonly string[]; readonly event: string; readonly out: Float64Array },
): void {
  if (score === undefined) {
    throw new MissingGoldError("mine", `${event} has no jointScore`, undefined, "let it return one, or mine with score: false");
  }
  for (const [j, name] of names.entries()) out[j] = assertFinite(`jointScore.${name} of ${event}`, score[name]);
}

function assertObserved(x: ArrayLike<number>, observables: readonly string[], event: string): void {
  if (x?.length !== observables.length) {
    const advice = `return one number for each of ${observables.join(", ")}`;
    throw new ShapeError("mine", `x of ${event}`, `[${x?.length ?? typeof x}]`, `[${observables.length}]`, advice);
  }
  for (const [l, observable] of observables.entries()) assertFinite(`x.${observable} of ${event}`, x[l]);
}

function assertFinite(place: string, value: number | undefined): number {
  if (!Number.isFinite(value)) throw new DomainError("mine", place, value, "a finite number");
  return value as number;
}

function logRatioTo(runner: EventRunner, other: Float64Array): number {
  const logRatio = runner.replay(other);
  if (!Number.isFinite(logRatio)) throw impossible(runner, other);
  return logRatio;
}

function impossible(runner: EventRunner, other: Float64Array): MissingGoldError {
  const address = runner.firstChange(other, (logRatio) => !Number.isFinite(logRatio));
  return runner.missing(`the draw ${address} is impossible at ${runner.show(other)}: its support depends on theta`, address, {
    advice: "choose hypotheses under which the same draws are possible",
  });
}
