/**
 * Masked autoregressive flow: each dimension is shifted and scaled by what those before it and the context say,
 *
 *   z_d = s_d y_d + m_d,   (m_d, s_d) = network_d(y before d, context)
 *
 * @module
 * @source Papamakarios, Pavlakou, Murray 2017, arXiv:1705.07057, eqs. 2-5; s = softplus, not exp
 */
import { fold } from "../numerics/random.js";
import { autoregressive } from "./autoregressive.js";
import { type FlowMethod, normalFlow } from "./flow.js";
import { alternatingOrders, assertFlowOptions, type FlowOptions } from "./options.js";
import { affine } from "./univariate.js";

/**
 * Masked autoregressive flow: quick, smooth, good for densities with one mode; a neural spline flow follows sharper and split ones.
 *
 * @param options - Number of transforms, sizes of their networks.
 * @returns A family of conditional densities, for `npe`, `nle` and `density`.
 * @throws {DomainError} When an option is no whole number from 1.
 * @example
 * maf({ transforms: 3 }).name; // "maf"
 */
export function maf({ transforms = 5, hidden = [50, 50] }: FlowOptions = {}): FlowMethod {
  assertFlowOptions("maf", { transforms, hidden });
  return {
    name: "maf",
    settings: { transforms, hidden },
    make({ dimensions, context }, key) {
      const orders = alternatingOrders(transforms, dimensions, fold(key, 0));
      const made = orders.map((positions, t) =>
        autoregressive(affine, { dimensions, context, positions, hidden, activation: "relu", name: `maf.${t}` }, fold(key, t + 1)),
      );
      return normalFlow(made, dimensions);
    },
  };
}
