import { NO_FAILURES } from "../data/failures.js";
import type { MinedSample } from "../data/mined-sample.js";
import { type Matrix, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../numerics/parameters.js";
import { key as makeKey } from "../numerics/random.js";
import type { Simulator } from "./contract.js";
import { emptyRows, type Hypothesis, hypothesisRows } from "./hypothesis.js";
import { assertRun, type RunOptions, runEvents } from "./run-events.js";
import { labelOf, type ShardResult } from "./shard.js";

/** What to mine: `n` events in all, half from each hypothesis. */
export interface MineOptions<Ranges extends ParameterRanges = ParameterRanges> extends RunOptions {
  /** theta0: a point, or a prior from which each event draws its own. */
  readonly numerator: Hypothesis<Ranges>;
  /** theta1: a point, the same for all events. */
  readonly denominator: Theta<Ranges>;
  /** Whether to find the joint score too; default true. It takes six replays of each event for each parameter. */
  readonly score?: boolean;
}

/**
 * Simulates from two hypotheses and keeps what the simulator knew: the joint log-ratio and the joint score of each event.
 *
 * log r(x, z) = log p(x, z given theta0) - log p(x, z given theta1),   t(x, z) = grad_theta0 log p(x, z given theta0)
 *
 * Both come from replaying the event's trace at other parameters; the score by a sixth-order difference whose error estimate is
 * checked, or from the simulator's own `score`. Events 0, 2, 4, ... are drawn from theta0 (label 0), the others from theta1 (label 1).
 * The ratio of an event is not the ratio of its x: only its mean is, E[r(x, z) given x, theta1] = r(x).
 *
 * @param simulator - What to run.
 * @param options - Hypotheses, number, seed, workers.
 * @returns theta0, theta1 `[N, D]`, x `[N, L]`, label and jointLogRatio `[N]`, jointScore `[N, D]`.
 * @throws {MissingGoldError} When joint ratio or score do not exist: x changes with theta though the draws are fixed, a draw's support or the sequence of addresses depends on theta, something random did not come from `sample`, or log p is not smooth in theta.
 * @throws {DomainError} When a hypothesis does not fit the simulator, x is not finite, n or seed is not such a number, or workers are asked for that cannot find the simulator.
 * @throws {ShapeError} When the simulator returns another number of observables.
 * @source Brehmer, Louppe, Pavez, Cranmer 2018, arXiv:1805.12244, equations 1 to 8
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 1000, seed: 1 });
 * mined.label.slice(0, 4); // 0, 1, 0, 1
 */
export async function mine<const Ranges extends ParameterRanges>(
  simulator: Simulator<Ranges>,
  options: MineOptions<Ranges>,
): Promise<MinedSample<Ranges>> {
  assertRun("mine", simulator, options);
  const { name, parameters, observables } = simulator;
  const { seed, n, score = true } = options;
  const numerator = hypothesisRows({ where: "mine", argument: "numerator" }, options.numerator, parameters);
  const denominator = toRow("mine", "denominator", options.denominator as Theta, parameters);
  const key = makeKey(seed);
  const theta0 = emptyRows(n, parameters);
  const gold = emptyGold(n, { L: observables.length, D: score ? theta0.columns : 0 });
  await runEvents(simulator, {
    ...options,
    where: "mine",
    shard: (start, count) => {
      const { values: theta } = numerator(key, start, emptyRows(count, parameters));
      theta0.values.set(theta, start * theta0.columns);
      return { key, start, count, theta, gold: { denominator, score } };
    },
    keep: (result, start) => keepGold(gold, result, start),
  });
  const { jointScore, ...rest } = gold;
  const sample = {
    simulator: name,
    parameters,
    observables,
    seed,
    theta0,
    theta1: repeated(denominator, n),
    ...rest,
    label: labels(n),
    failures: NO_FAILURES,
  };
  return score ? { ...sample, jointScore } : sample;
}

interface Gold {
  readonly x: Matrix;
  readonly jointLogRatio: Float64Array;
  readonly jointScore: Matrix;
}

function emptyGold(n: number, { L, D }: { readonly L: number; readonly D: number }): Gold {
  return { x: zeros(n, L), jointLogRatio: new Float64Array(n), jointScore: zeros(n, D) };
}

function keepGold(gold: Gold, result: ShardResult, start: number): void {
  gold.x.values.set(result.x, start * gold.x.columns);
  gold.jointLogRatio.set(result.jointLogRatio, start);
  gold.jointScore.values.set(result.jointScore, start * gold.jointScore.columns);
}

function labels(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => labelOf(i));
}

function repeated(row: Float64Array, n: number): Matrix {
  const matrix = zeros(n, row.length);
  for (let i = 0; i < n; i++) matrix.values.set(row, i * row.length);
  return matrix;
}
