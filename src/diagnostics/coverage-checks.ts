import { logGamma } from "../numerics/log-gamma.js";
import type { Theta } from "../numerics/parameters.js";
import { chiSquareCdf, chiSquareQuantile } from "../numerics/special.js";
import { type Check, gradeOf, shown } from "./check.js";

const LEVELS = [0.6827, 0.9545] as const;
/** A coverage further below its level than this spoils results. */
const MATTERS = 0.05;
/** So does a mean test statistic larger by this factor: of one parameter, 68.27 % intervals then hold 63 %. */
const INFLATED = 1.25;
/** From this part of best fits at an end of the range, intervals are expected to hold more. */
const OFTEN = 0.05;

/** One toy data set. */
export interface Toy {
  readonly truth: Theta;
  /** -2 log lambda at the truth; NaN where there was no best fit. */
  readonly testStatistic: number;
  /** Whether a parameter of the best fit is at an end of its range. */
  readonly atRange: boolean;
  /** Why there was no best fit. */
  readonly reason: string | undefined;
}

/**
 * What toys say of intervals by Wilks' theorem.
 *
 * @param toys - Those that were done.
 * @param options - Degrees of freedom, and how many toys were asked for.
 * @returns A check of each level and of the mean of the test statistic; a failing one alone when some toys had no best fit.
 */
export function coverageChecks(
  toys: readonly Toy[],
  { degreesOfFreedom, asked }: { readonly degreesOfFreedom: number; readonly asked: number },
): Check[] {
  const done = toys.length < asked ? ` (interrupted: ${toys.length} of ${asked} toys)` : "";
  if (toys.length === 0) {
    const nothing = { value: Number.NaN, threshold: "", message: `no toy was done${done}`, advice: "let the toys run" };
    return [{ name: "coverage", grade: "warn", ...nothing }];
  }
  const without = toys.filter(({ testStatistic }) => Number.isNaN(testStatistic));
  if (without.length > 0) return [withoutBestFit(without, toys.length)];
  const often = toys.filter(({ atRange }) => atRange).length / toys.length;
  const wide =
    often < OFTEN
      ? "the intervals are wider than they need to be: calibrate, or train longer"
      : `${shown(100 * often)} % of the best fits are at an end of the trained range, where intervals hold more: more events per toy, or a wider range`;
  const statistics = toys.map(({ testStatistic }) => testStatistic);
  return [
    ...LEVELS.map((level) => coverageOf(statistics, { level, threshold: chiSquareQuantile(level, degreesOfFreedom), wide, done })),
    meanOf(statistics, { degreesOfFreedom, wide, done }),
  ];
}

const NARROW = "the intervals are too narrow: calibrate, train on more events, or use an ensemble";

function withoutBestFit(without: readonly Toy[], toys: number): Check {
  const [{ truth, reason }] = without as [Toy];
  return {
    name: "coverage",
    grade: "fail",
    value: without.length,
    threshold: "0 toys without a best fit",
    message: `${without.length} of ${toys} toys have no best fit; the first, at theta = ${JSON.stringify(truth)}: ${reason}`,
    advice: "look at log r of such events over theta; train with a lower learning rate",
  };
}

function coverageOf(
  statistics: readonly number[],
  { level, threshold, wide, done }: { readonly level: number; readonly threshold: number; readonly wide: string; readonly done: string },
): Check {
  const n = statistics.length;
  const held = statistics.filter((statistic) => statistic <= threshold).length;
  const value = held / n;
  const grade = gradeOf(binomialTwoSided(held, n, level), value < level - MATTERS);
  return {
    name: `coverage ${shown(100 * level, 4)} %`,
    grade,
    value,
    threshold: `${level} +- ${shown(Math.sqrt((level * (1 - level)) / n), 2)}`,
    message: `${held} of ${n} intervals hold the truth${done}`,
    advice: grade === "pass" ? "" : value < level ? NARROW : wide,
  };
}

/** The sum of n independent chi^2 variables is one of n times as many degrees of freedom. */
function meanOf(
  statistics: readonly number[],
  { degreesOfFreedom, wide, done }: { readonly degreesOfFreedom: number; readonly wide: string; readonly done: string },
): Check {
  const n = statistics.length;
  const sum = statistics.reduce((total, statistic) => total + statistic, 0);
  const below = chiSquareCdf(sum, n * degreesOfFreedom);
  const value = sum / n;
  const grade = gradeOf(2 * Math.min(below, 1 - below), value > INFLATED * degreesOfFreedom);
  return {
    name: "test statistic",
    grade,
    value,
    threshold: `${degreesOfFreedom} +- ${shown(Math.sqrt((2 * degreesOfFreedom) / n), 2)}`,
    message: `the mean of -2 log lambda at the truth, over ${n} toys${done}`,
    advice: grade === "pass" ? "" : value > degreesOfFreedom ? NARROW : wide,
  };
}

/** Twice the smaller tail of a binomial count, both with the count itself; at most 1. */
export function binomialTwoSided(count: number, n: number, probability: number): number {
  const [logP, logQ] = [Math.log(probability), Math.log1p(-probability)];
  const term = (k: number) => Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * logP + (n - k) * logQ);
  let [lower, upper] = [0, 0];
  for (let k = 0; k <= count; k++) lower += term(k);
  for (let k = count; k <= n; k++) upper += term(k);
  return Math.min(1, 2 * Math.min(lower, upper));
}
