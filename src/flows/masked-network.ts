/**
 * Networks whose output for one dimension depends only on the dimensions before it in an order.
 *
 * @module
 * @source Germain, Gregor, Murray, Larochelle 2015, arXiv:1502.03509, eqs. 9-13
 */
import { add, constant, matmul, mul, relu, sliceAxis, type Tensor, tanh, type Variable, variable } from "../compute/index.js";
import { glorotUniform, heUniform, linear, normalWith, uniformWithin, zeros } from "../nn/index.js";
import { fold, type Key } from "../numerics/random.js";
import type { FlowSizes } from "./transform.js";

/** What follows each hidden layer of a flow's networks. */
export type FlowActivation = "relu" | "tanh";

/** What a masked network is. */
export interface MaskedNetworkOptions extends FlowSizes {
  /** Position of each dimension in the order `[D]`, a permutation of 0 ... D - 1. */
  readonly positions: readonly number[];
  /** P, outputs of each dimension. */
  readonly outputs: number;
  readonly hidden: readonly number[];
  readonly activation: FlowActivation;
  readonly name: string;
}

/** A network from y and a context to P numbers for each dimension. */
export interface MaskedNetwork {
  readonly variables: readonly Variable[];
  /** Of all dimensions, `[B, D P]`. */
  all(y: Tensor, context: Tensor | undefined): Tensor;
  /** Of dimension d alone, `[B, P]`. */
  of(d: number, y: Tensor, context: Tensor | undefined): Tensor;
}

/** Standard deviation of the last layer's first weights: a flow starts near the identity. */
export const NEAR_ZERO = 0.01;

/**
 * A masked network. The context, which every output may see, enters the first hidden layer.
 *
 * @param options - See `MaskedNetworkOptions`.
 * @param key - Which first weights.
 */
export function maskedNetwork(options: MaskedNetworkOptions, key: Key): MaskedNetwork {
  const { dimensions, context, positions, outputs, hidden, activation, name } = options;
  const act = { relu, tanh }[activation];
  const degrees = [positions, ...hidden.map((units) => hiddenDegrees(units, dimensions))];
  const initialisation = activation === "relu" ? heUniform : glorotUniform;
  const layers = hidden.map((units, i) => {
    const mask = maskOf(degrees[i]!, degrees[i + 1]!, (from, to) => to >= from);
    const first = { weight: initialisation, bias: uniformWithin(1 / Math.sqrt(degrees[i]!.length)) };
    return dense({ mask, inputs: degrees[i]!.length, outputs: units, name: `${name}.${i}`, first }, fold(key, i));
  });
  const given =
    context > 0
      ? linear({ inputs: context, outputs: hidden[0]!, bias: false, initialisation, name: `${name}.context` }, fold(key, hidden.length))
      : undefined;
  const outputDegrees = positions.flatMap((position) => new Array<number>(outputs).fill(position));
  const mask = maskOf(degrees.at(-1)!, outputDegrees, (from, to) => to > from);
  const first = { weight: normalWith(NEAR_ZERO), bias: zeros };
  const last = dense({ mask, inputs: hidden.at(-1)!, outputs: outputs * dimensions, name: `${name}.last`, first }, fold(key, 2 ** 20));
  const top = (y: Tensor, c: Tensor | undefined) => {
    const start = layers[0]!.apply(y);
    const bottom = act(given && c ? add(start, given.apply(c)) : start);
    return layers.slice(1).reduce((h, layer) => act(layer.apply(h)), bottom);
  };
  return {
    variables: [...layers, ...(given ? [given] : []), last].flatMap((layer) => layer.variables),
    all: (y, c) => last.apply(top(y, c)),
    of: (d, y, c) => last.apply(top(y, c), { start: d * outputs, end: (d + 1) * outputs }),
  };
}

/**
 * Unit k may see dimensions up to its degree. Degrees run over -1 ... D - 2: units of degree -1 see the context alone, and without them the first
 * dimension would not depend on it; the last dimension's value is of use to none.
 */
function hiddenDegrees(units: number, dimensions: number): number[] {
  return Array.from({ length: units }, (_, k) => Math.floor((k * dimensions) / units) - 1);
}

function maskOf(from: readonly number[], to: readonly number[], sees: (from: number, to: number) => boolean): number[] {
  return from.flatMap((a) => to.map((b) => (sees(a, b) ? 1 : 0)));
}

interface DenseOptions {
  /** `[inputs, outputs]`. */
  readonly mask: readonly number[];
  readonly inputs: number;
  readonly outputs: number;
  readonly name: string;
  readonly first: Record<"bias" | "weight", (key: Key, shape: readonly number[]) => ArrayLike<number>>;
}

/** A masked linear layer that can compute some of its outputs alone. */
function dense({ mask, inputs, outputs, name, first }: DenseOptions, key: Key) {
  const weight = variable(`${name}.weight`, [inputs, outputs], first.weight(fold(key, 0), [inputs, outputs]));
  const bias = variable(`${name}.bias`, [outputs], first.bias(fold(key, 1), [outputs]));
  const whole = { start: 0, end: outputs };
  return {
    variables: [weight, bias],
    apply(x: Tensor, { start, end } = whole): Tensor {
      const masked = mul(weight.tensor, constant(mask, [inputs, outputs]));
      if (start === 0 && end === outputs) return add(matmul(x, masked), bias.tensor);
      return add(matmul(x, sliceAxis(masked, 1, { start, end })), sliceAxis(bias.tensor, 0, { start, end }));
    },
  };
}
