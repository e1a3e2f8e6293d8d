import type { Simulations } from "../data/simulations.js";
import { DomainError, ShapeError } from "../errors.js";
import { columnOf, type Matrix, type MatrixLike, toMatrix } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../numerics/parameters.js";
import { momentsOf } from "../numerics/quantiles.js";
import type { Binning } from "./binning.js";
import { countRatio, lookUp, type Projection, type RatioTable } from "./score-table.js";
import { nodesAround, type ThetaGrid, thetaGrid } from "./theta-grid.js";

/** An estimate of the score at one point: what SALLY trains. */
export interface LocalScore<Ranges extends ParameterRanges = ParameterRanges> {
  /** Range of each parameter. */
  readonly parameters: Ranges;
  /** Names of the observables `[L]`. */
  readonly observables: readonly string[];
  /** The point. */
  readonly reference: Theta<Ranges>;
  /** t(x) of events `[N, L]`, in one over the unit of each parameter, `[N, D]`. */
  score(x: MatrixLike): Matrix;
}

/** log r in x for each theta within the nodes' range, as `logLikelihood` takes it. */
export interface ScoreRatio<Ranges extends ParameterRanges = ParameterRanges> {
  /** Range of each parameter that the simulations span; nothing is known outside. */
  readonly parameters: Ranges;
  /** Names of the observables `[L]`. */
  readonly observables: readonly string[];
  /** theta1. */
  readonly denominator: Theta<Ranges>;
  /**
   * log r(x) of theta against the denominator.
   *
   * @param x - Events `[N, L]`.
   * @param theta - Point within the range.
   * @returns `[N]`.
   * @throws {DomainError} When theta is outside the range or of unknown name, or x is not finite.
   */
  logRatio(x: MatrixLike, theta: Theta<Ranges>): Float64Array;
}

/** Many events at each theta of a grid: simulations with repeated theta, or one set of simulations for each theta. */
export type ScoreSimulations<Ranges extends ParameterRanges> = Simulations<Ranges> | readonly Simulations<Ranges>[];

/** How a node's table is made. */
export interface ScorePlan<Ranges extends ParameterRanges> {
  readonly denominator: Theta<Ranges>;
  readonly binnings: readonly Binning[];
  readonly pseudoCount?: number;
  /** The coordinates that are binned, from the denominator's scores `[n, D]` and theta - theta1 `[D]`. */
  readonly project: (scores: Matrix, step: Float64Array) => Projection;
}

/** The ratio whose values come from a table for each node. */
export function ratioOfTables<Ranges extends ParameterRanges>(
  where: string,
  { score, simulations }: { readonly score: LocalScore<Ranges>; readonly simulations: ScoreSimulations<Ranges> },
  plan: ScorePlan<Ranges>,
): ScoreRatio<Ranges> {
  const { pseudoCount = 0.5, denominator } = plan;
  if (!(pseudoCount > 0 && pseudoCount < Infinity))
    throw new DomainError(where, "pseudoCount", pseudoCount, "a number of events above 0", "an empty bin would have an infinite log r");
  const grid = thetaGrid(where, simulations);
  assertSameNames(where, score, grid);
  const scores = scoresOf(where, score);
  const tables = tablesOf(where, { grid, scores }, { ...plan, pseudoCount });
  return {
    parameters: grid.parameters,
    observables: grid.observables,
    denominator,
    logRatio(x, theta) {
      const around = nodesAround(where, theta, grid);
      const t = scores(x);
      const sum = new Float64Array(t.rows);
      for (const { place, weight } of around) {
        const table = tables[place];
        // The denominator's own log r is zero.
        if (table)
          lookUp(table, t).forEach((value, i) => {
            sum[i]! += weight * value;
          });
      }
      return sum;
    },
  };
}

/** A table for each node; none for the denominator. */
function tablesOf<Ranges extends ParameterRanges>(
  where: string,
  { grid, scores }: { readonly grid: ThetaGrid<Ranges>; readonly scores: (x: MatrixLike) => Matrix },
  { denominator, binnings, pseudoCount, project }: Required<ScorePlan<Ranges>>,
): (RatioTable | undefined)[] {
  const row = toRow(where, "denominator", denominator, grid.parameters);
  const [own, ...others] = nodesAround(where, denominator, grid);
  if (others.length > 0)
    throw new DomainError(where, "denominator", denominator, "a node of the simulations' grid", "simulate at the denominator too");
  const below = scores(grid.events[own!.place]!);
  assertVaries(where, below);
  return grid.events.map((events, place) => {
    if (place === own!.place) return undefined;
    const step = nodeRow(grid.axes, place).map((value, d) => value - row[d]!);
    return countRatio(
      where,
      { numerator: scores(events), denominator: below },
      { projection: project(below, step), binnings, pseudoCount },
    );
  });
}

/** theta `[D]` of a node. */
function nodeRow(axes: readonly Float64Array[], place: number): Float64Array {
  const row = new Float64Array(axes.length);
  let rest = place;
  for (let d = axes.length - 1; d >= 0; d--) {
    row[d] = axes[d]![rest % axes[d]!.length]!;
    rest = Math.floor(rest / axes[d]!.length);
  }
  return row;
}

/** The scores of events, checked; those of a matrix are kept as long as it is. */
function scoresOf<Ranges extends ParameterRanges>(where: string, score: LocalScore<Ranges>): (x: MatrixLike) => Matrix {
  const dimensions = Object.keys(score.parameters).length;
  const known = new WeakMap<Matrix, Matrix>();
  return (given) => {
    const x = toMatrix(where, "x", given, score.observables.length);
    const found = known.get(x);
    if (found) return found;
    const scores = toMatrix(where, "score.score(x)", score.score(x), dimensions);
    if (scores.rows !== x.rows)
      throw new ShapeError(where, "score.score(x)", `[${scores.rows}, ${dimensions}]`, `[${x.rows}, ${dimensions}]`);
    known.set(x, scores);
    return scores;
  };
}

function assertSameNames(where: string, score: LocalScore, grid: ThetaGrid): void {
  const names = ({ parameters, observables }: Pick<LocalScore, "parameters" | "observables">) => [Object.keys(parameters), observables];
  if (names(score).join(";") !== names(grid).join(";"))
    throw new DomainError(
      where,
      "score",
      { parameters: Object.keys(score.parameters), observables: score.observables },
      "the parameters and observables of the simulations",
    );
}

function assertVaries(where: string, scores: Matrix): void {
  for (let d = 0; d < scores.columns; d++) {
    if (momentsOf(columnOf(scores, d)).std > 0) continue;
    const what = `${scores.values[d]} for all events of the denominator`;
    throw new DomainError(where, `the score's component ${d}`, what, "values that differ", "these events say nothing of that parameter");
  }
}
