import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import type { Backend } from "../../src/compute/index.js";
import { ConditionalDensity, type DensityNetwork, variablesOf } from "../../src/flows/conditional-density.js";
import { mlpEmbedding } from "../../src/flows/embedding.js";
import type { Matrix } from "../../src/numerics/matrix.js";
import { fold, key } from "../../src/numerics/random.js";
import { toUnbounded } from "../../src/probability/bijection.js";
import { disturb, FLOWS } from "./cases.js";

/** One of each kind. */
export const RANGES = { a: [-1, 3], b: [0.5, Infinity], c: [-Infinity, Infinity] } as const;
export const matrix = (columns: number, values: ArrayLike<number>): Matrix => ({
  rows: values.length / columns,
  columns,
  values: Float64Array.from(values),
});

/** What a density is made of. */
export interface DensityCase {
  /** Place in FLOWS. */
  readonly flow: number;
  readonly D: number;
  readonly C: number;
  readonly members: number;
  readonly embedded: boolean;
  readonly bounded: boolean;
}

/** A density with weights far from the first ones, and its parts. */
export function made({ flow, D, C, members, embedded, bounded }: DensityCase, engine: Backend = referenceBackend()) {
  const networks = Array.from({ length: members }, (_, m): DensityNetwork => {
    const embedding = embedded ? mlpEmbedding({ hidden: [8], outputs: 4, activation: "tanh" }).make(C, fold(key(8), m)) : undefined;
    const network = { flow: FLOWS[flow]!.make({ dimensions: D, context: embedded ? 4 : C }, fold(key(9), m)), embedding };
    disturb(engine, variablesOf(network), m);
    return network;
  });
  const scales = {
    y: { mean: Float64Array.of(0.3, -0.2, 1).slice(0, D), scale: Float64Array.of(0.8, 1.5, 2).slice(0, D) },
    context: { mean: Float64Array.of(1, -2, 0.5).slice(0, C), scale: Float64Array.of(3, 0.5, 1.2).slice(0, C) },
  };
  const bijection = bounded
    ? toUnbounded(Object.fromEntries(Object.entries(RANGES).slice(0, D)) as Record<string, [number, number]>)
    : undefined;
  const parts = { backend: engine, networks, scales, bijection };
  return { ...parts, density: new ConditionalDensity(parts) };
}
