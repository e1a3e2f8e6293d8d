import { bernoulliGlm } from "./bernoulli-glm.js";
import { gaussianLinear } from "./gaussian-linear.js";
import { gaussianLinearUniform } from "./gaussian-linear-uniform.js";
import { gaussianMixture } from "./gaussian-mixture.js";
import { lotkaVolterra } from "./lotka-volterra.js";
import { sir } from "./sir.js";
import { slcp } from "./slcp.js";
import type { BenchmarkTask } from "./task.js";
import { twoMoons } from "./two-moons.js";

/** The names that the benchmark gives its tasks. */
export type BenchmarkTaskName =
  | "gaussian_linear"
  | "gaussian_linear_uniform"
  | "gaussian_mixture"
  | "two_moons"
  | "slcp"
  | "bernoulli_glm"
  | "sir"
  | "lotka_volterra";

/**
 * The tasks of the benchmark of simulation-based inference by their names. `slcpDistractors` is not among them: the benchmark ships no observations of
 * it, and its posterior is that of slcp.
 *
 * @source Lueckmann, Boelts, Greenberg, Goncalves, Macke 2021, "Benchmarking simulation-based inference", arXiv:2101.04653
 */
export const benchmarkTasks = {
  gaussian_linear: gaussianLinear,
  gaussian_linear_uniform: gaussianLinearUniform,
  gaussian_mixture: gaussianMixture,
  two_moons: twoMoons,
  slcp,
  bernoulli_glm: () => bernoulliGlm(),
  sir,
  lotka_volterra: lotkaVolterra,
  // A likelihood refuses records of other names when it is called, so the tasks may stand in one table.
} as unknown as Readonly<Record<BenchmarkTaskName, () => BenchmarkTask>>;
