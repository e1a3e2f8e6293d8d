import type { IndependentPrior } from "../../probability/independent.js";
import { uniform } from "../../probability/uniform.js";
import type { MembraneParameters } from "./membrane.js";

/** Which constants of the membrane are parameters: two conductances, or all eight. */
export type NeuronParameters = "reduced" | "full";

/** The parameters' names. */
export type NeuronParameterName<Kind extends NeuronParameters> = Kind extends "full" ? keyof MembraneParameters : "gNa" | "gK";

/** The parameters' ranges. */
export type HodgkinHuxleyRanges<Kind extends NeuronParameters = NeuronParameters> = {
  readonly [Name in NeuronParameterName<Kind>]: readonly [low: number, high: number];
};

/** The membrane of the literature's example: what is not a parameter is as here. */
export const TYPICAL: MembraneParameters = {
  gNa: 50,
  gK: 5,
  gLeak: 0.1,
  gM: 0.07,
  tauMax: 600,
  minusVT: 60,
  noise: 0.1,
  minusELeak: 70,
};

const RANGES = {
  gNa: [0.5, 80],
  gK: [1e-4, 15],
  gLeak: [1e-4, 0.6],
  gM: [1e-4, 0.6],
  tauMax: [50, 3000],
  minusVT: [40, 90],
  noise: [1e-4, 0.15],
  minusELeak: [35, 100],
} as const;

/**
 * The prior of the neuron's parameters: uniform on a box.
 *
 * @param kind - `"reduced"`, the default: gNa and gK; `"full"`: all eight constants.
 * @returns A prior over records of those names.
 * @source Goncalves et al. 2020, eLife 9, e56261, "Hodgkin-Huxley model"
 * @example
 * hodgkinHuxleyPrior("full").names.length; // 8
 */
export function hodgkinHuxleyPrior<Kind extends NeuronParameters = "reduced">(
  kind: Kind = "reduced" as Kind,
): IndependentPrior<NeuronParameterName<Kind>> {
  const { gNa, gK } = RANGES;
  return uniform(kind === "full" ? RANGES : { gNa, gK }) as unknown as IndependentPrior<NeuronParameterName<Kind>>;
}
