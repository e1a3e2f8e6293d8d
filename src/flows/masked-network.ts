/**
 * Networks whose output for one dimension depends only on the dimensions before it in an order.
 *
 * @module
 * @source Germain, Gregor, Murray, Larochelle 2015, arXiv:1502.03509, eqs. 9-13
 */
import { sliceAxis, type Tensor, type Variable } from "../compute/index.js";
import type { Key } from "../numerics/random.js";
import { type FlowActivation, residualNetwork } from "./residual-network.js";
import type { FlowSizes } from "./transform.js";

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
  /** Of one dimension after another, in the order: each answer `[B, P]` may be used for the next y `[B, D]`, in which what comes later is not looked at. */
  inTurn(context: Tensor | undefined): (d: number, y: Tensor) => Tensor;
}

/**
 * A masked network.
 *
 * @param options - See `MaskedNetworkOptions`.
 * @param key - Which first weights.
 */
export function maskedNetwork(options: MaskedNetworkOptions, key: Key): MaskedNetwork {
  const { dimensions, positions, outputs: P, hidden } = options;
  const degrees = {
    inputs: positions,
    hidden: (units: number) => hiddenDegrees(units, dimensions),
    outputs: positions.flatMap((position) => new Array<number>(P).fill(position)),
  };
  const network = residualNetwork({ ...options, inputs: dimensions, outputs: P * dimensions, degrees }, key);
  // Fewer units than dimensions: some degrees have none, and a strip may be empty.
  const whole = hidden.some((units) => units < dimensions);
  return {
    variables: network.variables,
    all: network.apply,
    inTurn(context) {
      if (whole) return (d, y) => sliceAxis(network.apply(y, context), 1, { start: d * P, end: (d + 1) * P });
      const strips = network.strips(context);
      return (d, y) => {
        strips.advance(y, positions[d]!);
        return strips.outputs(d * P, (d + 1) * P);
      };
    },
  };
}

/**
 * Unit k may see dimensions up to its degree. Degrees run over -1 ... D - 2: units of degree -1 see the context alone, and without them the first
 * dimension would not depend on it; the last dimension's value is of use to none.
 */
function hiddenDegrees(units: number, dimensions: number): number[] {
  return Array.from({ length: units }, (_, k) => Math.floor((k * dimensions) / units) - 1);
}
