import { DomainError } from "../errors.js";
import { type Matrix, zeros } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { type Key, key as makeKey } from "../numerics/random.js";
import { type DenominatorRows, denominatorRows, isMarginal } from "./denominator.js";
import { FailureList } from "./failure.js";
import type { AnySimulator } from "./gold-simulator.js";
import { hypothesisRows, type RowFiller } from "./hypothesis.js";
import type { MineOptions } from "./mine-options.js";
import { type RunState, runEvents } from "./run-events.js";
import { labelOf, type ShardResult } from "./shard.js";

/** Everything of events `from` to `to - 1`, those that failed among them, with NaN in x. */
export interface MinedRange {
  readonly from: number;
  readonly theta0: Matrix;
  readonly theta1: Matrix;
  readonly x: Matrix;
  readonly label: Float64Array;
  readonly jointLogRatio: Float64Array;
  readonly jointScore: Matrix | undefined;
  readonly denominatorScore: Matrix | undefined;
  readonly failures: FailureList;
  readonly state: RunState;
}

/** Hypotheses, checked, and what is wanted of them. */
export interface MinePlan {
  readonly numerator: RowFiller;
  readonly denominator: DenominatorRows;
  readonly score: boolean;
}

/** Checks the hypotheses. Of lists of points all pairs come in turn; events 2k and 2k + 1 have the same pair, one of each label. */
export function minePlan<Ranges extends ParameterRanges>(
  where: string,
  simulator: AnySimulator<Ranges>,
  { numerator, denominator, score = true }: Pick<MineOptions<Ranges>, "denominator" | "numerator" | "score">,
): MinePlan {
  const { parameters } = simulator;
  if ("runWithGold" in simulator && isMarginal(denominator)) throw noMarginal(where, simulator.name);
  const pair = (event: number) => Math.floor(event / 2);
  const points = Array.isArray(numerator) ? numerator.length : 1;
  return {
    numerator: hypothesisRows({ where, argument: "numerator", pointOf: pair }, numerator, parameters),
    denominator: denominatorRows(where, denominator, { ranges: parameters, pointOf: (event) => Math.floor(pair(event) / points) }),
    score,
  };
}

function noMarginal(where: string, name: string): DomainError {
  return new DomainError(
    where,
    "denominator",
    "a marginal",
    `a point, points, a prior or a sampler, since ${name} computes its own gold, for one pair of hypotheses at a time`,
    "make it with simulator(...) for a marginal, or draw theta1 from the prior",
  );
}

/** theta0 and theta1 `[count, D]` of the events from `start` on, as a run of this plan has them. */
export function plannedRows(
  { numerator, denominator }: MinePlan,
  key: Key,
  D: number,
): (start: number, count: number) => readonly Matrix[] {
  return (start, count) => [numerator(key, start, zeros(count, D)), drawnTheta1(denominator, denominator.rows(key, start, count), D)];
}

/** The theta1 that an event of the denominator is drawn at `[count, D]`: the first of a marginal's K. */
function drawnTheta1({ draws = 1 }: DenominatorRows, rows: Float64Array, D: number): Matrix {
  const count = rows.length / (draws * D);
  const theta1 = zeros(count, D);
  for (let i = 0; i < count; i++) theta1.values.set(rows.subarray(i * draws * D, (i * draws + 1) * D), i * D);
  return theta1;
}

/** Mines a range of events. */
export async function mineRange(
  where: string,
  simulator: AnySimulator,
  { plan, options, from, to }: { readonly plan: MinePlan; readonly options: MineOptions; readonly from: number; readonly to: number },
): Promise<MinedRange> {
  const { parameters, observables } = simulator;
  const { numerator, denominator, score } = plan;
  const [D, count, key] = [Object.keys(parameters).length, to - from, makeKey(options.seed)];
  const denominatorScore = score && denominator.varies;
  const range = {
    from,
    theta0: zeros(count, D),
    theta1: zeros(count, D),
    x: zeros(count, observables.length),
    label: Float64Array.from({ length: count }, (_, i) => labelOf(from + i)),
    jointLogRatio: new Float64Array(count),
    jointScore: score ? zeros(count, D) : undefined,
    denominatorScore: denominatorScore ? zeros(count, D) : undefined,
    failures: new FailureList(parameters),
  };
  const state = await runEvents(simulator, {
    ...options,
    where,
    from,
    n: to,
    shard: (start, size) => {
      const theta = numerator(key, start, zeros(size, D)).values;
      const thetas = denominator.rows(key, start, size);
      range.theta0.values.set(theta, (start - from) * D);
      range.theta1.values.set(drawnTheta1(denominator, thetas, D).values, (start - from) * D);
      const gold = { denominator: thetas, draws: denominator.draws, score, denominatorScore };
      return { key, start, count: size, theta, gold, drop: options.failures === "drop" };
    },
    keep: (result, start) => keepShard(range, result, start - from),
  });
  return { ...range, state };
}

function keepShard(range: Omit<MinedRange, "state">, result: ShardResult, at: number): void {
  range.x.values.set(result.x, at * range.x.columns);
  range.jointLogRatio.set(result.jointLogRatio, at);
  range.jointScore?.values.set(result.jointScore, at * range.jointScore.columns);
  range.denominatorScore?.values.set(result.denominatorScore, at * range.denominatorScore.columns);
  range.failures.add(result.failed);
}
