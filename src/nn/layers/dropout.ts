import { dropout } from "../../compute/index.js";
import { DomainError } from "../../errors.js";
import { assertBelowOne } from "../checks.js";
import { inference } from "../pass.js";
import type { Layer } from "./layer.js";

/**
 * In training sets each value to 0 with probability `rate` and divides the others by 1 - rate; in use does nothing.
 *
 * @param rate - In [0, 1).
 * @returns A layer that keeps the shape.
 * @throws {DomainError} When the rate is not in [0, 1); when it is traced in training without a key.
 * @source Srivastava et al. 2014, JMLR 15, 1929
 */
export function dropoutLayer({ rate }: { readonly rate: number }): Layer {
  assertBelowOne("dropoutLayer", "rate", rate);
  return {
    variables: [],
    state: [],
    apply(x, pass = inference) {
      if (!pass.training) return x;
      if (!pass.key) throw new DomainError("dropoutLayer", "key of the pass", pass.key, "a key", "make the pass with makePass");
      return dropout(x, pass.key, { rate, stream: pass.nextStream() });
    },
  };
}
