import { add, type Backend, constant, div, mul, rowFunction } from "../../compute/index.js";
import type { Layer } from "../../nn/index.js";
import { type Matrix, type MatrixLike, toMatrix, zeros } from "../../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../../numerics/parameters.js";
import { type Standardiser, standardise } from "../../numerics/standardiser.js";
import { standardisedIn } from "../evaluate.js";
import type { FitCheckpoint, MemberTraining } from "../fit-options.js";
import type { Architecture } from "../network-options.js";
import { type LayerWeights, meanOver, weightsOf } from "../ratio/members.js";
import type { TracedEstimate } from "../ratio/ratio-estimator.js";
import type { TrainingData } from "../ratio/ratio-model.js";

/** All about a score estimator but its weights. */
export interface ScoreModel<Ranges extends ParameterRanges = ParameterRanges> {
  /** The method. */
  readonly name: string;
  readonly architecture: Architecture;
  readonly members: number;
  /** Where the score is taken. */
  readonly reference: Theta<Ranges>;
  readonly x: Standardiser;
  readonly score: Standardiser;
  readonly data: Omit<TrainingData<Ranges>, "marginal" | "theta0" | "theta1">;
  /** Seed of the fit. */
  readonly seed: number;
}

/** A trained estimate of the score at the reference, t(x) = grad_theta log p(x given theta) there: locally the best observables. */
export class ScoreEstimator<Ranges extends ParameterRanges = ParameterRanges> {
  /** The method, in lower case. */
  readonly name: string;
  readonly parameters: Ranges;
  readonly observables: readonly string[];
  /** Where the score is taken. */
  readonly reference: Theta<Ranges>;
  readonly training: readonly MemberTraining[];
  /** Where the fit stopped, to go on from; undefined after loading. */
  readonly checkpoint: FitCheckpoint | undefined;
  private readonly members: ((x: Matrix) => Float64Array)[];

  constructor(
    /** All about it but the weights. */
    readonly model: ScoreModel<Ranges>,
    private readonly backend: Backend,
    private readonly layers: readonly Layer[],
    result: { readonly training: readonly MemberTraining[]; readonly checkpoint: FitCheckpoint | undefined },
  ) {
    this.name = model.name;
    this.parameters = model.data.parameters;
    this.observables = model.data.observables;
    this.reference = model.reference;
    this.training = result.training;
    this.checkpoint = result.checkpoint;
    this.members = layers.map((layer) => {
      const evaluate = rowFunction(backend, ["x"], ({ x }) => layer.apply(x));
      return (x) => evaluate({ x: { values: standardise(model.x, x), columns: x.columns } }, x.rows);
    });
  }

  /**
   * The score of each event at the reference.
   *
   * @param x - Events `[N, L]`.
   * @returns `[N, D]`, in one over the parameters' units; of an ensemble the mean.
   * @throws {ShapeError} When x has another number of columns.
   * @throws {DomainError} When x is not finite.
   */
  score(x: MatrixLike): Matrix {
    const rows = toMatrix(`${this.name}.score`, "x", x, this.observables.length);
    const { mean, scale } = this.model.score;
    const result = zeros(rows.rows, mean.length);
    meanOver(this.members.map((member) => member(rows))).forEach((value, i) => {
      result.values[i] = mean[i % mean.length]! + scale[i % mean.length]! * value;
    });
    return result;
  }

  /** The estimate as a computation, from x `[N, L]` to the score `[N, D]`. */
  traced(): TracedEstimate {
    const { x: scales, score, data } = this.model;
    return {
      backend: this.backend,
      inputs: { x: data.observables.length },
      trace: ({ x }) => {
        const values = this.layers.map((layer) => layer.apply(standardisedIn(scales, x!)));
        const mean = div(
          values.reduce((total, value) => add(total, value)),
          values.length,
        );
        return { score: add(constant(score.mean), mul(constant(score.scale), mean)) };
      },
    };
  }

  /** What a file of it holds. */
  weights(): LayerWeights[] {
    return this.layers.map((layer) => weightsOf(this.backend, layer));
  }
}
