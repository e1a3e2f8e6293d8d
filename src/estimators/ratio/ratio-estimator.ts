import { add, type Backend, div, type Tensor } from "../../compute/index.js";
import type { LabelledSample, Marginal } from "../../data/mined-sample.js";
import type { Verdict } from "../../diagnostics/verdict.js";
import { DomainError } from "../../errors.js";
import { type Matrix, type MatrixLike, toMatrix } from "../../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow, toTheta } from "../../numerics/parameters.js";
import { standardisedIn } from "../evaluate.js";
import { eventPairs } from "../event-pairs.js";
import type { FitCheckpoint, MemberTraining } from "../fit-options.js";
import { inputNames } from "./columns.js";
import { type LayerWeights, type Members, meanOver, repeatedRow, spreadOver } from "./members.js";
import { RangeWatch } from "./range-watch.js";
import type { RatioModel } from "./ratio-model.js";

/** What a fit leaves beside the networks. */
export interface FitResult {
  /** One for each member. */
  readonly training: readonly MemberTraining[];
  /** Where the fit stopped, to go on from; undefined after loading. */
  readonly checkpoint: FitCheckpoint | undefined;
  /** The events that were held out; undefined without, and after loading. */
  readonly heldOut: LabelledSample | undefined;
}

/** An estimator as a computation on a backend. */
export interface TracedEstimate {
  readonly backend: Backend;
  /** Number of columns of each input. */
  readonly inputs: Readonly<Record<string, number>>;
  /** From inputs by name to outputs by name. */
  readonly trace: (inputs: Readonly<Record<string, Tensor>>) => Record<string, Tensor>;
}

/** A ratio to one denominator, as `logLikelihood` and `confidenceRegion` take it. */
export interface FixedRatio<Ranges extends ParameterRanges = ParameterRanges> {
  readonly parameters: Ranges;
  readonly observables: readonly string[];
  /** log r `[N]` of events `[N, L]`. */
  logRatio(x: MatrixLike, theta: Theta<Ranges>): Float64Array;
}

/**
 * A trained estimate of the likelihood ratio, r(x given theta0, theta1) = p(x given theta0) / p(x given theta1).
 *
 * With one denominator in training, or the marginal p(x), theta1 may be left out; any other theta1 is then the difference of two. An
 * estimator that saw many denominators needs theta1. One that saw a single pair of points knows this pair alone.
 */
export class RatioEstimator<Ranges extends ParameterRanges = ParameterRanges> implements FixedRatio<Ranges> {
  /** The method, in lower case. */
  readonly name: string;
  readonly parameters: Ranges;
  readonly observables: readonly string[];
  /** theta1 where it was the same for all events. */
  readonly denominator: Theta<Ranges> | undefined;
  /** Present when the denominator is p(x): `logRatio` is then the logarithm of the ratio to evidence. */
  readonly marginal: Marginal | undefined;
  readonly training: readonly MemberTraining[];
  readonly checkpoint: FitCheckpoint | undefined;
  readonly heldOut: LabelledSample<Ranges> | undefined;
  /** What the checks on the held-out events say; undefined when they were switched off or there were none. */
  verdict: Verdict | undefined;
  private readonly watch: RangeWatch;

  constructor(
    /** All about it but the weights. */
    readonly model: RatioModel<Ranges>,
    private readonly backend: Backend,
    private readonly networks: Members,
    result: FitResult,
  ) {
    const { name, data, parameterisation } = model;
    this.name = name;
    this.parameters = data.parameters;
    this.observables = data.observables;
    this.marginal = data.marginal;
    const fixed = parameterisation !== "double" && !data.marginal;
    this.denominator = fixed ? (toTheta(data.theta1.low, data.parameters) as Theta<Ranges>) : undefined;
    this.training = result.training;
    this.checkpoint = result.checkpoint;
    this.heldOut = result.heldOut as LabelledSample<Ranges> | undefined;
    this.watch = new RangeWatch(model);
  }

  /**
   * Logarithm of the ratio of each event.
   *
   * @param x - Events `[N, L]`.
   * @param theta - The numerator, theta0; outside what was trained it is extrapolated, with a warning.
   * @param denominator - theta1; default the one of the training, or p(x).
   * @returns log r `[N]`; of an ensemble the mean over the members.
   * @throws {ShapeError} When x has another number of columns.
   * @throws {DomainError} When x is not finite, theta of unknown name or outside the declared range, or the estimator does not know this pair.
   */
  logRatio(x: MatrixLike, theta: Theta<Ranges>, denominator?: Theta<Ranges>): Float64Array {
    return meanOver(this.members(x, theta, denominator));
  }

  /**
   * Logarithm of the ratio of each event at each numerator; the denominator is that of the training, or p(x).
   *
   * @param x - Events `[N, L]`.
   * @param thetas - theta0 `[M, D]`.
   * @returns `[M, N]`.
   */
  logRatios(x: Matrix, thetas: Matrix): Matrix {
    const [events, points] = eventPairs(x, thetas);
    return { rows: thetas.rows, columns: x.rows, values: meanOver(this.evaluate(events, points, undefined)) };
  }

  /**
   * Logarithm of the ratio to evidence, p(x given theta) / p(x).
   *
   * @throws {DomainError} When the estimator was trained against another denominator.
   */
  logEvidenceRatio(x: MatrixLike, theta: Theta<Ranges>): Float64Array {
    if (this.marginal) return this.logRatio(x, theta);
    const advice = "mine with denominator: marginalOver(prior), or use an NRE method";
    throw new DomainError(`${this.name}.logEvidenceRatio`, "denominator", this.denominator ?? "many points", "the marginal p(x)", advice);
  }

