import { add, div, mul, type Operand, sqrt, square, sub, type Tensor, type Variable, variable } from "../../compute/index.js";
import { assertBelowOne, assertNotNegative, assertPositive } from "../checks.js";
import { assertLearningRate, likeEach, type Optimiser, type OptimiserState } from "./optimiser.js";

/** How Adam steps. */
export interface AdamOptions {
  /** Largest size of a step of each number, in its own unit; default 1e-3. */
  readonly learningRate?: Operand;
  /** Part of the mean gradient that is kept at each step, in [0, 1); default 0.9. */
  readonly beta1?: number;
  /** Part of the mean squared gradient that is kept at each step, in [0, 1); default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean squared gradient, in the gradient's unit; default 1e-8. Larger damps numbers with small gradients. */
  readonly epsilon?: number;
}

/** How AdamW steps. */
export interface AdamWOptions extends AdamOptions {
  /** Part of each number, times the learning rate, that is taken off at each step; default 0.01. */
  readonly weightDecay?: number;
}

/**
 * Adam: m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2, p <- p - a (m / c1) / (sqrt(v / c2) + epsilon), where
 * c1 = 1 - b1^t and c2 = 1 - b2^t after t steps.
 *
 * @param options - See `AdamOptions`.
 * @throws {DomainError} When the rate or epsilon is not above 0, or a beta not in [0, 1).
 * @source Kingma, Ba 2015, arXiv:1412.6980, algorithm 1
 * @example
 * train(backend, task, { optimiser: adam({ learningRate: 5e-4 }), key: key(1) });
 */
export function adam(options: AdamOptions = {}): Optimiser {
  return makeAdam("adam", { ...options, weightDecay: 0 });
}

/**
 * Adam with the decay of weights kept apart from the gradient: p <- p - a w p, and then Adam's step.
 *
 * @param options - See `AdamWOptions`.
 * @throws {DomainError} When the rate or epsilon is not above 0, a beta not in [0, 1), or weightDecay below 0.
 * @source Loshchilov, Hutter 2019, arXiv:1711.05101, algorithm 2
 */
export function adamW(options: AdamWOptions = {}): Optimiser {
  return makeAdam("adamW", { weightDecay: 0.01, ...options });
}

function makeAdam(where: string, options: AdamWOptions): Optimiser {
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  assertLearningRate(where, learningRate);
  assertBelowOne(where, "beta1", beta1);
  assertBelowOne(where, "beta2", beta2);
  assertPositive(where, "epsilon", epsilon);
  assertNotNegative(where, "weightDecay", weightDecay);
  const settings = { learningRate, beta1, beta2, epsilon, weightDecay };
  return { learningRate, init: (variables) => adamState(where, settings, variables) };
}

function adamState(where: string, settings: Required<AdamWOptions>, variables: readonly Variable[]): OptimiserState {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = settings;
  const first = likeEach(`${where}.first`, variables);
  const second = likeEach(`${where}.second`, variables);
  // 1 - beta^t obeys the same recursion as the means do, with 1 in place of the gradient; unlike the difference it
  // loses no digits in float32, where 1 - 0.999 has four.
  const [weight1, weight2] = [variable(`${where}.weight1`, []), variable(`${where}.weight2`, [])];
  return {
    variables: [...first, ...second, weight1, weight2],
    update(gradients, factor = 1) {
      const [c1, c2] = [moved(weight1.tensor, 1, beta1), moved(weight2.tensor, 1, beta2)];
      const rate = mul(learningRate, factor);
      const kept = sub(1, mul(rate, weightDecay));
      // a (m / c1) / (sqrt(v / c2) + epsilon), multiplied through by sqrt(c2): what is common to all numbers is taken out.
      const [scale, floor] = [div(mul(rate, sqrt(c2)), c1), mul(epsilon, sqrt(c2))];
      const steps = variables.flatMap((target, i) => {
        const m = moved(first[i]!.tensor, gradients[i]!, beta1);
        const v = moved(second[i]!.tensor, square(gradients[i]!), beta2);
        const start = weightDecay === 0 ? target.tensor : mul(target.tensor, kept);
        return [
          { variable: first[i]!, value: m },
          { variable: second[i]!, value: v },
          { variable: target, value: sub(start, div(mul(scale, m), add(sqrt(v), floor))) },
        ];
      });
      return [...steps, { variable: weight1, value: c1 }, { variable: weight2, value: c2 }];
    },
  };
}

/** A moving mean: beta mean + (1 - beta) value. */
function moved(mean: Tensor, value: Operand, beta: number): Tensor {
  return add(mul(beta, mean), mul(1 - beta, value));
}
