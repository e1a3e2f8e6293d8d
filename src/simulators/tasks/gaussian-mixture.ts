import type { Theta } from "../../numerics/parameters.js";
import { logSumExp } from "../../numerics/sums.js";
import { bernoulli } from "../../probability/bernoulli.js";
import { normal } from "../../probability/normal.js";
import { uniform } from "../../probability/uniform.js";
import type { Sample } from "../contract.js";
import { simulator } from "../simulator.js";
import { boxedNormal } from "./boxed-normal.js";
import { type ExactPosterior, posteriorOf, type SolvedTask, solvedTask } from "./task.js";

/** The parameters `theta1` and `theta2`. */
export type GaussianMixtureRanges = { readonly [Name in "theta1" | "theta2"]: readonly [low: number, high: number] };

const BOX = { low: -10, high: 10 };
/** Standard deviation of each component. */
const STDS = [1, 0.1] as const;

/**
 * A point seen with noise that is wide or narrow, with equal probability.
 *
 * theta ~ U(-10, 10)^2,   x ~ (1/2) N(theta, I) + (1/2) N(theta, 0.01 I)
 *
 * The component is drawn for each event; what is drawn is the component and x, so the joint ratio differs from the ratio of x.
 *
 * @returns The simulator `gaussian_mixture` with its prior, likelihood and posterior.
 * @source Lueckmann et al. 2021, arXiv:2101.04653, T.7
 * @example
 * gaussianMixture().logLikelihood([0, 0])({ theta1: 0, theta2: 0 }); // 2.084096269...
 */
export function gaussianMixture(): SolvedTask<GaussianMixtureRanges> {
  const prior = uniform({ theta1: [BOX.low, BOX.high], theta2: [BOX.low, BOX.high] });
  const source = { module: import.meta.url, name: "gaussianMixture", args: [] };
  const mixture = simulator<GaussianMixtureRanges>(
    { name: "gaussian_mixture", parameters: prior.parameters, observables: ["x1", "x2"], source },
    run,
  );
  return solvedTask(mixture, { prior, logProb, score, exactPosterior });
}

function run({ theta1, theta2 }: Theta<GaussianMixtureRanges>, sample: Sample): number[] {
  const std = STDS[sample("component", bernoulli(0.5)) as 0 | 1];
  return [sample("x", normal(theta1, std)), sample("x", normal(theta2, std))];
}

function logProb([x1, x2]: Float64Array): (theta: Float64Array) => number {
  return ([theta1, theta2]) => {
    const squared = (x1! - theta1!) ** 2 + (x2! - theta2!) ** 2;
    return logSumExp(STDS.map((std) => -squared / (2 * std * std) - 2 * Math.log(std))) - Math.log(4 * Math.PI);
  };
}

/** Each component's slope, (x - theta) / std^2, by how probable the component is. */
function score(x: Float64Array): (theta: Float64Array) => Float64Array {
  return (theta) => {
    const squared = x.reduce((sum, value, j) => sum + (value - theta[j]!) ** 2, 0);
    const logParts = STDS.map((std) => -squared / (2 * std * std) - 2 * Math.log(std));
    const logTotal = logSumExp(logParts);
    const precision = STDS.reduce((sum, std, k) => sum + Math.exp(logParts[k]! - logTotal) / (std * std), 0);
    return x.map((value, j) => precision * (value - theta[j]!));
  };
}

/** As a function of theta the likelihood is the same mixture about x: what is left is to cut it at the box. */
function exactPosterior(x: Float64Array): ExactPosterior {
  const components = STDS.map((std) => Array.from(x, (mean) => boxedNormal(mean, std, BOX)));
  const logMasses = components.map((laws) => laws.reduce((sum, { logMass }) => sum + logMass, Math.log(0.5)));
  const logEvidence = logSumExp(logMasses);
  const narrow = Math.exp(logMasses[1]! - logEvidence);
  const likelihood = logProb(x);
  const inBox = (theta: Float64Array) => theta.every((value) => value >= BOX.low && value <= BOX.high);
  return posteriorOf(["theta1", "theta2"], {
    logProb: (theta) => (inBox(theta) ? likelihood(theta) - logEvidence : -Infinity),
    draw(source, row) {
      const laws = components[source.uniform() < narrow ? 1 : 0]!;
      row.set(laws.map((law) => law.draw(source)));
    },
  });
}
