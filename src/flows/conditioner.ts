import { relu, tanh } from "../compute/index.js";
import { type Layer, linear, normalWith, sequential, zeros } from "../nn/index.js";
import { fold, type Key } from "../numerics/random.js";
import { type FlowActivation, NEAR_ZERO } from "./masked-network.js";

/** A network that gives parameters of a distribution. */
export interface ConditionerOptions {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly activation: FlowActivation;
  readonly name: string;
}

/** A perceptron whose outputs start near zero: what they are parameters of starts near the identity. */
export function conditioner({ inputs, hidden, outputs, activation, name }: ConditionerOptions, key: Key): Layer {
  const widths = [inputs, ...hidden];
  const act = { relu, tanh }[activation];
  const layers = hidden.flatMap((units, i) => [linear({ inputs: widths[i]!, outputs: units, name: `${name}.${i}` }, fold(key, i)), act]);
  const near = { initialisation: normalWith(NEAR_ZERO), biasInitialisation: zeros };
  return sequential([...layers, linear({ inputs: widths.at(-1)!, outputs, name: `${name}.last`, ...near }, fold(key, hidden.length))]);
}
