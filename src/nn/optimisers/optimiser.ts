import { type Operand, type Tensor, type Update, type Variable, variable } from "../../compute/index.js";
import { DomainError } from "../../errors.js";

/** How gradients become steps: a part of the graph, like all else. Made by `sgd`, `adam`, `adamW`. */
export interface Optimiser {
  /** Size of a step before any schedule: a number, or a tensor of shape [] such as a variable's, to change it with no new trace. */
  readonly learningRate: Operand;
  /** Makes what it keeps between steps for these variables. */
  init(variables: readonly Variable[]): OptimiserState;
}

/** An optimiser for given variables. */
export interface OptimiserState {
  /** What it keeps between steps. */
  readonly variables: readonly Variable[];
  /**
   * One step.
   *
   * @param gradients - Of the loss in each variable, in the order of `init`.
   * @param factor - What a schedule multiplies the learning rate by, shape [] or a number; default 1.
   * @returns New values of the variables and of what is kept.
   */
  update(gradients: readonly Tensor[], factor?: Operand): Update[];
}

/** Refuses a number that cannot be a learning rate. */
export function assertLearningRate(where: string, learningRate: Operand): void {
  if (typeof learningRate !== "number") return;
  if (!(Number.isFinite(learningRate) && learningRate > 0)) {
    throw new DomainError(where, "learningRate", learningRate, "a finite number above 0", "take 1e-3 to begin with");
  }
}

/** Zeros of the shape of each variable, named after it. */
export function likeEach(kind: string, variables: readonly Variable[]): Variable[] {
  return variables.map(({ name, shape }) => variable(`${kind}.${name}`, shape));
}
