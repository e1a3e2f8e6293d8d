import { expect } from "vitest";
import type { Backend } from "../../src/compute/backends/backend.js";
import { fold, key, standardNormals } from "../../src/numerics/random.js";
import type { Sample } from "./cases/case.js";
import { type Derived, derive, smoothInputs } from "./derived.js";

const STEP = 1e-5;

/**
 * First and second derivatives against central differences along random directions, input by input.
 *
 * The difference is wrong by about eps |terms| / STEP = 2e-11 |terms| from rounding and STEP^2 f''' / 6 from the step.
 */
export function expectDerivatives(backend: Backend, sample: Sample): void {
  const derivation = derive(backend, sample);
  const at = sample.inputs.map(({ values }) => values);
  const here = derivation(at);
  for (const i of smoothInputs(sample).filter((i) => at[i]!.length > 0)) {
    for (const trial of [0, 1]) {
      const direction = standardNormals(fold(key(100 + trial), i), at[i]!.length);
      const [up, down] = [STEP, -STEP].map((step) =>
        derivation(
          at.with(
            i,
            at[i]!.map((x, j) => x + step * direction[j]!),
          ),
        ),
      ) as [Derived, Derived];
      for (const [of, by] of [
        ["value", `gradient${i}`],
        ["slope", `curvature${i}`],
      ] as const) {
        const parts = Array.from(here[by]!, (slope, j) => slope * direction[j]!);
        const difference = (up[of]![0]! - down[of]![0]!) / (2 * STEP);
        const scale = 1 + magnitude(parts) + magnitude(of === "value" ? here.terms! : here[of]!);
        const derivative = parts.reduce((a, b) => a + b, 0);
        expect(Math.abs(derivative - difference) / scale, `${by}: ${derivative}, by differences ${difference}`).toBeLessThan(2e-8);
      }
    }
  }
}

const magnitude = (values: ArrayLike<number>): number => Array.from(values, Math.abs).reduce((a, b) => a + b, 0);
