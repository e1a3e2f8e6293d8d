/**
 * Neural spline flows: each dimension is bent by a monotone rational-quadratic spline, whose bins and slopes depend on other dimensions and
 * on the context,
 *
 *   z_d = spline_d(s_d y_d + m_d)
 *
 * @module
 * @source Durkan, Bekasov, Murray, Papamakarios 2019, arXiv:1906.04032, section 3; the shift and scale before each spline are ours
 */
import { DomainError } from "../errors.js";
import { fold } from "../numerics/random.js";
import { autoregressive } from "./autoregressive.js";
import { coupling } from "./coupling.js";
import { type FlowMethod, normalFlow } from "./flow.js";
import { alternatingOrders, assertFlowOptions, type FlowOptions } from "./options.js";
import { spline } from "./univariate.js";

/** What a neural spline flow is. */
export interface NsfOptions extends FlowOptions {
  /** Bins of each spline, from 2 to 64; default 10. More follow finer structure. */
  readonly bins?: number;
  /** The splines act within [-bound, bound], in standard deviations of the data; default 5. */
  readonly bound?: number;
}

/**
 * Autoregressive neural spline flow: follows sharp, skewed and split densities. Sampling takes a pass of the network for each dimension.
 *
 * @param options - Number of transforms, sizes of their networks, bins.
 * @returns A family of conditional densities, for `npe`, `nle` and `density`.
 * @throws {DomainError} When an option is out of range.
 * @example
 * nsf({ transforms: 5, bins: 8 }).name; // "nsf"
 */
export function nsf(options: NsfOptions = {}): FlowMethod {
  const { transforms, hidden, bins, bound } = checked("nsf", options);
  return {
    name: "nsf",
    settings: { transforms, hidden, bins, bound },
    make({ dimensions, context }, key) {
      const orders = alternatingOrders(transforms, dimensions, fold(key, 0));
      const made = orders.map((positions, t) =>
        autoregressive(
          spline({ bins, bound }),
          { dimensions, context, positions, hidden, activation: "relu", name: `nsf.${t}` },
          fold(key, t + 1),
        ),
      );
      return normalFlow(made, dimensions);
    },
  };
}

/**
 * Neural spline flow of coupling transforms: half of the dimensions moves at a time, by what the other half says. Sampling is as quick as
 * the density; it takes more transforms to be as flexible as the autoregressive one.
 *
 * @param options - Number of transforms, sizes of their networks, bins.
 * @returns A family of conditional densities, for `npe`, `nle` and `density`.
 * @throws {DomainError} When an option is out of range; from a fit, for one dimension without a context.
 * @example
 * couplingNsf({ transforms: 6 }).name; // "nsf-coupling"
 */
export function couplingNsf(options: NsfOptions = {}): FlowMethod {
  const { transforms, hidden, bins, bound } = checked("couplingNsf", options);
  return {
    name: "nsf-coupling",
    settings: { transforms, hidden, bins, bound },
    make({ dimensions, context }, key) {
      if (dimensions === 1 && context === 0)
        throw new DomainError("couplingNsf", "dimensions", dimensions, "at least 2 without a context", "use nsf or maf");
      const orders = alternatingOrders(transforms, dimensions, fold(key, 0));
      const made = orders.map((positions, t) => {
        const kept = positions.map((place) => place < Math.floor(dimensions / 2));
        return coupling(
          spline({ bins, bound }),
          { dimensions, context, kept, hidden, activation: "relu", name: `nsf.${t}` },
          fold(key, t + 1),
        );
      });
      return normalFlow(made, dimensions);
    },
  };
}

function checked(where: string, { transforms = 5, hidden = [50, 50], bins = 10, bound = 5 }: NsfOptions): Required<NsfOptions> {
  assertFlowOptions(where, { transforms, hidden });
  if (!(Number.isSafeInteger(bins) && bins >= 2 && bins <= 64)) throw new DomainError(where, "bins", bins, "a whole number from 2 to 64");
  if (!(bound > 0 && bound < Infinity)) throw new DomainError(where, "bound", bound, "a positive number");
  return { transforms, hidden, bins, bound };
}
