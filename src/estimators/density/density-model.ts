import type { Simulations } from "../../data/simulations.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import type { FitOptions } from "../fit-options.js";
import type { DensitySettings } from "./density-options.js";
import type { DensityScales } from "./fit-density.js";

/** All about a posterior or likelihood estimator but its weights. */
export interface DensityModel<Ranges extends ParameterRanges = ParameterRanges> {
  /** The method. */
  readonly name: string;
  readonly settings: DensitySettings;
  /** Where theta may lie: the prior's support. */
  readonly support: Ranges;
  readonly scales: DensityScales;
  readonly data: {
    readonly simulator: string;
    /** Range of each parameter as the simulator declares it. */
    readonly parameters: Ranges;
    readonly observables: readonly string[];
    /** Seed of the simulations. */
    readonly seed: number | undefined;
    /** Number of events, held-out ones among them. */
    readonly events: number;
    /** Number of simulations that gave no event. */
    readonly failures: number;
  };
  /** Seed of the fit. */
  readonly seed: number;
}

/** How a posterior is trained: the prior tells where theta may lie. */
export interface PosteriorFitOptions<Ranges extends ParameterRanges = ParameterRanges> extends FitOptions {
  /** The prior that the simulations' theta were drawn from, or anything with its support; default the ranges that the simulator declares. */
  readonly prior?: { readonly parameters: { readonly [Name in keyof Ranges]: readonly [low: number, high: number] } };
}

/** What simulations say of themselves. */
export function dataOf<Ranges extends ParameterRanges>({
  simulator,
  parameters,
  observables,
  seed,
  x,
  failures,
}: Simulations<Ranges>): DensityModel<Ranges>["data"] {
  return { simulator, parameters, observables, seed, events: x.rows, failures: failures.count };
}
