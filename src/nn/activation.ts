import { exp, gelu, less, max, min, mul, relu, select, sigmoid, softplus, sub, type Tensor, tanh } from "../compute/index.js";
import { DomainError } from "../errors.js";
import { glorotUniform, heUniform, type Initialisation } from "./initialisation.js";

/** Activations by name. */
export type ActivationName = "elu" | "gelu" | "leakyRelu" | "relu" | "sigmoid" | "silu" | "softplus" | "tanh";

/** What stands between linear layers: a name, or any elementwise function. */
export type Activation = ActivationName | ((x: Tensor) => Tensor);

const ACTIVATIONS: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  // exp is taken of min(x, 0): on the side that is not chosen it cannot overflow.
  elu: (x) => select(less(x, 0), sub(exp(min(x, 0)), 1), x),
  gelu,
  leakyRelu: (x) => max(x, mul(0.01, x)),
  relu,
  sigmoid,
  silu: (x) => mul(x, sigmoid(x)),
  softplus,
  tanh,
};

/**
 * The function of an activation.
 *
 * elu(x) = x for x >= 0, else exp(x) - 1 (Clevert et al. 2016, arXiv:1511.07289, eq. 15); leakyRelu(x) = max(x, x / 100)
 * (Maas et al. 2013); silu(x) = x sigmoid(x) (arXiv:1606.08415). The others are in `compute`.
 *
 * @throws {DomainError} When there is none of this name.
 */
export function activationFunction(where: string, activation: Activation): (x: Tensor) => Tensor {
  if (typeof activation === "function") return activation;
  if (Object.hasOwn(ACTIVATIONS, activation)) return ACTIVATIONS[activation];
  throw new DomainError(where, "activation", activation, `a function or one of ${Object.keys(ACTIVATIONS).join(", ")}`);
}

/** Functions of unit slope around 0 keep the variance by Glorot's rule; those that cut one half off by He's. */
export function initialisationFor(activation: Activation): Initialisation {
  return activation === "tanh" || activation === "sigmoid" || typeof activation === "function" ? glorotUniform : heUniform;
}
