import { DomainError } from "../errors.js";
import { type MatrixLike, toMatrix } from "../numerics/matrix.js";
import { type BoardSize, type NailLean, nailBelow } from "./galton-nails.js";

/** The board's exact answers, by dynamic programming over (row, nail). Slopes are finite numbers; x holds columns, `[N, 1]` or `[N]`. */
export interface GaltonBoardExact {
  /** Columns that a ball can reach, ascending. */
  readonly columns: readonly number[];
  /** p(x given slope) for every column x = 0, ..., nails, `[nails + 1]`. */
  probabilities(slope: number): Float64Array;
  /** log p(x given slope) `[N]`. @throws {DomainError} For a column that no ball can reach. */
  logProb(x: MatrixLike, slope: number): Float64Array;
  /** log r(x) = log p(x given slope0) - log p(x given slope1) `[N]`. @throws {DomainError} For a column that no ball can reach. */
  logRatio(x: MatrixLike, slope0: number, slope1: number): Float64Array;
  /** t(x), the derivative in the slope of log p(x given slope) `[N]`. @throws {DomainError} For a column that no ball can reach. */
  score(x: MatrixLike, slope: number): Float64Array;
  /** Kullback-Leibler divergence E[log r(x)] under slope0, in nats. */
  divergence(slope0: number, slope1: number): number;
  /** Fisher information of one observed ball, E[t(x)^2]. */
  fisherInformation(slope: number): number;
  /** Fisher information of one ball whose path is seen, E[t(x, z)^2]; never less than that of x alone. */
  jointFisherInformation(slope: number): number;
  /** Mean and standard deviation of the joint log-ratio log r(x, z) under slope0. */
  jointLogRatio(slope0: number, slope1: number): { readonly mean: number; readonly std: number };
}

/** Sums over the paths that end at each column. */
interface PathSums {
  /** Probability. */
  readonly mass: Float64Array;
  /** Probability times the sum of a quantity along the path. */
  readonly first: Float64Array;
  /** Probability times the square of that sum. */
  readonly second: Float64Array;
}

/** A quantity that adds up along a path: its value for a step. */
type Step = (row: number, nail: number, left: 0 | 1) => number;

/**
 * The exact answers for a board.
 *
 * @param board - Its size and the nail from which balls start.
 * @param lean - How its nails lean.
 * @returns Functions of the slope.
 */
export function galtonBoardExact(board: BoardSize & { readonly start: number }, lean: NailLean): GaltonBoardExact {
  const logStep =
    (slope: number): Step =>
    (row, nail, left) =>
      Math.log(left ? lean.pLeft(row, nail, slope) : 1 - lean.pLeft(row, nail, slope));
  // d log P = P' / P to the left and -P' / (1 - P) to the right; their mean over paths to x is the score of x.
  const scoreStep =
    (slope: number): Step =>
    (row, nail, left) => {
      const p = lean.pLeft(row, nail, slope);
      return lean.derivative(row, nail, slope) / (left ? p : p - 1);
    };
  const ratioStep = (slope0: number, slope1: number): Step => {
    assertSlope(slope1);
    const [above, below] = [logStep(slope0), logStep(slope1)];
    return (row, nail, left) => above(row, nail, left) - below(row, nail, left);
  };
  const sums = (slope: number, step: Step) => {
    assertSlope(slope);
    return pathSums(board, (row, nail) => lean.pLeft(row, nail, slope), step);
  };
  const probabilities = (slope: number) => sums(slope, () => 0).mass;
  const pick = pickColumns(board.nails);
  const logProbOf = (where: string, x: MatrixLike, slope: number) => pick(where, x, probabilities(slope), Math.log);
  const exact: GaltonBoardExact = {
    columns: Array.from(probabilities(-0.5).keys()).filter((column) => probabilities(-0.5)[column]! > 0),
    probabilities,
    logProb: (x, slope) => logProbOf("logProb", x, slope),
    logRatio(x, slope0, slope1) {
      const denominator = logProbOf("logRatio", x, slope1);
      return logProbOf("logRatio", x, slope0).map((logProb, i) => logProb - denominator[i]!);
    },
    score(x, slope) {
      const { mass, first } = sums(slope, scoreStep(slope));
      return pick("score", x, mass, (probability, column) => first[column]! / probability);
    },
    divergence: (slope0, slope1) => expectation(probabilities(slope0), exact.columns, exact.logRatio(exact.columns, slope0, slope1)),
    fisherInformation(slope) {
      const score = exact.score(exact.columns, slope);
      return expectation(
        probabilities(slope),
        exact.columns,
        score.map((t) => t * t),
      );
    },
    jointFisherInformation: (slope) => total(sums(slope, scoreStep(slope)).second),
    jointLogRatio(slope0, slope1) {
      const { first, second } = sums(slope0, ratioStep(slope0, slope1));
      const mean = total(first);
      return { mean, std: Math.sqrt(total(second) - mean * mean) };
    },
  };
  return exact;
}

/** A ball at a nail of probability NaN would fall nowhere, and its probability would be missing without a word. */
function assertSlope(slope: number): void {
  if (!Number.isFinite(slope)) throw new DomainError("galtonBoard.exact", "slope", slope, "a finite number");
}

function pathSums(
  { rows, nails, start }: BoardSize & { readonly start: number },
  pLeft: (row: number, nail: number) => number,
  step: Step,
): PathSums {
  let sums = emptySums(nails);
  sums.mass[start] = 1;
  for (let row = 0; row < rows; row++) {
    const next = emptySums(nails);
    for (let nail = 0; nail <= nails; nail++) {
      if (sums.mass[nail]! === 0) continue;
      const p = pLeft(row, nail);
      if (p > 0) pass(sums, next, { from: nail, to: nailBelow(row, nail, 1), probability: p, gain: step(row, nail, 1) });
      if (p < 1) pass(sums, next, { from: nail, to: nailBelow(row, nail, 0), probability: 1 - p, gain: step(row, nail, 0) });
    }
    sums = next;
  }
  return sums;
}

/** Sends the paths at one nail along one step: E[S + g] = E[S] + g and E[(S + g)^2] = E[S^2] + 2 g E[S] + g^2, times the mass. */
function pass(
  sums: PathSums,
  next: PathSums,
  { from, to, probability, gain }: { readonly from: number; readonly to: number; readonly probability: number; readonly gain: number },
): void {
  const [mass, first, second] = [sums.mass[from]!, sums.first[from]!, sums.second[from]!];
  next.mass[to]! += probability * mass;
  next.first[to]! += probability * (first + gain * mass);
  next.second[to]! += probability * (second + 2 * gain * first + gain * gain * mass);
}

function emptySums(nails: number): PathSums {
  return { mass: new Float64Array(nails + 1), first: new Float64Array(nails + 1), second: new Float64Array(nails + 1) };
}

function pickColumns(nails: number) {
  return (where: string, x: MatrixLike, mass: Float64Array, of: (probability: number, column: number) => number): Float64Array =>
    toMatrix(where, "x", x, 1).values.map((column, i) => {
      const probability = mass[column] ?? 0;
      if (probability > 0) return of(probability, column);
      throw new DomainError(where, `x[${i}]`, column, `a column of 0, ..., ${nails} that a ball can reach`, "see exact.columns");
    });
}

function expectation(probabilities: Float64Array, columns: readonly number[], values: Float64Array): number {
  return columns.reduce((sum, column, i) => sum + probabilities[column]! * values[i]!, 0);
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
