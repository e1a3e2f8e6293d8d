import { independent } from "../../probability/independent.js";
import { normal } from "../../probability/normal.js";
import { factorised } from "./factorised.js";
import { forEachOfTen, noisy, noisyScore, OBSERVABLES, STD, type TenRanges, VARIANCE } from "./gaussian.js";
import { posteriorOf, type SolvedTask, solvedTask } from "./task.js";

/**
 * Ten normal parameters, each seen with normal noise: the task whose posterior is known.
 *
 * theta ~ N(0, 0.1 I),   x ~ N(theta, 0.1 I),   theta given x ~ N(x / 2, 0.05 I)
 *
 * The numbers are variances. What is drawn is x, so a trace's log-probability is the log-likelihood.
 *
 * @returns The simulator `gaussian_linear` with its prior, likelihood and posterior.
 * @source Lueckmann et al. 2021, arXiv:2101.04653, T.1
 * @example
 * gaussianLinear().exactPosterior(new Array(10).fill(1)).logProb([new Array(10).fill(0.5)]); // 5.789276...
 */
export function gaussianLinear(): SolvedTask<TenRanges> {
  const { simulator, knowledge } = factorised<TenRanges>({
    name: "gaussian_linear",
    prior: independent(forEachOfTen(normal(0, STD))),
    observables: OBSERVABLES,
    source: { module: import.meta.url, name: "gaussianLinear", args: [] },
    laws: noisy,
    score: noisyScore,
  });
  return solvedTask(simulator, { ...knowledge, exactPosterior });
}

/** Prior and noise have the same variance: the mean is half of x, the variance half of theirs. */
function exactPosterior(x: Float64Array) {
  const laws = Array.from(x, (value) => normal(value / 2, Math.sqrt(VARIANCE / 2)));
  return posteriorOf(OBSERVABLES, {
    logProb: (theta) => laws.reduce((sum, law, j) => sum + law.logProb(theta[j]!), 0),
    draw: (source, row) => row.set(laws.map((law) => law.draw(source))),
  });
}