  /** Range of each parameter's numerator in training; low and high are the same where it was fixed. */
  get trained(): Ranges {
    const { low, high } = this.model.data.theta0;
    return Object.fromEntries(Object.keys(this.parameters).map((name, j) => [name, [low[j]!, high[j]!]])) as unknown as Ranges;
  }

  /** As `logRatio`, `[N]` of each member. */
  members(x: MatrixLike, theta: Theta<Ranges>, denominator?: Theta<Ranges>): Float64Array[] {
    const rows = toMatrix(`${this.name}.logRatio`, "x", x, this.observables.length);
    return this.evaluate(
      rows,
      this.pointRows(theta, "theta", rows.rows),
      denominator && this.pointRows(denominator, "denominator", rows.rows),
    );
  }

  /** Standard deviation of log r over the members `[N]`; zeros for one member alone. */
  spread(x: MatrixLike, theta: Theta<Ranges>, denominator?: Theta<Ranges>): Float64Array {
    return spreadOver(this.members(x, theta, denominator));
  }

  /**
   * The score, the gradient in theta of log r(x given theta) and so of log p(x given theta), by differentiating the network.
   *
   * @param x - Events `[N, L]`.
   * @param theta - Where.
   * @param denominator - theta1 of an estimator that saw many.
   * @returns `[N, D]`, in one over the parameters' units; the mean over the members.
   * @throws {DomainError} As `logRatio`, and when the network was not given theta.
   */
  score(x: MatrixLike, theta: Theta<Ranges>, denominator?: Theta<Ranges>): Matrix {
    const where = `${this.name}.score`;
    const rows = toMatrix(where, "x", x, this.observables.length);
    if (this.model.parameterisation === "none") {
      const advice = "draw theta0 from a prior when mining, or use sally";
      throw new DomainError(where, "theta", theta, "an estimator that was given theta", advice);
    }
    const theta0 = this.pointRows(theta, "theta", rows.rows);
    const theta1 =
      this.model.parameterisation === "double" ? this.pointRows(this.needed(denominator), "denominator", rows.rows) : undefined;
    const scores = this.networks.map((network) => network.score(rows, theta0, theta1));
    return { rows: rows.rows, columns: theta0.columns, values: meanOver(scores) };
  }

  /** log r of each event at its own theta0 and theta1 `[N]`: what the checks of an estimator use. */
  logRatioOf(sample: LabelledSample): Float64Array {
    return meanOver(this.membersOf(sample));
  }

  /** As `logRatioOf`, of each member. */
  membersOf({ x, theta0, theta1, marginal }: LabelledSample): Float64Array[] {
    return this.evaluate(x, theta0, marginal ? undefined : theta1);
  }

  /** The ratio to one denominator, for an estimator that saw many. */
  against(denominator: Theta<Ranges>): FixedRatio<Ranges> {
    const { parameters, observables } = this;
    this.pointRows(denominator, "denominator", 1);
    return { parameters, observables, logRatio: (x, theta) => this.logRatio(x, theta, denominator) };
  }

  /** The estimate as a computation, from x `[N, L]`, theta0 and theta1 `[N, D]` in the user's units, as far as the networks see them. */
  traced(): TracedEstimate {
    const { parameterisation, scales, data } = this.model;
    const columns = {
      x: data.observables.length,
      theta0: Object.keys(this.parameters).length,
      theta1: Object.keys(this.parameters).length,
    };
    const names = inputNames(parameterisation);
    return {
      backend: this.backend,
      inputs: Object.fromEntries(names.map((name) => [name, columns[name]])),
      trace: (inputs) => {
        const standardised = Object.fromEntries(names.map((name) => [name, standardisedIn(scales[name], inputs[name]!)]));
        const values = this.networks.map(({ network }) => network.logRatio(standardised));
        return {
          logRatio: div(
            values.reduce((total, value) => add(total, value)),
            values.length,
          ),
        };
      },
    };
  }

  /**
   * The ratio over a narrower range, which searches and grids over theta then keep to.
   *
   * @param ranges - Range of each parameter, within those declared; default where it was trained.
   */
  within(ranges: ParameterRanges = this.trained): FixedRatio<Ranges> {
    return { parameters: ranges as Ranges, observables: this.observables, logRatio: (x, theta) => this.logRatio(x, theta) };
  }

  /** What a file of it holds. */
  weights(): LayerWeights[] {
    return this.networks.map((network) => network.weights());
  }

  private evaluate(x: Matrix, theta0: Matrix, theta1: Matrix | undefined): Float64Array[] {
    const { parameterisation } = this.model;
    if (parameterisation === "double") {
      const other = theta1 ?? this.needed(undefined);
      return this.networks.map((network) => network.logRatio(x, theta0, other as Matrix));
    }
    if (parameterisation === "none") {
      this.watch.assertPair(theta0, theta1);
      return this.networks.map((network) => network.logRatio(x, theta0));
    }
    const numerator = this.networks.map((network) => network.logRatio(x, theta0));
    if (!theta1 || this.watch.isDenominator(theta1)) return numerator;
    const base = this.networks.map((network) => network.logRatio(x, theta1));
    return numerator.map((values, m) => values.map((value, i) => value - base[m]![i]!));
  }

  private needed(denominator: Theta<Ranges> | undefined): Theta<Ranges> {
    if (denominator) return denominator;
    const advice = "it was trained with many: say which, or make a ratio to one by against(theta1)";
    throw new DomainError(this.name, "denominator", denominator, "a record of parameters", advice);
  }

  private pointRows(theta: Theta<Ranges>, argument: string, rows: number): Matrix {
    const row = toRow(this.name, argument, theta as Theta, this.parameters);
    this.watch.warnOutside(row, argument);
    return repeatedRow(row, rows);
  }
}
