import { add, constant, matmul, mul, type Tensor, variable } from "../../compute/index.js";
import { ShapeError } from "../../errors.js";
import { fold, type Key } from "../../numerics/random.js";
import { assertWhole } from "../checks.js";
import { glorotUniform, type Initialisation, uniformWithin } from "../initialisation.js";
import type { Layer } from "./layer.js";

/** What a linear layer is. */
export interface LinearOptions {
  /** Length of the last axis of what comes in. */
  readonly inputs: number;
  /** Length of the last axis of what goes out. */
  readonly outputs: number;
  /** Whether a bias is added; default true. */
  readonly bias?: boolean;
  /** First weights; default `glorotUniform`. */
  readonly initialisation?: Initialisation;
  /** First biases; default uniform within 1 / sqrt(inputs), so that kinks do not all go through the same point. */
  readonly biasInitialisation?: Initialisation;
  /** Names its variables, in messages and saved files; default "linear". */
  readonly name?: string;
}

/**
 * y = x W + b, with W stored as [inputs, outputs].
 *
 * @param options - See `LinearOptions`.
 * @param key - Which first values.
 * @returns A layer from [..., inputs] to [..., outputs].
 * @throws {DomainError} When a size is no whole number of at least 1.
 * @example
 * linear({ inputs: 3, outputs: 1 }, key(1)).apply(x); // [N, 3] to [N, 1]
 */
export function linear(options: LinearOptions, key: Key): Layer {
  return makeLinear("linear", options, { key, weightOf: (weight) => weight });
}

/** What a masked linear layer is. */
export interface MaskedLinearOptions extends LinearOptions {
  /** 1 where an input reaches an output and 0 where it does not, `[inputs, outputs]` row-major. */
  readonly mask: ArrayLike<number>;
}

/**
 * y = x (W m) + b with the elementwise product W m: connections with m = 0 do not exist and get no gradient.
 *
 * @param options - See `MaskedLinearOptions`.
 * @param key - Which first values.
 * @returns A layer from [..., inputs] to [..., outputs].
 * @throws {DomainError} When a size is no whole number of at least 1.
 * @throws {ShapeError} When the mask has another number of elements.
 * @source Germain, Gregor, Murray, Larochelle 2015, arXiv:1502.03509, eq. 9
 * @example
 * maskedLinear({ inputs: 2, outputs: 2, mask: [0, 1, 0, 0] }, key(1)); // output 1 sees input 0, output 0 sees none
 */
export function maskedLinear({ mask, ...options }: MaskedLinearOptions, key: Key): Layer {
  const { inputs, outputs } = options;
  if (mask.length !== inputs * outputs) {
    throw new ShapeError(
      "maskedLinear",
      "mask",
      `[${mask.length}]`,
      `[${inputs} * ${outputs}]`,
      "give it row-major, one row for each input",
    );
  }
  const allowed = constant(mask, [inputs, outputs]);
  return makeLinear("maskedLinear", options, { key, weightOf: (weight) => mul(weight, allowed) });
}

interface LinearParts {
  readonly key: Key;
  readonly weightOf: (weight: Tensor) => Tensor;
}

function makeLinear(where: string, options: LinearOptions, { key, weightOf }: LinearParts): Layer {
  const { inputs, outputs, bias = true, initialisation = glorotUniform, name = where } = options;
  assertWhole(where, "inputs", inputs);
  assertWhole(where, "outputs", outputs);
  const { biasInitialisation = uniformWithin(1 / Math.sqrt(inputs)) } = options;
  const weight = variable(`${name}.weight`, [inputs, outputs], initialisation(fold(key, 0), [inputs, outputs]));
  const product = (x: Tensor) => matmul(x, weightOf(weight.tensor));
  if (!bias) return { variables: [weight], state: [], apply: product };
  const shift = variable(`${name}.bias`, [outputs], biasInitialisation(fold(key, 1), [outputs]));
  return { variables: [weight, shift], state: [], apply: (x) => add(product(x), shift.tensor) };
}
