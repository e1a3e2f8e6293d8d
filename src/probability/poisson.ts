import { DomainError } from "../errors.js";
import { logGamma } from "../numerics/log-gamma.js";
import type { Stream } from "../numerics/random.js";
import { type Distribution, ScalarDistribution } from "./distribution.js";
import { NATURALS } from "./support.js";

/**
 * Poisson distribution: the number of independent events of which `mean` are expected.
 *
 * log p(k) = k log(mean) - mean - log(k!)
 *
 * @param mean - Expected number, positive and finite.
 * @returns A distribution over 0, 1, 2, ...
 * @throws {DomainError} When `mean` is not a positive finite number.
 * @example
 * poisson(3).logProb(0); // -3
 */
export function poisson(mean: number): Distribution {
  if (!(mean > 0 && mean < Infinity)) throw new DomainError("poisson", "mean", mean, "a positive finite number");
  return new Poisson(mean);
}

class Poisson extends ScalarDistribution {
  constructor(readonly mean: number) {
    super();
  }

  get support() {
    return NATURALS;
  }

  get variance(): number {
    return this.mean;
  }

  logProb(x: number): number {
    if (!(x >= 0 && Number.isInteger(x))) return -Infinity;
    return x * Math.log(this.mean) - this.mean - logGamma(x + 1);
  }

  draw(source: Stream): number {
    return this.mean < 10 ? drawByInversion(source, this.mean) : drawByRejection(source, this);
  }
}

function drawByInversion(source: Stream, mean: number): number {
  let left = source.uniform();
  let probability = Math.exp(-mean);
  for (let k = 0; ; ) {
    left -= probability;
    // Past the mean a term below 1e-17 can no longer be told from rounding of the sum.
    if (left < 0 || (k > mean && probability < 1e-17)) return k;
    probability *= mean / ++k;
  }
}

/** Transformed rejection PTRS of Hörmann 1993, Insurance: Mathematics and Economics 12, 39, without its squeeze; for a mean of at least 10. */
function drawByRejection(source: Stream, law: Poisson): number {
  const { mean } = law;
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  for (;;) {
    const u = source.uniform() - 0.5;
    const v = source.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= law.logProb(k)) return k;
  }
}
