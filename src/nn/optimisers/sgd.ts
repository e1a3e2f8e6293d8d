import { add, mul, type Operand, sub, type Tensor } from "../../compute/index.js";
import { DomainError } from "../../errors.js";
import { assertBelowOne, assertNotNegative } from "../checks.js";
import { assertLearningRate, likeEach, type Optimiser } from "./optimiser.js";

/** How gradient descent steps. */
export interface SgdOptions {
  /** Size of a step, in units of variable squared over loss; default 0.01. Larger is faster until it diverges. */
  readonly learningRate?: Operand;
  /** Part of the last step's velocity that is kept, in [0, 1); default 0. Larger averages over more steps. */
  readonly momentum?: number;
  /** Takes the gradient where the momentum leads; default false. Needs momentum. */
  readonly nesterov?: boolean;
  /** Adds this times the variable to the gradient (a penalty of half of it times the square); default 0. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent with momentum m, learning rate a and weight decay w:
 * g = gradient + w p, v <- m v + g, p <- p - a v; with Nesterov's momentum p <- p - a (g + m v).
 *
 * @param options - See `SgdOptions`.
 * @throws {DomainError} When a rate is not above 0, momentum not in [0, 1), weightDecay below 0, or nesterov asked for without momentum.
 * @source Sutskever, Martens, Dahl, Hinton 2013, ICML, eqs. 1 to 4, in the form of Bengio et al. 2012, arXiv:1212.0901, eq. 7
 * @example
 * train(backend, task, { optimiser: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), key: key(1) });
 */
export function sgd(options: SgdOptions = {}): Optimiser {
  const { learningRate = 0.01, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  assertLearningRate("sgd", learningRate);
  assertBelowOne("sgd", "momentum", momentum);
  assertNotNegative("sgd", "weightDecay", weightDecay);
  if (nesterov && momentum === 0)
    throw new DomainError("sgd", "nesterov", nesterov, "false without momentum", "give a momentum, such as 0.9");
  return {
    learningRate,
    init(variables) {
      const velocities = momentum === 0 ? [] : likeEach("sgd.velocity", variables);
      return {
        variables: velocities,
        update(gradients, factor = 1) {
          const rate = mul(learningRate, factor);
          return variables.flatMap((variable, i) => {
            const slope = decayed(gradients[i]!, variable.tensor, weightDecay);
            const velocity = velocities[i];
            if (!velocity) return [{ variable, value: sub(variable.tensor, mul(rate, slope)) }];
            const moving = add(mul(momentum, velocity.tensor), slope);
            const step = nesterov ? add(slope, mul(momentum, moving)) : moving;
            return [
              { variable: velocity, value: moving },
              { variable, value: sub(variable.tensor, mul(rate, step)) },
            ];
          });
        },
      };
    },
  };
}

function decayed(gradient: Tensor, value: Tensor, weightDecay: number): Tensor {
  return weightDecay === 0 ? gradient : add(gradient, mul(weightDecay, value));
}
