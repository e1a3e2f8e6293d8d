import type { Backend } from "../../compute/index.js";
import type { Simulations } from "../../data/simulations.js";
import { type DensityNetwork, variablesOf } from "../../flows/conditional-density.js";
import type { Layer } from "../../nn/index.js";
import type { FitCheckpoint, MemberTraining } from "../fit-options.js";
import { type LayerWeights, weightsOf } from "../ratio/members.js";
import type { FittedDensity } from "./fit-density.js";

/** What a fit of a density leaves beside the networks. */
export interface DensityFit<HeldOut = Simulations> {
  /** One for each member. */
  readonly training: readonly MemberTraining[];
  /** Where the fit stopped, to go on from; undefined after loading. */
  readonly checkpoint: FitCheckpoint | undefined;
  /** What was held out; undefined without, and after loading. */
  readonly heldOut: HeldOut | undefined;
  /** Values of the members' variables. */
  weights(): LayerWeights[];
}

/**
 * What a fit leaves beside the networks.
 *
 * @param select - The held-out rows by their numbers.
 */
export function resultOf<HeldOut>(
  { trained, backend, networks, heldOut }: FittedDensity,
  select: (rows: Uint32Array) => HeldOut,
): DensityFit<HeldOut> {
  return {
    training: trained.map(({ history, best, stopped }) => ({ history, bestEpoch: best?.epoch, stopped })),
    checkpoint: trained.map(({ checkpoint }) => checkpoint),
    heldOut: heldOut.length > 0 ? select(heldOut) : undefined,
    weights: () => networkWeights(backend, networks),
  };
}

/** Values of the networks' variables. */
export function networkWeights(backend: Backend, networks: readonly DensityNetwork[]): LayerWeights[] {
  return layersOf(networks).map((layer) => weightsOf(backend, layer));
}

/** What training changes and files keep of each network. */
export function layersOf(networks: readonly DensityNetwork[]): Pick<Layer, "state" | "variables">[] {
  return networks.map((network) => ({ variables: variablesOf(network), state: network.embedding?.state ?? [] }));
}
