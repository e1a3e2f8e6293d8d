import type { Simulations } from "../../data/simulations.js";
import type { Verdict } from "../../diagnostics/verdict.js";
import type { ConditionalDensity, ConditionedDensity } from "../../flows/conditional-density.js";
import type { Matrix } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import type { Key } from "../../numerics/random.js";
import type { FitCheckpoint, MemberTraining } from "../fit-options.js";
import type { LayerWeights } from "../ratio/members.js";
import type { DensityModel } from "./density-model.js";
import type { DensityFit } from "./fit-result.js";
import { assertDraws } from "./given-rows.js";

/** Draws `[n, D]` with the names of their columns. */
export interface ParameterDraws extends Matrix {
  readonly names: readonly string[];
}

/** A trained density: what its file holds, and how its training went. */
export abstract class TrainedDensity<Model extends { readonly name: string }, HeldOut> {
  /** The method, in lower case. */
  readonly name: string;
  readonly training: readonly MemberTraining[];
  readonly checkpoint: FitCheckpoint | undefined;
  readonly heldOut: HeldOut | undefined;

  constructor(
    /** All about it but the weights. */
    readonly model: Model,
    protected readonly density: ConditionalDensity,
    private readonly fit: DensityFit<HeldOut>,
  ) {
    this.name = model.name;
    this.training = fit.training;
    this.checkpoint = fit.checkpoint;
    this.heldOut = fit.heldOut;
  }

  /** What a file of it holds. */
  weights(): LayerWeights[] {
    return this.fit.weights();
  }

  /** Draws with the names of their columns. */
  protected drawsOf({ sample }: ConditionedDensity, names: readonly string[]): (key: Key, n: number) => ParameterDraws {
    return (key, n) => {
      assertDraws(`${this.name}.sample`, key, n);
      return { ...sample(key, n), names };
    };
  }
}

/** What the estimators that are trained on simulations share. */
export abstract class SimulationEstimator<Ranges extends ParameterRanges> extends TrainedDensity<
  DensityModel<Ranges>,
  Simulations<Ranges>
> {
  /** What the checks on the held-out simulations say; undefined when they were switched off or there were none. */
  verdict: Verdict | undefined;

  /** Support of each parameter. */
  get parameters(): Ranges {
    return this.model.support;
  }

  get observables(): readonly string[] {
    return this.model.data.observables;
  }
}
