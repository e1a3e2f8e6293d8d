import { DomainError } from "../errors.js";
import { fold, permutation } from "../numerics/random.js";
import type { FitOptions } from "./fit-options.js";
import { fitKey } from "./train-members.js";

/** Child of the fit's key beyond the members' that chooses the held-out events. */
const SPLIT = 2 ** 40;

/** Numbers of the events for training and of those held out, chosen by the seed. */
export function heldOutRows(
  where: string,
  fit: FitOptions,
  count: number,
): { readonly training: Uint32Array; readonly heldOut: Uint32Array } {
  const { validation = 0.2 } = fit;
  if (!(validation >= 0 && validation < 1)) throw new DomainError(where, "validation", validation, "a part in [0, 1)");
  const held = validation === 0 ? 0 : Math.max(1, Math.round(validation * count));
  const order = permutation(fold(fitKey(fit), SPLIT), count);
  if (held >= count)
    throw new DomainError(where, "validation", validation, `a part that leaves some of the ${count} events`, "give more events");
  return { training: order.subarray(held).sort(), heldOut: order.subarray(0, held).sort() };
}
