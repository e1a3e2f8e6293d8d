import { takeRows } from "../../data/mined-sample.js";
import type { Simulations } from "../../data/simulations.js";
import { distanceRank, rankOf } from "../../diagnostics/simulation-based-calibration-ranks.js";
import type { CalibrationRuns } from "../../diagnostics/simulation-based-calibration-runs.js";
import { expectedTheta } from "../../diagnostics/tarp-reference.js";
import { columnOf, type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { quantileOf } from "../../numerics/quantiles.js";
import { fold, type Key, permutation, stream } from "../../numerics/random.js";
import { progress } from "../../platform/progress.js";
import { turn } from "../../platform/turn.js";

/** How held-out simulations are ranked. */
export interface HeldOutOptions {
  /** Most simulations that are looked at. */
  readonly most: number;
  /** Draws from the posterior of each, L. */
  readonly draws: number;
  readonly key: Key;
  /** Parameters whose spread is the unit of distances `[N, D]`. */
  readonly scaleOf: Matrix;
  readonly signal: AbortSignal | undefined;
}

/** What is asked of a posterior estimator. */
export interface RankedPosterior {
  readonly name: string;
  readonly parameters: ParameterRanges;
  at(x: ArrayLike<number>): { sample(key: Key, n: number): Matrix };
  /** log q(theta given x), row by row `[N]`. */
  logProb(theta: Matrix, x: Matrix): Float64Array;
}

/** Ranks of the held-out parameters among draws from the posterior of the held-out x. */
export interface HeldOutRanks extends CalibrationRuns {
  /** Simulations that were to be ranked. */
  readonly asked: number;
}

interface Truths {
  readonly theta: Matrix;
  readonly x: Matrix;
}

/** Children of the key. */
const [CHOICE, SAMPLE, TIES] = [0, 1, 2];

/**
 * Ranks held-out theta among L draws from q(theta given x) of the same simulation, as simulation-based calibration does: pairs that were kept
 * from training are pairs of the joint density that q was trained on. Ends early, with what there is, when it is interrupted.
 */
export async function heldOutRanks(posterior: RankedPosterior, heldOut: Simulations, options: HeldOutOptions): Promise<HeldOutRanks> {
  const { draws, signal } = options;
  const truths = truthsOf(heldOut, options);
  const samples: Matrix[] = [];
  const shown = progress(`${posterior.name} verdict`, truths.x.rows, "simulations");
  try {
    for (let i = 0; i < truths.x.rows && !signal?.aborted; i++) {
      samples.push(posterior.at(rowOf(truths.x, i)).sample(fold(fold(options.key, SAMPLE), i), draws));
      shown.update(i + 1);
      await turn();
    }
  } finally {
    shown.end();
  }
  return {
    ...ranked(truths, { samples, logProb: logProbOf(posterior, truths, samples) }, options),
    names: Object.keys(posterior.parameters),
  };
}

/** A random choice of the held-out pairs. */
function truthsOf({ theta, x }: Simulations, { most, key }: HeldOutOptions): Truths {
  const chosen = permutation(fold(key, CHOICE), x.rows).subarray(0, most);
  return { theta: takeRows(theta, chosen), x: takeRows(x, chosen) };
}

/** log q of each truth and then of its draws, one behind the other `[n (1 + L)]`: all in one call. */
function logProbOf(posterior: RankedPosterior, truths: Truths, samples: readonly Matrix[]): Float64Array {
  if (samples.length === 0) return new Float64Array(0);
  const each = 1 + samples[0]!.rows;
  const theta = zeros(samples.length * each, truths.theta.columns);
  const x = zeros(theta.rows, truths.x.columns);
  for (const [i, sample] of samples.entries()) {
    rowOf(theta, i * each).set(rowOf(truths.theta, i));
    theta.values.set(sample.values, (i * each + 1) * theta.columns);
    for (let k = 0; k < each; k++) rowOf(x, i * each + k).set(rowOf(truths.x, i));
  }
  return posterior.logProb(theta, x);
}

interface Drawn {
  readonly samples: readonly Matrix[];
  /** `[n (1 + L)]`. */
  readonly logProb: Float64Array;
}

function ranked({ theta, x }: Truths, { samples, logProb }: Drawn, options: HeldOutOptions): Omit<HeldOutRanks, "names"> {
  const { draws, key } = options;
  const ties = stream(fold(key, TIES));
  const scale = scaleOf(options.scaleOf);
  const expected = expectedTheta();
  const parameterRanks = zeros(samples.length, theta.columns);
  const [densityRanks, distanceRanks] = [new Float64Array(samples.length), new Float64Array(samples.length)];
  let broken = 0;
  for (const [i, sample] of samples.entries()) {
    const truth = rowOf(theta, i);
    const density = logProb.subarray(i * (1 + draws), (i + 1) * (1 + draws)).map((value) => -value);
    if (density.some(Number.isNaN) || !sample.values.every(Number.isFinite)) broken++;
    rowOf(parameterRanks, i).set(truth.map((value, j) => rankOf(value, columnOf(sample, j), ties)));
    densityRanks[i] = rankOf(density[0]!, density.subarray(1), ties);
    // The first has nothing before it to expect a theta from: any point that does not depend on the truth does.
    const reference = expected.at(rowOf(x, i)) ?? new Float64Array(theta.columns);
    distanceRanks[i] = distanceRank(truth, sample, { reference, scale, ties });
    expected.learn(truth, rowOf(x, i));
  }
  const reason = "points or densities that are not finite";
  return { draws, parameterRanks, densityRanks, distanceRanks, broken: { count: broken, reason }, x, asked: x.rows };
}

/** Interquartile range of each parameter, 1 where it is fixed. */
function scaleOf(theta: Matrix): Float64Array {
  return Float64Array.from({ length: theta.columns }, (_, j) => {
    const column = columnOf(theta, j);
    return quantileOf(column, 0.75) - quantileOf(column, 0.25) || 1;
  });
}
