import { normal } from "../../probability/normal.js";
import { uniform } from "../../probability/uniform.js";
import { boxedNormal } from "./boxed-normal.js";
import { factorised } from "./factorised.js";
import { forEachOfTen, noisy, noisyScore, OBSERVABLES, STD, type TenRanges } from "./gaussian.js";
import { posteriorOf, type SolvedTask, solvedTask } from "./task.js";

const BOX = { low: -1, high: 1 };

/**
 * Ten parameters uniform on [-1, 1], each seen with normal noise of variance 0.1.
 *
 * theta ~ U(-1, 1)^10,   x ~ N(theta, 0.1 I),   theta given x: N(x, 0.1 I) within the box
 *
 * What is drawn is x, so a trace's log-probability is the log-likelihood.
 *
 * @returns The simulator `gaussian_linear_uniform` with its prior, likelihood and posterior.
 * @source Lueckmann et al. 2021, arXiv:2101.04653, T.2
 * @example
 * gaussianLinearUniform().exactPosterior(new Array(10).fill(0)).logProb([new Array(10).fill(0)]); // 2.33920...
 */
export function gaussianLinearUniform(): SolvedTask<TenRanges> {
  const { simulator, knowledge } = factorised<TenRanges>({
    name: "gaussian_linear_uniform",
    prior: uniform(forEachOfTen([BOX.low, BOX.high] as const)),
    observables: OBSERVABLES,
    source: { module: import.meta.url, name: "gaussianLinearUniform", args: [] },
    laws: noisy,
    score: noisyScore,
  });
  return solvedTask(simulator, { ...knowledge, exactPosterior });
}

function exactPosterior(x: Float64Array) {
  const boxed = Array.from(x, (mean) => boxedNormal(mean, STD, BOX));
  const laws = Array.from(x, (mean) => normal(mean, STD));
  const inBox = (theta: Float64Array) => theta.every((value) => value >= BOX.low && value <= BOX.high);
  return posteriorOf(OBSERVABLES, {
    logProb: (theta) => (inBox(theta) ? laws.reduce((sum, law, j) => sum + law.logProb(theta[j]!) - boxed[j]!.logMass, 0) : -Infinity),
    draw: (source, row) => row.set(boxed.map((law) => law.draw(source))),
  });
}
