import { reshape, sizeOf, type Tensor, type Variable } from "../../compute/index.js";
import { inference, type Pass } from "../pass.js";

/** A piece of a network: a function of a tensor, and the variables it holds. Layers are made with an explicit key. */
export interface Layer {
  /** What gradients train. */
  readonly variables: readonly Variable[];
  /** What stays between runs but is not trained by gradients: running moments. */
  readonly state: readonly Variable[];
  /** Traces the layer; without a pass as in use, not in training. Shapes are those of the function that made it. */
  apply(x: Tensor, pass?: Pass): Tensor;
}

/** A layer, or a function that holds nothing, such as `relu`. */
export type LayerLike = Layer | ((x: Tensor) => Tensor);

/**
 * Layers one after the other.
 *
 * @param layers - From the first to the last; plain functions may stand between.
 * @example
 * const network = sequential([linear({ inputs: 2, outputs: 50 }, key(1)), tanh, linear({ inputs: 50, outputs: 1 }, key(2))]);
 * network.apply(x); // [N, 2] to [N, 1]
 */
export function sequential(layers: readonly LayerLike[]): Layer {
  return composed(
    layers.filter((layer) => typeof layer !== "function"),
    (x, pass) => layers.reduce((value, layer) => (typeof layer === "function" ? layer(value) : layer.apply(value, pass)), x),
  );
}

/** A layer made of others: it holds what they hold. */
export function composed(parts: readonly Layer[], apply: (x: Tensor, pass: Pass) => Tensor): Layer {
  return {
    variables: parts.flatMap((part) => part.variables),
    state: parts.flatMap((part) => part.state),
    apply: (x, pass = inference) => apply(x, pass),
  };
}

/** Each row as one vector: [N, ...] to [N, K]. */
export function flatten(x: Tensor): Tensor {
  return reshape(x, [x.shape[0]!, sizeOf(x.shape.slice(1))]);
}
