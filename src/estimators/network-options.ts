import { DomainError } from "../errors.js";
import { type ActivationName, type Layer, mlp } from "../nn/index.js";
import { fold, type Key } from "../numerics/random.js";

/** The network of an estimator, and how many of them. */
export interface NetworkOptions {
  /** Units of each hidden layer; default [100, 100]. More learn more of a complicated ratio, from more simulations. */
  readonly hidden?: readonly number[];
  /** What follows each hidden layer; default "tanh". Methods that learn from the score need a smooth one: "tanh", "silu", "gelu", "softplus". */
  readonly activation?: ActivationName;
  /** Any network from `[N, inputs]` to `[N, outputs]` in place of the perceptron. Such an estimator is loaded with the same function. */
  readonly network?: (sizes: NetworkSizes, key: Key) => Layer;
  /** Number of networks, which differ in first weights and in the order of the data; default 1. The estimate is their mean, their spread an error of training. */
  readonly members?: number;
}

/** Numbers of columns. */
export interface NetworkSizes {
  readonly inputs: number;
  readonly outputs: number;
}

/** A plain record of the network, for files. */
export interface Architecture {
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  /** Whether the network came from the user's own function. */
  readonly custom: boolean;
}

const SMOOTH: readonly ActivationName[] = ["tanh", "silu", "gelu", "softplus", "sigmoid"];

/** Checks the options of a method. */
export function assertNetworkOptions(where: string, { members = 1, activation = "tanh" }: NetworkOptions, smooth: boolean): void {
  if (!(Number.isSafeInteger(members) && members >= 1)) throw new DomainError(where, "members", members, "a whole number from 1");
  if (smooth && !SMOOTH.includes(activation)) {
    const advice = "the gradient of the network in theta is what is trained, and with corners it is a staircase";
    throw new DomainError(where, "activation", activation, `a smooth one of ${SMOOTH.join(", ")}`, advice);
  }
}

export function architectureOf({ hidden = [100, 100], activation = "tanh", network }: NetworkOptions): Architecture {
  return { hidden, activation, custom: network !== undefined };
}

/** The networks of all members, with first weights by key. */
export function makeLayers(options: NetworkOptions, sizes: NetworkSizes, key: Key): Layer[] {
  const { hidden, activation } = architectureOf(options);
  const make = options.network ?? ((size: NetworkSizes, from: Key) => mlp({ ...size, hidden, activation }, from));
  return Array.from({ length: options.members ?? 1 }, (_, m) => make(sizes, fold(memberKey(key, m), WEIGHTS)));
}

/** Child of a member's key for its first weights. */
const WEIGHTS = 0;

/** Key of a member: the first member of an ensemble is what one network alone would be. */
export function memberKey(key: Key, member: number): Key {
  return fold(key, member);
}
