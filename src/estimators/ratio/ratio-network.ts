import { concatenate, constant, div, grad, sum, type Tensor } from "../../compute/index.js";
import type { Layer, Pass } from "../../nn/index.js";
import { key } from "../../numerics/random.js";
import { makeLayers, type NetworkOptions } from "../network-options.js";
import type { RatioScales } from "./columns.js";
import type { Head } from "./head.js";
import { headOf, type RatioModel, sizesOf } from "./ratio-model.js";

/** Standardised inputs `[B, L]`, `[B, D]` by name; those that the parameterisation has not are absent. */
export type RatioInputs = Readonly<Partial<Record<"theta0" | "theta1" | "x", Tensor>>>;

/** A network that estimates log r(x given theta0, theta1). */
export interface RatioNetwork {
  readonly layer: Layer;
  /** `[B]`. */
  logRatio(inputs: RatioInputs, pass?: Pass): Tensor;
}

/** The networks of a model's members, with first weights by the seed. */
export function makeNetworks(model: RatioModel, network: NetworkOptions["network"]): RatioNetwork[] {
  const head = headOf(model);
  const { members, architecture, seed } = model;
  const { hidden, activation } = architecture;
  const options = { hidden, activation, members, ...(network && { network }) };
  return makeLayers(options, sizesOf(model, head), key(seed)).map((layer) => makeRatioNetwork(layer, head));
}

/** A network whose outputs a head turns into log r. */
function makeRatioNetwork(layer: Layer, head: Head): RatioNetwork {
  return {
    layer,
    logRatio({ x, theta0, theta1 }, pass) {
      const seen = [x!, ...(head.seesTheta ? [theta0, theta1] : [])].filter((part) => part !== undefined);
      return head.logRatio(layer.apply(seen.length === 1 ? seen[0]! : concatenate(seen), pass), theta0);
    },
  };
}

/** The gradient in theta0 or theta1 of each row of a log ratio `[B]`, in the parameters' own units: `[B, D]`. */
export function scoreOf(logRatio: Tensor, theta: Tensor, { scale }: RatioScales["theta0"]): Tensor {
  // Rows do not mix, so the gradient of the sum holds each row's own.
  return div(grad(sum(logRatio), theta), constant(scale));
}
