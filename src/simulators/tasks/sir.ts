import { binomial } from "../../probability/binomial.js";
import { independent } from "../../probability/independent.js";
import { logNormal } from "../../probability/log-normal.js";
import { factorised } from "./factorised.js";
import { logPopulations, logPopulationsWithSlopes, type PredationRates } from "./predation.js";
import { type BenchmarkTask, benchmarkTask } from "./task.js";

/** The parameters: contact rate `beta` and recovery rate `gamma`, a day. */
export type SirRanges = { readonly [Name in "beta" | "gamma"]: readonly [low: number, high: number] };

const POPULATION = 1e6;
/** People tested on each of the days. */
const TESTED = 1000;
const DAYS = Array.from({ length: 10 }, (_, i) => 17 * i);
const EPIDEMIC = {
  initial: [Math.log1p(-1 / POPULATION), -Math.log(POPULATION)],
  times: DAYS,
  // A hundred steps of this are far below the noise: a count of a thousand tells the logarithm to 1 / sqrt(1000) at best.
  tolerance: 1e-8,
} as const;

/**
 * An epidemic in a population of a million: of a thousand people tested on each of ten days, how many are infected.
 *
 * dS/dt = -beta S I / N,   dI/dt = beta S I / N - gamma I,   I(0) = 1,   x_i ~ Binomial(1000, I(17 i) / N), i = 0, ..., 9
 * log beta ~ N(log 0.4, 0.5^2),   log gamma ~ N(log 0.125, 0.2^2)
 *
 * What is drawn is x, so a trace's log-probability is the log-likelihood; the score comes from the derivatives of the equations.
 *
 * @returns The simulator `sir` with its prior and likelihood.
 * @source Lueckmann et al. 2021, arXiv:2101.04653, T.9
 * @example
 * sir().draw({ beta: 0.6, gamma: 0.1 }, key(1)).x.length; // 10
 */
export function sir(): BenchmarkTask<SirRanges> {
  const { simulator, knowledge } = factorised<SirRanges>({
    name: "sir",
    prior: independent({ beta: logNormal(Math.log(0.4), 0.5), gamma: logNormal(Math.log(0.125), 0.2) }),
    observables: DAYS.map((day) => `infected on day ${day}`),
    source: { module: import.meta.url, name: "sir", args: [] },
    laws: (theta) => {
      const { values } = logPopulations(ratesOf(theta), EPIDEMIC);
      return DAYS.map((_, i) => binomial(TESTED, partOf(values[2 * i + 1]!)));
    },
    score,
  });
  return benchmarkTask(simulator, knowledge);
}

/** S / N lives on nothing, and I / N on it. */
function ratesOf([beta, gamma]: Float64Array): PredationRates {
  return { alpha: 0, beta: beta!, gamma: gamma!, delta: beta! };
}

function partOf(logPart: number): number {
  return Math.min(1, Math.exp(logPart));
}

/** d log p / d log(I / N) = x - (1000 - x) p / (1 - p); beta is the loss of one population and the gain of the other. */
function score(theta: Float64Array, x: Float64Array): Float64Array {
  const { columns, values } = logPopulationsWithSlopes(ratesOf(theta), EPIDEMIC);
  const gradient = new Float64Array(2);
  DAYS.forEach((_, i) => {
    const [part, row] = [partOf(values[i * columns + 1]!), i * columns];
    const slope = x[i]! - ((TESTED - x[i]!) * part) / (1 - part);
    gradient[0]! += slope * (values[row + 5]! + values[row + 9]!);
    gradient[1]! += slope * values[row + 7]!;
  });
  return gradient;
}
