import type { Stream } from "../../numerics/random.js";
import { ScalarDistribution } from "../../probability/distribution.js";
import { BINARY } from "../../probability/support.js";

/** A spike or none, of probability sigmoid(u): what is certain to rounding still has its digits in log p, which a probability near one has lost. */
export class Spike extends ScalarDistribution {
  constructor(private readonly logit: number) {
    super();
  }

  get support() {
    return BINARY;
  }

  get mean(): number {
    return Math.exp(-softplus(-this.logit));
  }

  get variance(): number {
    return Math.exp(-softplus(-this.logit) - softplus(this.logit));
  }

  logProb(x: number): number {
    if (x === 1) return -softplus(-this.logit);
    return x === 0 ? -softplus(this.logit) : -Infinity;
  }

  draw(source: Stream): number {
    return source.uniform() < this.mean ? 1 : 0;
  }
}

/** log(1 + exp u) without overflow. */
export function softplus(u: number): number {
  return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
}
