import { logLikelihood } from "../inference/log-likelihood.js";
import { maximumLikelihood } from "../inference/maximum-likelihood.js";
import type { Matrix } from "../numerics/matrix.js";
import { zeros } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { fold, type Key, uniforms } from "../numerics/random.js";
import { chiSquareQuantile } from "../numerics/special.js";
import { notebook } from "../platform/notebook.js";
import { progress } from "../platform/progress.js";
import { turn } from "../platform/turn.js";
import { type Check, gradeOf, shown, twoSided } from "./check.js";
import type { VerifiableRatio } from "./verifiable-ratio.js";

/** What simulates the toys. */
export interface ToySimulator {
  readonly parameters: ParameterRanges;
  readonly observables: readonly string[];
  /** One event. */
  draw(theta: Theta, key: Key): { readonly x: ArrayLike<number> };
}

/** How many toys. */
export interface ToyOptions {
  /** Number of toy data sets. */
  readonly toys: number;
  /** Events of each. */
  readonly eventsPerToy: number;
  readonly key: Key;
  /** Ends the toys and keeps what was done; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

const LEVELS = [0.6827, 0.9545] as const;
/** Toys stay this part of the range away from its ends, where Wilks' theorem does not hold. */
const MARGIN = 0.2;
/** A coverage further off than this spoils results. */
const MATTERS = 0.05;

/**
 * How often intervals by Wilks' theorem hold the theta that the events were simulated at: toys at thetas over the trained range.
 *
 * @returns One check for each level; none when theta was a single point.
 * @source arXiv:1007.1727 for the thresholds
 */
export async function toyCoverage(ratio: VerifiableRatio, simulator: ToySimulator, options: ToyOptions): Promise<Check[]> {
  const varied = Object.values(ratio.trained).filter(([low, high]) => high > low).length;
  if (varied < Object.keys(ratio.trained).length) return [];
  const statistics = await runToys(ratio, simulator, options);
  return LEVELS.map((level) => coverageCheck(statistics, { level, threshold: chiSquareQuantile(level, varied), asked: options.toys }));
}

/** -2 log lambda at the truth of each toy. */
async function runToys(
  ratio: VerifiableRatio,
  simulator: ToySimulator,
  { toys, eventsPerToy, key, signal }: ToyOptions,
): Promise<number[]> {
  const interrupt = signal ?? notebook()?.interrupt;
  const shown = progress("toys", toys, "toys");
  const statistics: number[] = [];
  try {
    for (let toy = 0; toy < toys && !interrupt?.aborted; toy++) {
      const from = fold(key, toy);
      const truth = thetaWithin(ratio.trained, from);
      const x = zeros(eventsPerToy, simulator.observables.length);
      for (let i = 0; i < eventsPerToy; i++) x.values.set(Array.from(simulator.draw(truth, fold(from, i)).x), i * x.columns);
      statistics.push(testStatistic(ratio, x, truth));
      shown.update(toy + 1);
      await turn();
    }
  } finally {
    shown.end();
  }
  return statistics;
}

function thetaWithin(ranges: ParameterRanges, key: Key): Theta {
  const names = Object.keys(ranges);
  // The events' keys are children of this key: its own draws are free.
  const u = uniforms(key, names.length);
  return Object.fromEntries(
    names.map((name, j) => {
      const [low, high] = ranges[name]!;
      return [name, low + (high - low) * (MARGIN + (1 - 2 * MARGIN) * u[j]!)];
    }),
  );
}

function testStatistic(ratio: VerifiableRatio, x: Matrix, truth: Theta): number {
  const logL = logLikelihood(
    { parameters: ratio.trained, observables: ratio.observables, logRatio: (events, theta) => ratio.logRatio(events, theta) },
    x,
  );
  return 2 * (maximumLikelihood(logL).logLikelihood - logL(truth));
}

function coverageCheck(
  statistics: readonly number[],
  { level, threshold, asked }: { readonly level: number; readonly threshold: number; readonly asked: number },
): Check {
  const n = statistics.length;
  const name = `coverage ${shown(100 * level, 4)} %`;
  const held = statistics.filter((statistic) => statistic <= threshold).length;
  const value = held / n;
  const error = Math.sqrt((level * (1 - level)) / n);
  const few = n < asked ? ` (interrupted: ${n} of ${asked} toys)` : "";
  const message = `${held} of ${n} intervals hold the truth${few}`;
  if (n === 0) return { name, grade: "warn", value, threshold: String(level), message, advice: "let the toys run" };
  const deviation = (value - level) / error;
  const grade = gradeOf(twoSided(deviation), value < level - MATTERS);
  const advice =
    value < level
      ? "the intervals are too narrow: calibrate, train on more events, or use an ensemble"
      : "the intervals are wider than they need to be";
  return { name, grade, value, threshold: `${level} +- ${shown(error, 2)}`, message, advice: grade === "pass" ? "" : advice };
}
