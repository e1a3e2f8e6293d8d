import { broadcastTo, concatenate, reshape, sliceAxis, sum, type Tensor } from "../compute/index.js";
import type { Key } from "../numerics/random.js";
import { type FlowActivation, residualNetwork } from "./residual-network.js";
import type { FlowSizes, Transform } from "./transform.js";
import type { Univariate } from "./univariate.js";

/** What a coupling transform is. */
export interface CouplingOptions extends FlowSizes {
  /** Which dimensions stay as they are and tell how the others move `[D]`. */
  readonly kept: readonly boolean[];
  readonly hidden: readonly number[];
  readonly activation: FlowActivation;
  readonly name: string;
}

/**
 * Some dimensions stay, the others move by what those and the context say: one pass of the network either way.
 *
 * @source Dinh, Sohl-Dickstein, Bengio 2017, arXiv:1605.08803, section 3.2; Durkan et al. 2019, arXiv:1906.04032, section 3
 */
export function coupling(univariate: Univariate, options: CouplingOptions, key: Key): Transform {
  const { kept, context, hidden, activation, name } = options;
  const stay = kept.flatMap((keep, d) => (keep ? [d] : []));
  const move = kept.flatMap((keep, d) => (keep ? [] : [d]));
  const { parameters: P } = univariate;
  const network = residualNetwork({ inputs: stay.length, context, hidden, outputs: move.length * P, activation, name }, key);
  const parametersOf = (rows: Tensor, c: Tensor | undefined) => {
    const given = network.apply(stay.length > 0 ? columns(rows, stay) : undefined, c);
    return reshape(broadcastTo(given, [rows.shape[0]!, move.length * P]), [rows.shape[0]!, move.length, P]);
  };
  const joined = (rows: Tensor, moved: Tensor) =>
    concatenate(
      kept.map((keep, d) => {
        const [from, at] = keep ? [rows, d] : [moved, move.indexOf(d)];
        return sliceAxis(from, 1, { start: at, end: at + 1 });
      }),
    );
  return {
    variables: network.variables,
    forward(y, c) {
      const { y: moved, logSlope } = univariate.forward(columns(y, move), parametersOf(y, c));
      return { z: joined(y, moved), logDet: sum(logSlope, { axis: 1 }) };
    },
    inverse: (z, c) => joined(z, univariate.inverse(columns(z, move), parametersOf(z, c))),
  };
}

function columns(rows: Tensor, at: readonly number[]): Tensor {
  return concatenate(at.map((d) => sliceAxis(rows, 1, { start: d, end: d + 1 })));
}
