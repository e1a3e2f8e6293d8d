import { independent } from "../../probability/independent.js";
import { logNormal } from "../../probability/log-normal.js";
import { factorised } from "./factorised.js";
import { logPopulations, logPopulationsWithSlopes, type PredationRates } from "./predation.js";
import { type BenchmarkTask, benchmarkTask } from "./task.js";

/** The parameters, a day: growth `alpha` of the prey and its loss `beta` to a predator, death `gamma` of the predators and their growth `delta` by a prey. */
export type LotkaVolterraRanges = { readonly [Name in "alpha" | "beta" | "gamma" | "delta"]: readonly [low: number, high: number] };

const TIMES = Array.from({ length: 10 }, (_, i) => 2.1 * i);
/** Standard deviation of the logarithm of a count. */
const NOISE = 0.1;
const [LEAST, MOST] = [Math.log(1e-10), Math.log(1e4)];
const POPULATIONS = {
  initial: [Math.log(30), Math.log(1)],
  times: TIMES,
  // A hundred steps of this are a ten-thousandth of the noise.
  tolerance: 1e-7,
} as const;

/**
 * Prey and predators, counted ten times in twenty days with an error of a tenth.
 *
 * dX/dt = alpha X - beta X Y,   dY/dt = -gamma Y + delta X Y,   X(0) = 30, Y(0) = 1
 * log x_i ~ N(log X(2.1 i), 0.1^2), and the same of Y, i = 0, ..., 9, X and Y cut at 1e-10 and 1e4
 * log alpha, log gamma ~ N(-0.125, 0.5^2),   log beta, log delta ~ N(-3, 0.5^2)
 *
 * x is ten counts of prey, then ten of predators. What is drawn is x, so a trace's log-probability is the log-likelihood; the score comes from the
 * derivatives of the equations.
 *
 * @returns The simulator `lotka_volterra` with its prior and likelihood.
 * @source Lueckmann et al. 2021, arXiv:2101.04653, T.10
 * @example
 * lotkaVolterra().draw({ alpha: 0.7, beta: 0.1, gamma: 0.9, delta: 0.1 }, key(1)).x.length; // 20
 */
export function lotkaVolterra(): BenchmarkTask<LotkaVolterraRanges> {
  const [rate, encounter] = [logNormal(-0.125, 0.5), logNormal(-3, 0.5)];
  const { simulator, knowledge } = factorised<LotkaVolterraRanges>({
    name: "lotka_volterra",
    prior: independent({ alpha: rate, beta: encounter, gamma: rate, delta: encounter }),
    observables: ["prey", "predators"].flatMap((kind) => TIMES.map((time) => `${kind} at ${Number(time.toFixed(1))} days`)),
    source: { module: import.meta.url, name: "lotkaVolterra", args: [] },
    laws: (theta) => {
      const { values } = logPopulations(ratesOf(theta), POPULATIONS);
      return [0, 1].flatMap((kind) => TIMES.map((_, i) => logNormal(cut(values[2 * i + kind]!), NOISE)));
    },
    score,
  });
  return benchmarkTask(simulator, knowledge);
}

function ratesOf([alpha, beta, gamma, delta]: Float64Array): PredationRates {
  return { alpha: alpha!, beta: beta!, gamma: gamma!, delta: delta! };
}

function cut(logCount: number): number {
  return Math.min(MOST, Math.max(LEAST, logCount));
}

/** d log p / d log X = (log x - log X) / 0.1^2, and nothing where X is cut. */
function score(theta: Float64Array, x: Float64Array): Float64Array {
  const { columns, values } = logPopulationsWithSlopes(ratesOf(theta), POPULATIONS);
  const gradient = new Float64Array(4);
  x.forEach((count, l) => {
    const [i, kind] = [l % TIMES.length, Math.floor(l / TIMES.length)];
    const logCount = values[i * columns + kind]!;
    if (logCount !== cut(logCount)) return;
    const slope = (Math.log(count) - logCount) / NOISE ** 2;
    for (let rate = 0; rate < 4; rate++) gradient[rate]! += slope * values[i * columns + 2 + 2 * rate + kind]!;
  });
  return gradient;
}
