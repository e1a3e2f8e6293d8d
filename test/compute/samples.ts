import { fold, key } from "../../src/numerics/random.js";
import type { Case, Sample } from "./cases/case.js";
import { CASES } from "./cases.js";
import { Draw, type Variant } from "./draw.js";

interface NamedSample {
  readonly text: string;
  readonly case: Case;
  readonly sample: Sample;
}

/** Samples of every case: `each` of every variant. */
export function samplesOf(
  variants: readonly Variant[],
  each: number,
): readonly { readonly name: string; readonly samples: NamedSample[] }[] {
  return CASES.map((one, at) => ({
    name: one.name,
    samples: variants.flatMap((variant) =>
      Array.from({ length: each }, (_, seed) => {
        const sample = one.sample(new Draw(fold(fold(key(7), at), seed), variant));
        return { text: `${variant} ${sample.inputs.map(({ shape }) => `[${shape}]`).join(" ")}`, case: one, sample };
      }),
    ),
  }));
}
