import { concatenate, constant, reshape, sliceAxis, sum, type Tensor } from "../compute/index.js";
import type { Key } from "../numerics/random.js";
import { type MaskedNetworkOptions, maskedNetwork } from "./masked-network.js";
import type { Transform } from "./transform.js";
import type { Univariate } from "./univariate.js";

/**
 * z_d = f(y_d; network(y before d, context)): one pass of the network forward; back, one in D strips.
 *
 * @source Papamakarios, Pavlakou, Murray 2017, arXiv:1705.07057, eqs. 2-5
 */
export function autoregressive(univariate: Univariate, options: Omit<MaskedNetworkOptions, "outputs">, key: Key): Transform {
  const { dimensions, positions } = options;
  const network = maskedNetwork({ ...options, outputs: univariate.parameters }, key);
  const order = positions.map((_, place) => positions.indexOf(place));
  return {
    variables: network.variables,
    forward(y, context) {
      const parameters = reshape(network.all(y, context), [y.shape[0]!, dimensions, univariate.parameters]);
      const { y: z, logSlope } = univariate.forward(y, parameters);
      return { z, logDet: sum(logSlope, { axis: 1 }) };
    },
    inverse(z, context) {
      const B = z.shape[0]!;
      const parametersOf = network.inTurn(context);
      const known: Tensor[] = Array.from({ length: dimensions }, () => constant(0, [B, 1]));
      for (const d of order) {
        const parameters = parametersOf(d, concatenate(known));
        const column = sliceAxis(z, 1, { start: d, end: d + 1 });
        known[d] = univariate.inverse(column, reshape(parameters, [B, 1, univariate.parameters]));
      }
      return concatenate(known);
    },
  };
}
